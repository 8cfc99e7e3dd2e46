"""Evaluation itself: definitions remember, comprehensions have scopes, nothing runs for ever."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle import Oracle
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.specification.errors import BudgetExceeded, FormulaError
from tests.conformance.oracle.losses import case, expression, loss


def value(formula: str, x: list[float], y: list[float] | None = None, **fields: object) -> float:
    return float(Oracle().answer(loss(formula, **fields), case(x, y, certified=True)).value)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sum(x[i] for i in n if x[i] > 1)", 7),
        ("sum(x[i] * y[j] for i in n for j in n if i < j)", 1 * 5 + 1 * 0 + 3 * 0),
        ("sum(sum(x[j] for j in range(i)) for i in n)", 1 + 4),
        ("prod(x[i] for i in n)", 12),
        ("sum(x[1:])", 7),
        ("max(x[:2]) - min(x[i] for i in n)", 2),
        ("len(n) + len(x) + len(range(4))", 10),
        ("count(x[i] > 1 and not y[i] > 2 for i in n)", 1),
        ("1 if all(x[i] > 0 for i in n) and any(y[i] == 0 for i in n) else 0", 1),
        ("1 if 0 < x[0] < x[1] <= 3 else 0", 1),
        ("sum(max(p[0], p[1]) for p in permutations(n)) / 6", 10 / 6),
        ("logsumexp(0 * x[i] for i in n) - log(3)", 0),
        ("[x[i] + 1 for i in n][2]", 5),
        ("+x[0] - -x[1]", 4),
        ("7 % 4 + 2 ** 3 + 7 // 2", 14),
    ],
)
def test_the_language_means_what_it_says(formula: str, expected: float) -> None:
    assert value(formula, [1.0, 3.0, 4.0], [2, 5, 0]) == pytest.approx(expected)


def test_a_definition_sees_its_arguments_and_not_its_callers_variables() -> None:
    definitions = {"twice(v)": "2 * v", "at(i)": "sum(x[j] for j in n if j != i)"}

    assert value("sum(at(j) + twice(x[j]) for j in n)", [1.0, 2.0, 4.0], definitions=definitions) == 14 + 14


def test_a_definition_is_evaluated_once_for_its_arguments() -> None:
    # Written out, 2**40 additions.
    doubled = {f"d{i}": f"d{i - 1} + d{i - 1}" for i in range(1, 41)}

    assert value("d40", [1.0], definitions={"d0": "x[0]", **doubled}) == 2.0**40


@pytest.mark.parametrize(
    "formula",
    [
        "sum(1 for i in range(3000000))",
        "sum(1 for i in range(3000) for j in range(3000))",
        "sum(sum(range(3000)) for i in range(3000))",
        "sum(sorted(range(100000000)))",
        "count(f(i) > 0 for i in range(1500000))",
        "sum(range(1000000000)[1:])",
    ],
)
def test_a_formula_that_takes_too_long_is_stopped(formula: str) -> None:
    with pytest.raises(BudgetExceeded, match="step budget"):
        value(formula, [1.0], definitions={"f(i)": "i + 1"})


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("9**(9**9)", "too many digits"),
        ("(10**1000)**2 * 10**1000", "bits, expected at most 4096|too many digits"),
        ("d12", "expected at most 4096"),
        ("sum(p[0] for p in permutations(range(11)))", "at most 8"),
        ("harmonic(-1)", "at least 0"),
        ("harmonic(x[0])", "expected an integer"),
        ("x + 1", "a list where a number"),
        ("sum(x[0])", "where a list is expected"),
        ("range(x[0])[0]", "expected an integer"),
    ],
)
def test_what_would_hurt_or_means_nothing_is_refused(formula: str, said: str) -> None:
    squares = {f"d{i}": f"d{i - 1} * d{i - 1}" for i in range(1, 13)}

    with pytest.raises(FormulaError, match=said):
        value(formula, [1.0], definitions={"d0": "7", **squares})


def test_recursion_is_refused() -> None:
    with pytest.raises(FormulaError, match="refers to itself"):
        value("f(0)", [1.0], definitions={"f(i)": "1 + f(i)"})
    with pytest.raises(FormulaError, match="nested too deeply"):
        value("f(0)", [1.0], definitions={"f(i)": "1 + f(i + 1)"})


def test_the_step_budget_is_per_evaluation() -> None:
    program = Program(Arithmetic(FloatField(), 2.0**-53), (), {})
    steps = expression("sum(1 for i in range(100))")

    assert program.value(program.start({}, steps=100), steps) == 100
    with pytest.raises(BudgetExceeded):
        program.value(program.start({}, steps=99), steps)
