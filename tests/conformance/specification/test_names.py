"""Every name of an expression has to be declared, and used as what it is."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.names import Scope, calls, check_names, positions

SCOPE = Scope(
    axes=("items",),
    inputs=("scores", "relevance"),
    parameters={"margin": None, "gain": ("linear", "exponential"), "k": None},
    definitions={"shortfall": 2, "total": 0},
    variables=("i",),
)


def messages(text: str) -> list[str]:
    return check_names(parse(text), text, SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "shortfall(i, i) + total - margin",
        "sum(scores[j] for j in items if j != i)",
        "sum(scores) + max(scores) + norm(scores[1:k]) + len(scores) + len(items)",
        "max(scores[i], 0, margin)",
        "sum(s for s in scores)",
        "sum(p[0] for p in permutations(items))",
        "1 if gain == 'linear' else 2 if 'exponential' != gain else 3",
        "sorted((scores[j] for j in items), reverse=True)[0]",
        "first((j for j in items), default=margin)",
        "sum([scores[j] for j in range(1, k)])",
        "k is None or 0 < scores[i] < k",
    ],
)
def test_declared_names_are_accepted(text: str) -> None:
    assert messages(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("socres[i]", "unknown name 'socres' (column 1 of `socres[i]`); did you mean 'scores'?"),
        ("1 + marign", "unknown name 'marign' (column 5 of `1 + marign`); did you mean 'margin'?"),
        (
            "scores[j]",
            "unknown name 'j' (column 8 of `scores[j]`); expected one of "
            "i, scores, relevance, margin, gain, k, items, shortfall, total",
        ),
        ("maxx(1, 2)", "unknown function 'maxx' (column 1 of `maxx(1, 2)`); did you mean 'max'?"),
        ("shortfal(i, i)", "unknown function 'shortfal' (column 1 of `shortfal(i, i)`); did you mean 'shortfall'?"),
        ("shortfall(i)", "the definition 'shortfall' takes 2 arguments, got 1 (column 1 of `shortfall(i)`)"),
        ("shortfall", "the definition 'shortfall' takes 2 arguments, got none (column 1 of `shortfall`)"),
        (
            "total()",
            "the definition 'total' takes no arguments; write total without parentheses (column 1 of `total()`)",
        ),
        (
            "shortfall(i, i, j=1)",
            "the definition 'shortfall' takes no keyword, got 'j' (column 1 of `shortfall(i, i, j=1)`)",
        ),
        ("scores(i)", "'scores' is an input and cannot be called (column 1 of `scores(i)`); index it, as scores[i]"),
        (
            "margin - scores",
            "'scores' is an input, not a number (column 10 of `margin - scores`); index it, as scores[i]",
        ),
        ("items + 1", "'items' is an axis (column 1 of `items + 1`); write 'for i in items' or len(items)"),
        ("exp + 1", "'exp' is a function (column 1 of `exp + 1`); call it, as exp(...)"),
        ("exp(1, 2)", "exp takes 1 argument, got 2 (column 1 of `exp(1, 2)`)"),
        ("max()", "max takes at least 1 argument, got 0 (column 1 of `max()`)"),
        ("range(1, 2, 3)", "range takes 1 to 2 arguments, got 3 (column 1 of `range(1, 2, 3)`)"),
        (
            "first(j for j in items)",
            "first needs default=..., the value when nothing matches (column 1 of `first(j for j in items)`)",
        ),
        (
            "sorted(scores, revers=True)",
            "sorted takes no keyword 'revers' (column 1 of `sorted(scores, revers=True)`); did you mean 'reverse'?",
        ),
        (
            "sorted(scores, reverse=k)",
            "reverse of sorted is written out, as reverse=True (column 24 of `sorted(scores, reverse=k)`)",
        ),
        (
            "gain == 'lineer'",
            "'lineer' is not a choice of 'gain' (column 9 of `gain == 'lineer'`); did you mean 'linear'?",
        ),
        ("gain + 1", "the choice 'gain' can only be compared (column 1 of `gain + 1`); write gain == '...'"),
        ("'linear'", "the text 'linear' can only be compared with a choice parameter (column 1 of `'linear'`)"),
        (
            "margin == 'linear'",
            "the text 'linear' can only be compared with a choice parameter (column 11 of `margin == 'linear'`)",
        ),
        (
            "sum(1 for k in items)",
            "the variable 'k' is a parameter already (column 11 of `sum(1 for k in items)`); "
            "a variable needs a name of its own",
        ),
        (
            "sum(1 for i in items)",
            "the variable 'i' is a variable already (column 11 of `sum(1 for i in items)`); "
            "a variable needs a name of its own",
        ),
    ],
)
def test_a_misused_name_is_told_with_its_column(text: str, expected: str) -> None:
    assert messages(text) == [expected]


def test_a_variable_is_known_only_inside_its_comprehension() -> None:
    text = "sum(scores[j] for j in items) + scores[j]"

    assert [message.split(";")[0] for message in messages(text)] == [f"unknown name 'j' (column 40 of `{text}`)"]


def test_every_wrong_name_is_told_up_to_ten() -> None:
    text = "max(" + ", ".join(f"name{index}" for index in range(1_000)) + ")"

    assert len(messages("a1 + b1 + c1")) == 3
    assert len(messages(text)) == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shortfall(a, b) == 0", ("a", "b")),
        ("scores[b] == scores[a] and a != b", ("b", "a")),
        ("any(scores[j] > 0 for j in items)", ()),
        ("scores[i] == k", ()),
        ("socres[a] == 0", ("a",)),
        ("x[a] == f(a)", ("a",)),
    ],
)
def test_free_positions_are_unknown_letters_in_order(text: str, expected: tuple[str, ...]) -> None:
    assert positions(parse(text), SCOPE) == expected


def test_the_definitions_in_use_are_listed_once() -> None:
    assert calls(parse("total + shortfall(i, total) + scores[i]"), SCOPE.definitions) == ("total", "shortfall")
