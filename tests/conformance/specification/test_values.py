"""The numbers of a worked case are ones that their inputs take; padding may hold anything."""

from __future__ import annotations

import pytest

TARGETS = "target: [1, 1, 1]}"
ORDER = "order: [1, 2]"


@pytest.mark.parametrize(
    ("loss", "old", "new", "words"),
    [
        ("margin_ranking", TARGETS, "target: [1, 0, 1]}", "target[1]): got 0, expected -1 or 1"),
        ("margin_ranking", TARGETS, "target: [1, true, 1]}", "target[1]): got true, expected -1 or 1"),
        ("margin_ranking", "input1: [2, 1.5, 3]", "input1: [2, false, 3]", "input1[1]): got false, expected a number"),
        (
            "margin_ranking",
            "unreduced: [3, 0, 0.5]",
            "unreduced: [3, 0, true]",
            "unreduced[2]): got true, expected a number",
        ),
        (
            "pairwise_hinge",
            "relevance: [0, 2, 1]",
            "relevance: [0, -2, 1]",
            "relevance[1]): got -2, expected a number of at least 0",
        ),
        (
            "pairwise_hinge",
            "relevance: [0, 2, 1]",
            "relevance: [0, .inf, 1]",
            "relevance[1]): got inf, expected a number of at least 0",
        ),
        ("pairwise_hinge", "mask: [false, false]", "mask: [false, 0]", "mask[1]): got 0, expected true or false"),
    ],
)
def test_a_number_that_its_input_does_not_take_is_named(problems, loss, old, new, words):
    assert any(line.endswith(words) for line in problems(loss, (old, new)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("-1", "expected an index of at least 0"),
        ("0.5", "expected an index of at least 0"),
        (".nan", "expected an index of at least 0"),
        ("true", "expected an index of at least 0"),
        ("99", "expected an index below"),
    ],
)
def test_an_index_is_one_of_the_list(problems, spec_file, wrong, words):
    text = spec_file("warp").read_text("utf-8")
    start = text.index("order: [", text.index("examples:"))
    old = text[start : text.index("]", start) + 1]
    told = problems("warp", (old, f"order: [{wrong}]"))

    assert any(words in line for line in told)


def test_a_boolean_input_takes_no_numbers(problems, spec_file):
    text = spec_file("warp").read_text("utf-8")
    start = text.index("positives: [", text.index("examples:"))
    old = text[start : text.index("]", start) + 1]
    told = problems("warp", (old, old.replace("true", "1", 1)))

    assert any("got 1, expected true or false" in line for line in told)


def test_padding_may_hold_anything(mutated):
    relevance = "inputs: {scores: [1, 2], relevance: [1, 0]}\n    mask: [false, false]"
    spec = mutated("pairwise_hinge", (relevance, relevance.replace("[1, 0]", "[-1, -7]")))

    assert any(each.id == "all_masked" for each in spec.edge_cases)


def test_a_permutation_holds_every_position_once(problems):
    (told,) = problems("plackett_luce", ("permutation: [[0, 1], [1, 0]]}", "permutation: [[0, 1], [1, 1]]}"))

    assert told.endswith("permutation[1][1]): got 1 again, expected every position of items once")
