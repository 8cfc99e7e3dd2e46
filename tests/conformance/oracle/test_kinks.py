"""Gradient sets: what may be returned where max, min and abs tie, and what may not."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle import Oracle
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.judge import CaseAnswer
from rankproof.conformance.oracle.kinks import absolute, maximum, minimum
from rankproof.conformance.specification import load_builtin
from tests.conformance.oracle.losses import case, loss


def tied(formula: str, x: list[float], **fields: object) -> CaseAnswer:
    """The answer at an exact tie."""
    return Oracle().answer(loss(formula, **fields), case(x, certified=True))


def share(told: CaseAnswer, gradient: list[float]) -> float:
    return told.judge_gradient({"x": np.array(gradient)}).share


@pytest.mark.parametrize(
    ("formula", "x", "members", "strangers"),
    [
        ("max(0, x[0])", [0.0], [[0], [1], [0.5]], [[-0.01], [1.01]]),
        ("abs(x[0])", [0.0], [[-1], [0], [1]], [[1.01], [-1.01]]),
        ("min(x[0], x[1])", [2.0, 2.0], [[1, 0], [0, 1], [0.25, 0.75]], [[1, 1], [0, 0], [0.5, 0.6]]),
        ("max(x[i] for i in n)", [1.0, 1.0, 1.0], [[0.2, 0.3, 0.5], [0, 0, 1]], [[1, 1, -1], [0.5, 0.5, 0.5]]),
        # Written twice, the tie is two ties: the set is larger than Clarke's, which is {1}.
        ("max(0, x[0]) - max(0, -x[0])", [0.0], [[1], [0], [2]], [[-0.01], [2.01]]),
        ("max(0, x[0]) + 3 * x[1]", [0.0, 1.0], [[0, 3], [1, 3]], [[0, 2.9], [1.1, 3]]),
        ("max(0, x[0])**2 + abs(x[1])", [0.0, 0.0], [[0, 1], [0, -0.5]], [[0.1, 0]]),
        # Products of weights: the inner tie counts only as far as the outer one does.
        ("max(x[0], min(x[1], x[2]))", [1.0] * 3, [[0.5, 0.25, 0.25], [0, 1, 0], [1, 0, 0]], [[0, 1, 1], [1, 1, -1]]),
        ("abs(x[0]) * (2 + abs(x[0]))", [0.0], [[2], [-2]], [[2.1]]),
        ("max(0, x[0] + max(0, x[1]))", [0.0, 0.0], [[1, 1], [0, 0], [1, 0], [0.5, 0.25]], [[0, 1], [0.5, 0.75]]),
    ],
)
def test_members_are_accepted_and_strangers_are_not(
    formula: str, x: list[float], members: list[list[float]], strangers: list[list[float]]
) -> None:
    told = tied(formula, x)

    assert told.at_kink
    assert max(share(told, each) for each in members) <= 0.05
    assert min(share(told, each) for each in strangers) > 1


def test_a_definition_used_twice_is_one_tie() -> None:
    written_out = tied("max(0, x[0]) + max(0, -x[0]) + max(0, x[0])", [0.0])
    defined = tied("a + a", [0.0], definitions={"a": "max(0, x[0])"})
    difference = tied("a - a", [0.0], definitions={"a": "max(0, x[0])"})

    assert share(written_out, [-1]) <= 0.05
    assert share(defined, [1.5]) <= 0.05
    assert share(defined, [-1]) > 1
    assert not difference.at_kink


def test_ties_multiply_as_they_are_nested() -> None:
    # The set is {l m a + l (1 - m) b + (1 - l) c}: m without l is no member, though each weight lies in [0, 1].
    told = tied("max(max(x[0], x[1]) * 1, x[2])", [1.0, 1.0, 1.0])

    assert share(told, [0.3, 0.3, 0.4]) <= 0.05
    assert share(told, [1, 1, 0]) > 1
    assert share(told, [1, 0, 1]) > 1


def test_options_with_the_same_gradient_are_no_kink() -> None:
    told = tied("max(x[0], x[0]) + max(y[0], y[1]) + max(0, y[0])", [3.0, 0.0])

    assert not told.at_kink
    assert told.gradient["x"].tolist() == [1, 0]


def test_a_tie_within_the_error_bounds_is_a_kink_too() -> None:
    spec = loss("max(0, x[0] - x[1] + 0.1)")
    x = np.array([0.2, 0.3], dtype=np.float32).astype(np.float64)

    near = Oracle().answer(spec, case(x, dtype="float32"))
    far = Oracle().answer(spec, case(x - np.array([0, 1e-3]), dtype="float32"))

    assert (near.at_kink, far.at_kink) == (True, False)
    assert share(near, [0, 0]) <= 0.05
    assert share(near, [1, -1]) <= 0.05
    assert share(near, [1, -0.9]) > 1
    assert share(far, [0, 0]) > 1


def test_scores_that_tie_exactly_tie_in_floats_too() -> None:
    spec = loss("max(x[i] for i in n)")

    told = Oracle().answer(spec, case([0.1, 0.1, 0.0]))

    assert told.at_kink
    assert share(told, [0.5, 0.5, 0]) <= 0.05


def test_the_upstream_gradient_scales_the_set() -> None:
    spec = loss("max(0, x[0])")
    told = Oracle().answer(spec, case([[0.0], [0.0]], reduction="none", certified=True, upstream=np.array([4.0, 0.0])))

    assert told.judge_gradient({"x": np.array([[4.0], [0.0]])}).share <= 0.05
    assert told.judge_gradient({"x": np.array([[4.1], [0.0]])}).share > 1
    assert told.judge_gradient({"x": np.array([[0.0], [0.5]])}).share > 1


def test_too_many_kinks_are_not_judged() -> None:
    spec = loss("sum(max(0, x[i] + max(0, x[j])) for i in n for j in n)")
    x = np.zeros(40)

    told = Oracle().answer(spec, case(x, certified=True))
    verdict = told.judge_gradient({"x": x})

    assert not verdict.judged
    assert "extreme" in verdict.reason
    assert told.at_kink


def test_the_stated_gradient_is_what_is_expected_at_a_declared_kink() -> None:
    spec = load_builtin("margin_ranking")
    at_margin = case([1.0]).with_(
        inputs={"input1": np.array([1.0]), "input2": np.array([0.0]), "target": np.array([1.0])},
        parameters={"margin": 1.0},
        certified=True,
    )

    told = Oracle().answer(spec, at_margin)
    active = {"input1": np.array([-1.0]), "input2": np.array([1.0])}
    zero = {"input1": np.array([0.0]), "input2": np.array([0.0])}

    assert told.gradient["input1"].tolist() == [0]
    assert told.judge_gradient(active).share <= 0.05
    assert told.judge_convention(zero).share == 0
    assert told.judge_convention(active).share > 1
    assert told.judge_gradient({"input1": np.array([-1.0]), "input2": np.array([0.0])}).share > 1


def test_a_kink_left_open_accepts_every_member_by_convention() -> None:
    spec = load_builtin("pairwise_hinge")
    equally_hard = case([0.0]).with_(
        inputs={"scores": np.array([0.0, 1.0, 1.0]), "relevance": np.array([1.0, 0.0, 0.0])},
        parameters={**spec.defaults(), "negatives": "hardest"},
        certified=True,
    )

    told = Oracle().answer(spec, equally_hard)

    assert told.judge_convention({"scores": np.array([-1, 0.0, 1.0])}).share <= 0.05
    assert told.judge_convention({"scores": np.array([-1, 0.5, 0.5])}).share <= 0.05
    assert told.judge_convention({"scores": np.array([-1, 1.0, 1.0])}).share > 1


def test_a_convention_is_not_judged_at_a_tie_that_is_none_for_sure() -> None:
    spec = load_builtin("margin_ranking")
    inputs = {"input1": np.array([0.3]), "input2": np.array([0.1]), "target": np.array([1.0])}
    told = Oracle().answer(spec, case([0.0]).with_(inputs=inputs, parameters={"margin": 0.2}))

    verdict = told.judge_convention({"input1": np.array([-1.0]), "input2": np.array([1.0])})

    assert not verdict.judged
    assert "shortfall(i) > 0" in verdict.reason


def test_integers_and_exact_zeros_have_no_kink() -> None:
    ar = Arithmetic(FloatField(), 2.0**-24)
    zero = ar.label(0.0)

    assert (maximum(ar, [1, 3, 2]), minimum(ar, [1, 3, 2]), absolute(ar, -4)) == (3, 1, 4)
    assert absolute(ar, zero) is zero
    assert absolute(ar, ar.leaf(0.0, 0)).g is not None


@pytest.mark.parametrize("formula", ["max(0, norm(x[i] for i in n))", "max(norm(x[i] for i in n), 0, x[0])"])
def test_a_derivative_that_does_not_exist_is_not_lost_in_a_tie(formula: str) -> None:
    told = tied(formula, [0.0, 0.0])

    assert told.at_kink
    assert not told.judge_gradient({"x": np.array([5.0, 0.0])}).judged
    assert share(told, [np.nan, 0.0]) == np.inf
