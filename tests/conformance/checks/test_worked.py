"""Worked cases and NaN: asked as they stand, in the dtype, and only of a subject that can be asked."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.checks.clause import NotRun
from rankproof.conformance.checks.worked import as_case, clauses, parameters_of
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on

WARP = load_builtin("warp")


def worked(name):
    return next(each for each in (*WARP.examples, *WARP.edge_cases) if each.id == name)


def hides_nan(case, call, outcome):
    return replace(outcome, value=np.nan_to_num(outcome.value))


def spreads_nan(case, call, outcome):
    nan = np.isnan(outcome.value).any()
    return replace(outcome, value=np.full_like(outcome.value, np.nan)) if nan else outcome


@pytest.mark.parametrize("loss", ["margin_ranking", "warp"])
@pytest.mark.parametrize("change", [hides_nan, spreads_nan])
def test_nan_that_is_hidden_or_spreads_is_caught(loss, change):
    assert verdict_on(context_of(loss, change), "edge.nan", cases=16).verdict is Verdict.DIVERGES


@pytest.mark.parametrize("change", [hides_nan, spreads_nan])
def test_nan_is_sought_in_ranks_although_their_sum_has_no_gradient(change):
    context = context_of("soft_rank", change, default_reduction="none")

    assert verdict_on(context, "edge.nan", cases=16).verdict is Verdict.DIVERGES


@pytest.mark.parametrize("loss", ["margin_ranking", "warp", "approx_ndcg"])
def test_nan_that_stays_in_its_unit_conforms(loss):
    assert verdict_on(context_of(loss), "edge.nan").verdict is Verdict.CONFORMING


def test_nan_is_put_where_the_value_depends_on_it():
    context = context_of("warp")
    verdict_on(context, "edge.nan", cases=16)

    assert {int(np.isnan(case.inputs["scores"]).sum()) for case in context.subject.seen} == {1}


def test_a_wrong_value_on_an_example_is_told_at_its_line():
    def doubled(case, call, outcome):
        return replace(outcome, value=2 * outcome.value)

    finding = verdict_on(context_of("warp", doubled), "examples.harmonic")

    assert finding.verdict is Verdict.DIVERGES
    assert finding.location == str(worked("harmonic").location)


def test_no_gradient_is_asked_for_where_a_score_is_nan():
    def wrong_gradient(case, call, outcome):
        return replace(outcome, gradient={"scores": outcome.gradient["scores"] + 1})

    assert verdict_on(context_of("warp", wrong_gradient), "edge.nan_score").verdict is Verdict.CONFORMING
    assert verdict_on(context_of("warp", wrong_gradient), "edge.one_item").verdict is Verdict.DIVERGES


def test_scores_and_real_parameters_are_rounded_to_the_dtype_and_indices_are_not():
    case = as_case(context_of("warp", dtype="bfloat16"), worked("misranking"))

    assert np.array_equal(case.inputs["scores"], round_to(np.array([0.59, 0.17, 0.63, 0.05, 0.31]), "bfloat16"))
    assert case.inputs["order"].dtype == np.int64
    assert case.parameters["violation"] == "misranking"


def test_a_case_on_the_grid_is_certified_and_one_of_decimals_is_not():
    context = context_of("warp")

    assert as_case(context, worked("exactly_at_the_margin")).certified
    assert not as_case(context, worked("misranking")).certified


def test_a_reduction_that_the_subject_lacks_falls_back_to_its_own_unless_the_case_states_one():
    context = context_of("warp", reductions=("sum",), default_reduction="sum")

    assert as_case(context, worked("harmonic")).reduction == "sum"
    with pytest.raises(NotRun, match="needs reduction = 'none', and the subject offers sum"):
        as_case(context, worked("nan_score"))


@pytest.mark.parametrize(
    ("name", "can", "reason"),
    [
        ("all_masked", {"mask": False, "missing": {"mask": "takes no mask"}}, "takes no mask"),
        ("nan_score", {"batch": False}, "takes one list at a time"),
        ("harmonic", {"inputs": ("scores", "positives")}, "takes no order"),
    ],
)
def test_a_case_beyond_the_subject_is_not_asked(name, can, reason):
    with pytest.raises(NotRun, match=reason):
        as_case(context_of("warp", **can), worked(name))


def test_a_parameter_that_is_built_in_at_another_value_is_not_asked():
    context = context_of("warp", parameters=frozenset({"margin"}), fixed={"violation": "margin"})

    with pytest.raises(NotRun, match="needs violation = 'misranking', and the subject computes violation = 'margin'"):
        parameters_of(context, {"violation": "misranking"})
    assert parameters_of(context, {"violation": "margin"})["violation"] == "margin"


def test_an_example_of_the_default_convention_is_not_asked_of_another_convention():
    context = context_of("warp", parameters=frozenset(WARP.parameters), fixed={"rank_weight": "logarithmic"})
    found = verdict_on(context, "examples.positive_is_skipped")

    assert found.verdict is Verdict.NOT_RUN
    assert "the subject computes rank_weight = 'logarithmic'" in found.reason


def test_an_omitted_input_must_hold_its_constant_for_the_case_to_be_asked():
    context = context_of("margin_ranking", inputs=("input1", "input2"))

    assert verdict_on(context, "examples.positive_negative_form").verdict is Verdict.CONFORMING
    assert verdict_on(context, "examples.both_targets").reason == "takes no target"


def test_a_worked_gradient_goes_on_from_its_upstream_gradient_and_needs_that_shape():
    example = next(each for each in load_builtin("soft_rank").examples if each.id == "two_items")
    context = context_of("soft_rank", default_reduction="none")
    summing = context_of("soft_rank", reductions=("sum",), default_reduction="sum")

    assert as_case(context, example).upstream.tolist() == [1, 0]
    with pytest.raises(NotRun, match="goes on from one in the shape of reduction = 'none'"):
        as_case(summing, example)


def test_a_gradient_that_ignores_its_upstream_gradient_is_caught_by_an_example():
    def summed(case, call, outcome):
        return replace(outcome, gradient={"scores": np.zeros_like(outcome.gradient["scores"])})

    context = context_of("soft_rank", summed, default_reduction="none")

    assert verdict_on(context, "examples.two_items").verdict is Verdict.DIVERGES


def test_a_subject_that_no_convention_fits_is_not_said_to_compute_one():
    fixed = WARP.defaults()
    found = [context_of("warp", parameters=frozenset(), fixed=fixed, unmatched=tried) for tried in (0, 9)]
    told = [
        verdict_on(context, f"examples.{each.id}").reason
        for context in found
        for each in WARP.examples
        if any(fixed[name] != value for name, value in each.parameters.items())
    ]

    assert any("and the subject computes " in reason for reason in told[: len(told) // 2])
    assert any(" is judged as " in reason and "no convention fits it" in reason for reason in told[len(told) // 2 :])
    assert not any("computes" in reason for reason in told[len(told) // 2 :])


def dtypes_of(case):
    spec = replace(WARP, edge_cases=(case,))
    return next(clause.dtypes for clause in clauses(spec) if clause.id == f"edge.{case.id}")


def test_a_case_is_asked_in_the_dtypes_that_it_states():
    assert dtypes_of(worked("harmonic")) == {"float64", "float32"}
    assert dtypes_of(replace(worked("harmonic"), dtypes=("float16",))) == {"float16"}


def test_a_case_is_not_asked_in_a_dtype_that_cannot_hold_its_numbers():
    case = worked("harmonic")
    scores = [1e300 * each for each in case.inputs["scores"]]

    assert dtypes_of(replace(case, inputs={**case.inputs, "scores": scores})) == {"float64"}
