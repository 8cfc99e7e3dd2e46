"""The clauses on plain numbers: each catches what it is there for."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.oracle import answer
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on


def ignores_upstream(case, call, outcome):
    told = answer(load_builtin("margin_ranking"), case.with_(upstream=None))
    return replace(outcome, gradient=dict(told.gradient))


def mean_as_sum(case, call, outcome):
    units = max(1, outcome.value.size if case.reduction == "none" else next(iter(case.inputs.values())).size)
    return replace(outcome, value=outcome.value * units) if case.reduction == "mean" else outcome


def overflows(case, call, outcome):
    return replace(outcome, value=outcome.value * np.nan) if case.family == "apart" else outcome


def value_in_single(case, call, outcome):
    return replace(outcome, value=round_to(outcome.value, "float32"))


def returned_in_double(case, call, outcome):
    return replace(outcome, dtype="float64")


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (ignores_upstream, "upstream"),
        (mean_as_sum, "reduction"),
        (overflows, "extremes"),
        (value_in_single, "value"),
    ],
)
def test_a_defect_is_caught_by_its_clause(change, clause):
    finding = verdict_on(context_of("margin_ranking", change), clause, cases=16)

    assert finding.verdict is Verdict.DIVERGES


@pytest.mark.parametrize(("dtype", "clause"), [("float32", "value"), ("bfloat16", "precision.bfloat16")])
def test_a_result_in_another_dtype_than_the_scores_is_caught(dtype, clause):
    finding = verdict_on(context_of("margin_ranking", returned_in_double, dtype=dtype), clause, cases=4)

    assert finding.verdict is Verdict.DIVERGES
    assert f"the value is of float64 for scores of {dtype}" in finding.reason


@pytest.mark.parametrize("clause", ["value", "gradient", "upstream", "reduction", "ties", "extremes"])
@pytest.mark.parametrize("loss", ["margin_ranking", "warp"])
def test_a_right_subject_conforms(loss, clause):
    finding = verdict_on(context_of(loss), clause)

    assert finding.verdict is Verdict.CONFORMING
    assert finding.cases > 0


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_has_the_budget_of_its_own_format(dtype):
    def in_half(case, call, outcome):
        return replace(outcome, value=round_to(outcome.value, dtype))

    def coarser(case, call, outcome):
        return replace(outcome, value=outcome.value * (1 + 2.0**-5))

    context = context_of("pairwise_hinge", in_half, dtype=dtype)

    assert verdict_on(context, f"precision.{dtype}").verdict is Verdict.CONFORMING
    assert verdict_on(context_of("margin_ranking", coarser, dtype=dtype), f"precision.{dtype}").verdict is (
        Verdict.DIVERGES
    )


def test_a_subject_of_one_list_without_reductions_has_no_reduction_to_be_asked_for():
    context = context_of("warp", batch=False, reductions=("mean",))

    assert verdict_on(context, "reduction").verdict is Verdict.NOT_RUN
