"""Determinism: two calls agree to the bit, under other global seeds and, for a subject that draws, under its own."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.checks.determinism import _calls, _drawing_calls
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on


def follows_the_global_seed(case, call, outcome):
    return replace(outcome, value=outcome.value + call.seed * 1e-300)


def gradient_follows_the_global_seed(case, call, outcome):
    gradient = {name: array + call.seed * 1e-300 for name, array in outcome.gradient.items()}
    return replace(outcome, gradient=gradient)


@pytest.mark.parametrize(
    ("change", "what"), [(follows_the_global_seed, "value"), (gradient_follows_the_global_seed, "gradient of input1")]
)
def test_the_smallest_difference_is_caught(change, what):
    finding = verdict_on(context_of("margin_ranking", change), "determinism")

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason == f"the {what} differs between two calls with the same inputs"


def test_a_right_subject_conforms():
    assert verdict_on(context_of("margin_ranking"), "determinism").verdict is Verdict.CONFORMING


def test_nan_equals_itself():
    def nan(case, call, outcome):
        return replace(outcome, value=np.full_like(outcome.value, np.nan))

    assert verdict_on(context_of("margin_ranking", nan), "determinism").verdict is Verdict.CONFORMING


def test_a_subject_that_is_given_its_order_is_called_under_two_global_seeds():
    assert _calls(context_of("warp")) == (Call(seed=0), Call(seed=1))


def test_a_subject_that_draws_with_a_generator_is_called_under_one_seed_and_two_global_ones():
    context = context_of("warp", inputs=("scores", "positives"), draws=True, generator=True)
    first, second = _calls(context)

    assert first.omit == second.omit == ("order",)
    assert first.seed == second.seed
    assert first.global_seed != second.global_seed


def test_a_subject_that_draws_from_the_global_state_is_called_twice_alike():
    context = context_of("warp", inputs=("scores", "positives"), draws=True)
    first, second = _drawing_calls(context, context.spec.sampling)

    assert first == second
