"""At a kink: the declared member conforms, another member is admissible, what lies outside the set diverges."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks import kinks
from rankproof.conformance.checks.clause import Divergence, Tally
from rankproof.conformance.checks.numbers import check_kink
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.oracle import answer
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on

RANKING, HINGE = load_builtin("margin_ranking"), load_builtin("pairwise_hinge")


def slope_at_the_kink(slope):
    """The margin ranking loss's gradient with so much of the active side's at the kink."""

    def change(case, call, outcome):
        at = case.parameters["margin"] - case.inputs["target"] * (case.inputs["input1"] - case.inputs["input2"]) == 0
        step = slope * case.inputs["target"] * at / max(1, at.size)
        gradient = {"input1": outcome.gradient["input1"] - step, "input2": outcome.gradient["input2"] + step}
        return replace(outcome, gradient=gradient)

    return change


@pytest.mark.parametrize(
    ("slope", "verdict"),
    [
        (0.0, Verdict.CONFORMING),  # relu
        (1.0, Verdict.ADMISSIBLE),  # clamp
        (0.5, Verdict.ADMISSIBLE),  # half of either side
        (-0.5, Verdict.DIVERGES),
        (1.5, Verdict.DIVERGES),
    ],
)
def test_the_verdict_follows_the_gradient_at_the_kink(slope, verdict):
    finding = verdict_on(context_of("margin_ranking", slope_at_the_kink(slope)), "kink")

    assert finding.verdict is verdict


def test_an_admissible_member_is_told_with_its_kink():
    finding = verdict_on(context_of("margin_ranking", slope_at_the_kink(1.0)), "kink")

    assert finding.reason == "another member of the gradient set at the kink at_margin"


def test_every_drawn_case_lies_on_a_kink():
    found = draw_cases(kinks.drawn(context_of("margin_ranking")), 10, 0)

    assert all(answer(RANKING, case).at_kink and kinks.kinks_of(RANKING, case) for case in found)


def test_a_case_away_from_the_kinks_lies_on_none():
    case = Case({name: np.array([1.0]) for name in RANKING.inputs}, {"margin": 0.5}, "mean", certified=True)

    assert kinks.kinks_of(RANKING, case) == ()
    assert [kink.id for kink in kinks.kinks_of(RANKING, case.with_(parameters={"margin": 0.0}))] == ["at_margin"]


def test_at_a_kink_that_leaves_the_choice_open_every_member_conforms():
    def share_the_hardest(case, call, outcome):
        gradient = outcome.gradient["scores"].copy()
        tied = [j for j in range(3) if case.inputs["relevance"][j] == 0]
        gradient[tied] = gradient[tied].mean()
        return replace(outcome, gradient={"scores": gradient})

    inputs = {"scores": np.array([0.0, 1.0, 1.0]), "relevance": np.array([1.0, 0.0, 0.0])}
    case = Case(inputs, {**HINGE.defaults(), "negatives": "hardest", "margin": 0.5}, "mean", certified=True)
    context, tally = context_of("pairwise_hinge", share_the_hardest), Tally()
    check_kink(context, case, tally)

    assert [kink.id for kink in kinks.kinks_of(HINGE, case)] == ["equally_hard"]
    assert (tally.judged > 0, tally.admissible) == (True, "")


@pytest.mark.parametrize(("beyond", "member"), [(0.0, True), (0.5, True), (1.5, False)])
def test_within_the_bounds_of_a_kink_every_member_of_the_gradient_set_conforms(beyond, member):
    pulled = np.array([-0.25, 0.25]) / 2  # how the term of the first item, at its rank of 3/2, pulls either way

    def pull(case, call, outcome):
        return replace(outcome, gradient={"scores": outcome.gradient["scores"] + beyond * 2 * pulled})

    spec = load_builtin("expected_rank")
    case = Case({"scores": np.zeros(2), "target_ranks": np.array([1.5, 1.0])}, spec.defaults(), "mean", certified=True)
    context, tally = context_of("expected_rank", pull), Tally()

    if member:
        check_kink(context, case, tally)
        assert (tally.judged > 0, tally.admissible) == (True, "")
    else:
        with pytest.raises(Divergence, match="the gradient is"):
            check_kink(context, case, tally)
