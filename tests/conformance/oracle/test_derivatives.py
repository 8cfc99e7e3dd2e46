"""Partial derivatives of the formula, against differences in 100 digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rankproof.conformance.cases.sized import sized
from rankproof.conformance.oracle.lists import split, values_of
from rankproof.conformance.oracle.listwise import Listwise
from rankproof.conformance.oracle.settings import Setting
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.model import LossSpec
from tests.conformance.oracle.losses import case, loss

STEP = 2.0**-30

SMOOTH = [
    "exp(x[0]) * x[1] - x[2] / (1 + x[0]**2)",
    "log(2 + x[0]) + log2(3 + x[1]) + log1p(x[2]**2)",
    "sqrt(1 + x[0]**2) * sigmoid(x[1] - x[2])",
    "softplus(x[0] * x[1]) - erf(x[2])",
    "logsumexp(x[0], 2 * x[1], x[0] * x[2])",
    "norm(x[i] - 1 for i in n)",
    "prod(2 + x[i] for i in n) ** 0.5",
    "(1.5 + x[0]) ** -3 + 2 ** x[1] + (3 + x[2]) ** (x[0] / 5)",
    "max(x[0], x[1] + 10) + min(x[2], x[1] - 10) + abs(x[0] - 7)",
    "x[0] % 5 + (x[1] + 9) // 2",
    "sum(sigmoid((x[j] - x[i]) / 0.25) * y[i] for i in n for j in n if i != j)",
    "sum(sorted((x[i] for i in n), reverse=True)[r] / log2(2 + r) for r in range(3))",
    "x[argsort(x[i] for i in n)[0]] * x[2] + sign(x[0]) * x[1] + floor(x[2] + 3)",
    "sum(p[0] * x[p[1]] for p in permutations(n)) / harmonic(5)",
    "-(-x[0] - (x[1] - (x[2] - 1)))",
]


def differences(spec: LossSpec, scores: np.ndarray, labels: np.ndarray) -> list[float]:
    """Central differences, whose own error is of the order of STEP ** 2."""
    found = []
    for component in range(len(scores)):
        ends = []
        for step in (STEP, -STEP):
            moved = scores.copy()
            moved[component] += step
            ends.append(_exact(spec, moved, labels))
        found.append(float((ends[0] - ends[1]) / (2 * STEP)))
    return found


def _exact(spec: LossSpec, scores: np.ndarray, labels: np.ndarray) -> object:
    program = Listwise().programs.get(spec, Setting("exact", True, 400))
    (_, given_list), *_ = split(spec, case(scores, labels))
    return program.value(program.start(values_of(spec, program.ar, given_list, {})), spec.formula.value).v


@pytest.mark.parametrize("formula", SMOOTH)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-60, 60).map(lambda i: i / 64 + 1 / 256), min_size=3, max_size=3, unique=True))
def test_agree_with_differences(formula: str, scores: list[float]) -> None:
    spec, x, y = loss(formula), np.array(scores), np.array([1.0, 0.0, 2.0])
    lists = Listwise()
    (_, given_list), *_ = split(spec, case(x, y))

    told = lists.answer(lists.problem(spec, given_list, {}, "float64", False)).units[0]

    assert told is not None
    got = [told.p.get(component, 0.0) for component in range(3)]
    assert got == pytest.approx(differences(spec, x, y), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", builtin_ids())
def test_floats_and_high_precision_agree(name: str) -> None:
    spec = load_builtin(name)
    size = min(spec.most_along(axis, 5) for axis in spec.axes)
    asked = {"reduction": spec.reduction.default, "dtype": "float64", "family": "given"}
    given_case = sized(spec, tuple(spec.inputs), (size,), spec.defaults(), seed=5, **asked)
    (_, given_list), *_ = split(spec, given_case)
    lists = Listwise()

    floats = lists.answer(lists.problem(spec, given_list, spec.defaults(), "float64", False))
    digits = lists.answer(lists.problem(spec, given_list, spec.defaults(), "exact", True))

    for short, long in zip(floats.units, digits.units, strict=True):
        assert short is not None
        assert long is not None
        assert short.v == pytest.approx(float(long.v), rel=1e-14, abs=1e-15)
        assert short.p == pytest.approx({c: float(x) for c, x in long.p.items()}, rel=1e-13, abs=1e-15)


def test_of_what_stop_holds_are_zero() -> None:
    spec = loss("stop(x[0]) * x[1]")
    lists = Listwise()
    (_, given_list), *_ = split(spec, case([3.0, 5.0]))

    told = lists.answer(lists.problem(spec, given_list, {}, "float64", False)).units[0]

    assert told is not None
    assert (told.v, told.p) == (15.0, {1: 3.0})
    assert told.e > 0


def test_beyond_the_range_of_floats_are_found_in_more_digits() -> None:
    spec = loss("log(exp(x[0]) + exp(x[1]))")
    lists = Listwise()
    (_, given_list), *_ = split(spec, case([1000.0, 999.0]))

    told = lists.answer(lists.problem(spec, given_list, {}, "float64", False)).units[0]

    assert told is not None
    assert told.v == pytest.approx(1000 + np.log1p(np.exp(-1)))
    assert told.p == pytest.approx({0: 1 / (1 + np.exp(-1)), 1: 1 / (1 + np.e)})
