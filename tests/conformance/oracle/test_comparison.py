"""Discontinuities: decided where every implementation decides alike, Undecided elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle import Oracle, Undecided, holds, holds_at
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, expression, loss


@pytest.mark.parametrize(
    "condition",
    [
        "x[0] - x[1] > 0.1",
        "x[0] - x[1] >= 0.1",
        "x[0] - x[1] == 0.1",
        "0 < x[0] - x[1] < 0.1",
        "any(x[i] - 0.1 > x[1] for i in n)",
    ],
)
def test_a_difference_within_its_error_is_undecided(condition: str) -> None:
    spec = loss("1 if below else 0", definitions={"below": condition})

    with pytest.raises(Undecided) as caught:
        Oracle().answer(spec, case([0.3, 0.2]))

    assert "0.1" in caught.value.condition
    assert str(caught.value.location) == "small.yaml:3 (definitions.below)"
    assert "x[" in str(caught.value)


@pytest.mark.parametrize(
    "formula",
    [
        "floor(10 * (x[0] - x[1]))",
        "sign(x[0] - x[1] - 0.1)",
        "sorted(x[i] - (0.1 if i == 0 else 0) for i in n)[0]",
        "argsort(x[i] - (0.1 if i == 0 else 0) for i in n)[0]",
        "10 * x[0] // (10 * x[1] + 1)",
    ],
)
def test_so_are_roundings_and_orders(formula: str) -> None:
    with pytest.raises(Undecided):
        Oracle().answer(loss(formula), case([0.3, 0.2]))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 if x[0] == x[2] else 0", 1),
        ("1 if x[0] > x[2] else 0", 0),
        ("1 if -x[0] >= -x[2] else 0", 1),
        ("1 if x[0] > x[1] else 0", 1),
        ("1 if x[0] == max(x[i] for i in n) else 0", 1),
        ("count(x[i] == max(x[j] for j in n) for i in n)", 2),
        ("argsort(x[i] for i in n)[1]", 0),
        ("argsort((x[i] for i in n), reverse=True)[1]", 2),
        ("sorted(x[i] for i in n)[0]", 0.2),
        ("first((i for i in n if x[i] < 0.25), default=-1)", 1),
        # What first does not need it does not decide.
        ("first((i for i in n if i == 0 or x[0] - x[1] > 0.1), default=-1)", 0),
        ("1 if x[1] + 0.05 < x[0] else 0", 1),
    ],
)
def test_equal_inputs_and_clear_differences_are_decided(formula: str, value: float) -> None:
    told = Oracle().answer(loss(formula), case([0.3, 0.2, 0.3]))

    assert float(told.value) == value


def test_exact_sums_are_decided_in_a_certified_case() -> None:
    spec = loss("1 if x[0] - x[1] > 0.5 else 0")

    told = Oracle().answer(spec, case([0.75, 0.25], certified=True))

    assert float(told.value) == 0
    with pytest.raises(Undecided):
        Oracle().answer(spec, case([0.75, 0.25]))


def test_a_coarser_format_decides_less() -> None:
    spec = loss("1 if x[0] + x[1] > 1 else 0")
    x = [0.50390625, 0.5]

    assert float(Oracle().answer(spec, case(x, dtype="float32")).value) == 1
    with pytest.raises(Undecided):
        Oracle().answer(spec, case(x, dtype="bfloat16"))


def test_labels_are_exact() -> None:
    spec = loss("count(y[i] > y[j] for i in n for j in n)")

    assert float(Oracle().answer(spec, case([0, 0, 0], [0.3, 0.1, 0.3], dtype="bfloat16")).value) == 2


def test_sorting_what_has_no_derivative_needs_no_decision() -> None:
    spec = loss("sorted(2**y[i] - 1 for i in n)[2]")

    told = Oracle().answer(spec, case([0, 0, 0], [0.5, 0.5, 1.5]))

    assert float(told.value) == pytest.approx(2**1.5 - 1)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("x[3]", "index 3 outside `x` of length 3"),
        ("x[first((i for i in n if i > 5), default=-1)]", "index -1 outside `x`"),
        ("1 if y[0] + 1 else 0", "where a condition is expected"),
        ("log(y[1])", "log of a number that is not positive"),
        ("1 / y[1]", "division by 0"),
        ("sum(x[i] > 0 for i in n)", "a truth value where a number is expected"),
        ("max(x[i] for i in n if i > 7)", "max of nothing|of nothing"),
        ("a", "refers to itself"),
    ],
)
def test_what_has_no_value_says_where(formula: str, said: str) -> None:
    spec = loss(formula, definitions={"a": "1 + b", "b": "a"})

    with pytest.raises(FormulaError, match=said) as caught:
        Oracle().answer(spec, case([1.0, 2.0, 3.0], [1, 0, 2]))

    assert str(caught.value).startswith("small.yaml:")


def test_conditions_hold_of_a_case() -> None:
    spec = load_builtin("pairwise_hinge")
    inputs = {"scores": np.array([[2.0, 1.0], [0.0, 3.0]]), "relevance": np.array([[1.0, 0.0], [1.0, 0.0]])}
    given = case([0.0]).with_(inputs=inputs, parameters=spec.defaults(), certified=True)
    at_margin = spec.kinks[0]

    assert holds(spec, given, at_margin.where, at_margin.variables)
    assert not holds(spec, given.with_(parameters={"margin": 2.5}), at_margin.where, at_margin.variables)
    assert holds_at(spec, given, expression("candidate(i, j)"), {"i": 0, "j": 1})
    assert not holds_at(spec, given, expression("candidate(i, j)"), {"i": 1, "j": 0})


def test_a_condition_that_holds_elsewhere_holds_though_one_is_undecided() -> None:
    spec = loss("x[0]", definitions={"above(i)": "x[i] - 0.1 > x[0]"})
    given = case([0.2, 0.3, 0.9])

    assert holds(spec, given, expression("above(i)"), ["i"])
    with pytest.raises(Undecided):
        holds(spec, case([0.2, 0.3, 0.3]), expression("above(i)"), ["i"])
