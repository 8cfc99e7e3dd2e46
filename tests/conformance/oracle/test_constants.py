"""Constant expressions: their digits, and the refusal of what is none or never ends."""

from __future__ import annotations

import mpmath
import pytest

from rankproof.conformance.oracle import constant
from rankproof.conformance.specification.errors import BudgetExceeded, FormulaError


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1 - (1.5 - 2)", "1.5"),
        ("0.1", "0.1"),
        ("1/3", "0.333333333333333333333333333333"),
        ("log(2)", "0.693147180559945309417232121458"),
        ("log2(10)", "3.32192809488736234787031942949"),
        ("erf(1/2)", "0.520499877813046537682746653892"),
        ("sigmoid(-1)", "0.268941421369995120748840758178"),
        ("2**0.5", "1.41421356237309504880168872421"),
        ("harmonic(4)", "2.08333333333333333333333333333"),
        ("logsumexp(0, 1)", "1.31326168751822283404899549497"),
        ("max(0, 1 - 2) + min(3, 0.5)", "0.5"),
        ("sum(i**2 for i in range(4) if i != 2)", "10.0"),
        ("first((i for i in range(9) if i * i > 30), default=-1)", "6.0"),
        ("sorted((x for x in range(3)), reverse=True)[0]", "2.0"),
        ("7 // 2 + 7 % 4 - floor(2.5)", "4.0"),
    ],
)
def test_has_thirty_digits(text: str, digits: str) -> None:
    value = constant(text)

    assert mpmath.nstr(value, 30) == digits


def test_is_a_number_of_mpmath() -> None:
    assert constant("1/3") * 3 == mpmath.mpf(1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scores", "unknown name 'scores'"),
        ("1/0", "division by 0"),
        ("log(0)", "not positive"),
        ("9**9**9", "too many digits"),
        ("True + 1", "a truth value where a number"),
        ("1 if 2 else 3", "2 where a condition"),
        ("range(3)[5]", "index 5"),
        ("range(3)[-1]", "index -1"),
        ("max(i for i in range(0))", "of nothing"),
        ("permutations(range(20))", "permutations of 20"),
        ("().__class__", "not in the language|an attribute"),
    ],
)
def test_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        constant(text)


def test_stops_what_does_not_end() -> None:
    with pytest.raises(BudgetExceeded):
        constant("sum(1 for i in range(10**9))")
