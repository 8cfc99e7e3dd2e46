"""A violation of the schema is told in words: what was got, what was expected, and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rankproof.conformance.specification import SpecError, load

Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Margin", "titel: Margin", "(titel): unknown key 'titel'; did you mean 'title'?"),
        ("title: Margin ranking loss\n", "", "(): missing key 'title': the name of the loss as a heading"),
        ("role: sign", "rolle: sign", "(inputs.target.rolle): unknown key 'rolle'; did you mean 'role'?"),
        ("rankproof: 1", "rankproof: 2", "(rankproof): got 2, expected 1 (the version of the format)"),
        (
            "unit: pair,",
            "unit: pairs,",
            "(reduction.unit): got 'pairs', expected one of pair, list, item, triplet; did you mean 'pair'?",
        ),
        ("default: mean", "default: average", "(reduction.default): got 'average', expected one of none, sum, mean"),
        ("default: mean", "default: true", "(reduction.default): got true, expected one of none, sum, mean"),
        (
            "permutation: n",
            "permutation: [n]",
            "(properties.permutation): got a list of 1, "
            "expected a text (a name: lower-case letters, digits and underscores, beginning with a letter)",
        ),
        (
            "drawn: [0.0, 3.0]",
            "drawn: [0.0]",
            "(parameters.margin.drawn): got 1 entries, expected at least 2 (the range from which the checks draw it)",
        ),
        (
            "url: https://herbrich.me",
            "url: herbrich.me",
            "(sources[1].url): "
            "got 'herbrich.me/papers/nips98_ordinal.pdf', expected: a link that begins with https:// or http://",
        ),
        (
            "shortfall(i): margin",
            "Short-fall(i): margin",
            "(definitions.Short-fall(i)): "
            "not a legal key; expected: A name, or a name with arguments, as shortfall(i, j).",
        ),
        (
            "{for: i in n,",
            "{for: all i,",
            "(formula.for): got 'all i', expected: a variable that runs along an axis, as 'i in n'",
        ),
        (
            "title: the lead that costs nothing",
            "title:",
            "(parameters.margin.title): got null, expected a text (a non-empty text)",
        ),
        (
            "cost: {time: n,",
            "cost: {time: n!,",
            "(cost.time): got 'n!', expected one of 1, log n, n, n log n, n^2, n^2 log n, n^3; did you mean 'n'?",
        ),
    ],
)
def test_a_violation_is_told_with_line_and_remedy(problems: Problems, old: str, new: str, expected: str) -> None:
    assert expected in problems("margin_ranking", (old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: ApproxNDCG", "title: ''", "(title): the text is empty (a non-empty text)"),
        (
            "title: ApproxNDCG",
            f"title: {'x' * 3_000}",
            "(title): the text has 3000 characters, expected at most 2000",
        ),
        (
            "decimals: 5",
            "decimals: 0",
            "(examples[0].decimals): got 0, expected at least 1 (the value is published to so many decimals only)",
        ),
        (
            "choices: [exponential, linear]",
            "choices: [exponential, linear, linear]",
            "(parameters.gain.choices): a name stands twice in the list (with the type choice: the legal values)",
        ),
        (
            "{shape: [0, 3]}",
            "{shape: [0, 1.5]}",
            "(edge_cases[0].inputs.scores.shape[1]): got 1.5, expected an integer",
        ),
    ],
    ids=["empty", "long", "small", "twice", "fraction"],
)
def test_a_value_out_of_bounds_is_told(problems: Problems, old: str, new: str, expected: str) -> None:
    assert expected in problems("approx_ndcg", (old, new))


def test_a_misspelt_key_is_not_also_reported_as_missing(problems: Problems) -> None:
    assert len(problems("margin_ranking", ("title: Margin", "titel: Margin"))) == 1


def test_every_problem_is_reported_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    found = problems(
        "margin_ranking",
        ("title: Margin", "titel: Margin"),
        ("target[i] * (input1[i]", "target[i] * (inptu1[i]"),
        ("shift: [input1, input2]", "shift: [input1, inputt]"),
        ("target: [1, 1, 1]}\n    parameters: {margin: 1}", "target: [1, 1]}\n    parameters: {margn: 1}"),
        ("id: target_zero", "id: target_not_a_sign"),
    )

    assert [problem.partition(": ")[0] for problem in found] == [
        "(titel)",
        "(definitions.shortfall(i))",
        "(properties.shift[1])",
        "(examples[0].inputs.target)",
        "(examples[0].parameters.margn)",
        "(invalid[1].id)",
    ]


def test_an_unsound_entry_hides_only_itself(problems: Problems) -> None:
    found = problems("warp", ("margin: {type: real", "margin: {type: reel"), ("role: boolean", "role: bool"))

    assert [problem.partition(": ")[0] for problem in found] == ["(inputs.positives.role)", "(parameters.margin.type)"]


def test_an_unsound_mask_does_not_disturb_the_masked_cases(problems: Problems) -> None:
    found = problems("warp", ("mask: items", "mask: {a: 1}"))

    assert [problem.partition(": ")[0] for problem in found] == ["(mask)"]


def test_many_problems_are_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text("inputs:\n" + "".join(f"  k{index}: 1\n" for index in range(400)), "utf-8")

    with pytest.raises(SpecError) as caught:
        load(path)

    assert len(caught.value.problems) == 101
    assert "more problems from here on" in caught.value.problems[-1].message
