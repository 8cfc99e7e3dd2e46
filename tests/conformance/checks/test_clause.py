"""The context of a clause: what it draws within a subject's abilities."""

from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Tally
from rankproof.conformance.checks.reproducible import draw_cases
from tests.conformance.data.made_subject import context_of


def test_cases_hold_what_the_subject_takes():
    context = context_of("margin_ranking", inputs=("input1", "input2"))
    found = draw_cases(context.drawn(Plan()), 5, 0)

    assert all((case.inputs["target"] == 1).all() for case in found)


def test_a_built_in_value_is_fixed_only_where_the_subject_does_not_take_the_parameter():
    fixed, taken = (
        context_of("margin_ranking", fixed={"margin": 0.25}, parameters=frozenset(parameters))
        for parameters in ((), ("margin",))
    )

    assert {case.parameters["margin"] for case in draw_cases(fixed.drawn(Plan()), 8, 0)} == {0.25}
    assert len({case.parameters["margin"] for case in draw_cases(taken.drawn(Plan()), 8, 0)}) > 1


def test_the_finest_reduction_is_none_where_it_is_offered():
    assert context_of("warp").finest_reduction == "none"
    assert context_of("warp", reductions=("sum",), default_reduction="sum").finest_reduction == "sum"


def test_a_subject_of_one_list_is_given_no_batch():
    assert context_of("warp", batch=False).batches == ((),)
    assert (2,) in context_of("warp").batches


def test_a_subject_that_reduces_over_lists_is_meant_for_batches():
    assert context_of("warp", batch=False).meant_for_batches
    assert not context_of("warp", batch=False, reductions=("mean",)).meant_for_batches
    assert not context_of("margin_ranking", batch=False).meant_for_batches
    assert context_of("triplet_margin", batch=False).meant_for_batches


def test_a_tally_keeps_the_worst_share():
    tally = Tally()
    for share in (0.25, 0.75, 0.5):
        tally.count(share)

    assert (tally.judged, tally.worst_share) == (3, 0.75)
