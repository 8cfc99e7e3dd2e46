"""From lists to a case: reductions, upstream gradients, batches, padding, NaN, overflow, and the cache."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.oracle import Oracle
from rankproof.conformance.oracle.judge import CaseAnswer
from rankproof.conformance.specification import load_builtin
from tests.conformance.oracle.losses import case, loss

SQUARES = loss("sum(x[i]**2 for i in n)", gradient="2 * x[i]")
EACH = loss("x[i]**2 + x[0]", loop=True)
COUNTED = loss("sum(x[i] for i in n)", denominator="count(y[i] > 0 for i in n)")


def told_of(spec: object, given: Case) -> CaseAnswer:
    return Oracle().answer(spec, given)


@pytest.mark.parametrize(
    ("reduction", "value", "factor"), [("none", [5.0, 25.0, 1.0], 1), ("sum", 31.0, 1), ("mean", 31 / 3, 1 / 3)]
)
def test_lists_are_reduced(reduction: str, value: object, factor: float) -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]])

    told = told_of(SQUARES, case(x, reduction=reduction))

    assert told.value.tolist() == pytest.approx(value)
    assert told.gradient["x"] == pytest.approx(2 * x * factor)
    assert told.judge_value(np.asarray(value)).share < 0.1


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_upstream_gradients_are_applied(reduction: str) -> None:
    x = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [5.0, 6.0]]])
    upstream = np.array([[2.0, -0.5], [0.0, 3.0]]) if reduction == "none" else np.array(-4.0)
    factors = upstream[..., None] / (4 if reduction == "mean" else 1)

    told = told_of(SQUARES, case(x, reduction=reduction, upstream=upstream))

    assert told.gradient["x"] == pytest.approx(2 * x * factors)
    assert told.judge_gradient({"x": 2 * x * factors}).share < 0.1
    assert told.judge_gradient({"x": 2 * x}).share > 1


def test_a_loop_has_a_unit_for_each_position() -> None:
    upstream = np.array([1.0, 2.0, 4.0])

    told = told_of(EACH, case([1.0, 2.0, 3.0], reduction="none", upstream=upstream))

    assert told.value.tolist() == [2, 5, 10]
    # The first score is in every unit.
    assert told.gradient["x"].tolist() == [1 * (2 * 1 + 1) + 2 + 4, 2 * 4, 4 * 6]


def test_a_mean_divides_by_the_sum_of_the_denominators() -> None:
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [1.0, 1.0]])

    told = told_of(COUNTED, case(x, y, reduction="mean"))

    assert float(told.value) == pytest.approx(10 / 3)
    assert told.gradient["x"] == pytest.approx(np.full((2, 2), 1 / 3))


@pytest.mark.parametrize("x", [np.zeros((0, 3)), np.array([[1.0, 2.0]])])
def test_a_mean_over_nothing_is_zero_with_a_zero_gradient(x: np.ndarray) -> None:
    told = told_of(COUNTED, case(x, np.zeros_like(x), reduction="mean"))

    assert float(told.value) == 0
    assert told.judge_gradient({"x": np.zeros_like(x)}).share == 0
    assert told.judge_value(np.asarray(np.nan)).share == np.inf
    assert x.size == 0 or told.judge_gradient({"x": np.full_like(x, 0.1)}).share > 1


def test_padding_counts_for_nothing_and_must_have_no_gradient() -> None:
    x = np.array([[1.0, np.nan, 2.0], [3.0, 7.0, np.nan]])
    mask = np.array([[True, False, True], [True, True, False]])

    told = told_of(SQUARES, case(x, reduction="none", mask=mask))
    right = np.array([[2.0, 0.0, 4.0], [6.0, 14.0, 0.0]])

    assert told.value.tolist() == [5, 58]
    assert told.judge_gradient({"x": right}).share < 0.1
    assert told.judge_gradient({"x": right + 1e-300 * ~mask}).share == np.inf
    assert told.judge_gradient({"x": np.where(mask, right, np.nan)}).share == np.inf


def test_positions_are_renumbered_among_the_real_items() -> None:
    spec = load_builtin("warp")
    inputs = {
        "scores": np.array([9.0, 0.0, 1.0, 5.0]),
        "positives": np.array([False, True, False, False]),
        "order": np.array([2, 3]),
    }
    given = Case(inputs, spec.defaults(), "sum", mask=np.array([False, True, True, True]), certified=True)

    told = told_of(spec, given)

    # The first trial violates: N = 1 of 3 labels, estimated rank 2.
    assert float(told.value) == 1.5 * 2
    assert told.gradient["scores"].tolist() == [0, -1.5, 1.5, 0]
    passed_over = told_of(spec, given.with_(inputs={**inputs, "order": np.array([0, 2, 3])}))
    assert passed_over.gradient["scores"].tolist() == [0, -1.5, 1.5, 0]


def test_a_list_with_nan_is_nan_and_the_others_are_judged() -> None:
    x = np.array([[1.0, np.nan], [3.0, 4.0]])

    alone = told_of(SQUARES, case(x, reduction="none"))
    summed = told_of(SQUARES, case(x, reduction="sum"))
    right = 2 * np.nan_to_num(x)

    assert alone.judge_value(np.array([np.nan, 25.0])).share == 0
    assert alone.judge_value(np.array([0.0, 25.0])).share == np.inf
    assert np.isnan(summed.value)
    assert alone.judge_gradient({"x": right}).share < 0.1
    assert alone.judge_gradient({"x": right + np.array([[0.0, 0.0], [0.0, 1e-3]])}).share > 1
    assert not told_of(SQUARES, case(x[:1])).judge_gradient({"x": right[:1]}).judged


def test_a_unit_that_reads_no_nan_keeps_its_value() -> None:
    spec = load_builtin("margin_ranking")
    inputs = {"input1": np.array([np.nan, 1.0]), "input2": np.array([0.0, 2.0]), "target": np.array([1.0, 1.0])}

    told = told_of(spec, Case(inputs, {"margin": 0.0}, "none"))

    assert told.judge_value(np.array([np.nan, 1.0])).share == 0
    assert told.judge_gradient({"input1": np.array([7.0, -1.0]), "input2": np.array([np.nan, 1.0])}).share == 0
    assert told.judge_convention({"input1": np.array([7.0, -1.0]), "input2": np.array([np.nan, 1.0])}).share == 0
    assert told.judge_gradient({"input1": np.array([0.0, 0.0]), "input2": np.array([0.0, 1.0])}).share > 1


def test_a_wrong_shape_is_infinitely_far() -> None:
    told = told_of(SQUARES, case([1.0, 2.0]))

    assert told.judge_value(np.array([5.0])).share == np.inf
    assert told.judge_gradient({"x": np.array([[2.0, 4.0]])}).share == np.inf


def test_overflow_is_excused_where_the_true_result_exceeds_the_range() -> None:
    told = told_of(SQUARES, case([300.0, 10.0], dtype="float16"))
    short = told_of(SQUARES, case([200.0, 10.0], dtype="float16"))

    assert told.judge_value(np.asarray(np.inf)).share == 0
    assert told.judge_value(np.asarray(-np.inf)).share == np.inf
    assert short.judge_value(np.asarray(np.inf)).share == np.inf


def test_a_budget_wider_than_a_quarter_of_the_gradient_says_nothing() -> None:
    spec = loss("sigmoid(x[0]) + 0 * x[1]")
    told = told_of(spec, case([30.0, 0.0], dtype="float32"))

    near, far = told.judge_gradient({"x": np.array([2e-7, 0])}), told.judge_gradient({"x": np.array([1e-3, 0])})

    assert not near.judged
    assert "budget of x" in near.reason
    # What no bound allows is told even so.
    assert far.judged
    assert far.share > 4


def test_a_gradient_of_zero_is_judged() -> None:
    told = told_of(loss("0 * x[0] + y[0]"), case([1.0], [3.0]))

    assert told.judge_gradient({"x": np.array([0.0])}).share == 0
    assert told.judge_gradient({"x": np.array([1e-3])}).share > 1


def test_only_the_inputs_that_were_differentiated_are_judged() -> None:
    spec = load_builtin("margin_ranking")
    inputs = {"input1": np.array([0.0]), "input2": np.array([2.0]), "target": np.array([1.0])}
    told = told_of(spec, Case(inputs, {"margin": 1.0}, "sum"))

    verdict = told.judge_gradient({"input2": np.array([1.0])})

    assert (verdict.share, list(verdict.expected)) == (0, ["input2"])


def test_one_component_is_pooled_with_its_list_but_not_with_others() -> None:
    spec = loss("sum(x[i]**2 for i in n)")
    x = np.array([[1e6, 1.0], [1.0, 2.0]])
    told = told_of(spec, case(x, dtype="float32"))
    off = 2 * x + [[0.0, 1e-3], [0.0, 0.0]]

    verdict = told.judge_gradient({"x": off})

    assert verdict.share < 1 < verdict.componentwise
    assert told.judge_gradient({"x": 2 * x + [[0.0, 0.0], [0.0, 1e-3]]}).share > 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reduction": "average"}, "reduction is 'average'"),
        ({"dtype": "int8"}, "dtype is 'int8'"),
        ({"upstream": np.ones(3)}, "upstream has shape"),
        ({"mask": np.ones((2, 3), dtype=bool)}, "batch axes"),
        ({"mask": np.ones(3, dtype=bool)}, "mask has length 3, expected 2"),
        ({"inputs": {"x": np.ones(2)}}, "needs the input y"),
        ({"inputs": {"x": np.ones(2), "y": np.ones(3)}}, "y has 3 along n"),
        ({"inputs": {"x": np.array([1.0, np.inf]), "y": np.ones(2)}}, "x holds an infinity"),
        ({"inputs": {"x": np.ones(2), "y": np.ones(2), "z": np.ones(2)}}, "z is no input"),
    ],
)
def test_a_case_that_does_not_fit_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        told_of(SQUARES, case([1.0, 2.0]).with_(**change))


def test_lists_are_evaluated_once() -> None:
    oracle = Oracle()
    x = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])

    oracle.answer(SQUARES, case(x))
    oracle.answer(SQUARES, case(x, reduction="mean", upstream=np.array(3.0)))
    cache = oracle.lists.cache

    assert (cache.misses, cache.hits) == (2, 4)


def test_padding_does_not_matter_to_the_cache_but_numbers_and_formats_do() -> None:
    oracle = Oracle()
    mask = np.array([True, True, False])
    oracle.answer(SQUARES, case([1.0, 2.0]))

    oracle.answer(SQUARES, case([1.0, 2.0, 99.0], mask=mask))
    hits = oracle.lists.cache.hits
    for other in (
        case([1.0, 2.5]),
        case([1.0, 2.0], [1, 0]),
        case([1.0, 2.0], dtype="float32"),
        case([1.0, 2.0], certified=True),
    ):
        oracle.answer(SQUARES, other)
    oracle.answer(loss("sum(x[i]**2 for i in n)"), case([1.0, 2.0]))

    assert (hits, oracle.lists.cache.hits) == (1, 1)


def test_the_same_case_has_the_same_answer() -> None:
    oracle, given = Oracle(), case([1.0, 2.0])

    assert oracle.answer(SQUARES, given) is oracle.answer(SQUARES, given)
