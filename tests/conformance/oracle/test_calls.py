"""The functions of the formula language, called: what they give, and what they refuse in words."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle import Oracle
from rankproof.conformance.oracle.calls import LONGEST_PERMUTATION
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, loss


def value(formula, x=(1.0, 3.0, 4.0), y=(2, 5, 0)):
    return float(Oracle().answer(loss(formula), case(list(x), list(y), certified=True)).value)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("max((x[i] for i in n if x[i] > 9), default=-1)", -1),
        ("min(x[0], x[1], x[2])", 1),
        ("first((i for i in n if x[i] > 2), default=7)", 1),
        ("first((i for i in n if x[i] > 9), default=7)", 7),
        ("sorted(x)[0] + 10 * sorted(x, reverse=True)[0]", 41),
        ("argsort(y)[0] + 10 * argsort(y, reverse=True)[0]", 2 + 10),
        ("count(y[i] > 1 for i in n)", 2),
        ("sign(x[0] - 2) + sign(y[0])", 0),
        ("floor(y[0] / 2 + 1/4)", 1),
        ("abs(-x[1])", 3),
        ("stop(x[0]) + stop(2)", 3),
        ("harmonic(0) + harmonic(1) + harmonic(3)", 1 + 11 / 6),
        ("len(y) + len(range(1, 3))", 5),
        ("len(permutations(n))", 6),
        ("norm(x[i] for i in n if i != 0)", 5),
        ("prod(y[i] for i in range(0))", 1),
    ],
)
def test_a_call_gives_what_its_name_says(formula, expected):
    assert value(formula) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("max(x[i] for i in range(0))", "of nothing"),
        ("logsumexp(x[i] for i in range(0))", "logsumexp of nothing"),
        ("harmonic(-1)", "harmonic of -1, expected at least 0"),
        ("harmonic(x[0])", "harmonic of Number"),
        ("len(range(x[0]))", "range of Number"),
        ("len(permutations(range(9)))", f"permutations of 9 members, expected at most {LONGEST_PERMUTATION}"),
        ("exp(n)", "a list where a number is expected"),
        ("sum(x[0])", "where a list is expected"),
    ],
)
def test_a_call_that_has_no_value_says_why(formula, words):
    with pytest.raises(FormulaError) as caught:
        value(formula)

    assert words in str(caught.value)


def test_what_is_stopped_has_no_gradient():
    answer = Oracle().answer(loss("stop(x[0]) * x[1]", gradient="0"), case([2.0, 3.0]))

    assert answer.gradient["x"].tolist() == [0, 2]
