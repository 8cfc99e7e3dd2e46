"""Large inputs: every list of a huge batch and the end of a long list are looked at, for a bounded time."""

import time
from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.checks import large
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.oracle import answer
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import Made, able, clause_of, context_of, verdict_on

LISTS = large.DISTINCT * large.REPEATS


class Repeating(Made):
    """Answers a case that repeats itself along its first axis from the oracle's answer to its beginning."""

    def run(self, case, call=Call()):
        self.seen.append(case)
        first = next(iter(case.inputs.values()))
        repeats = max(1, first.shape[0] // large.DISTINCT)
        upstream = case.upstream[: large.DISTINCT] if case.upstream is not None else None
        inputs = {name: array[: large.DISTINCT] for name, array in case.inputs.items()}
        block = case.with_(inputs=inputs, upstream=upstream)
        told = answer(self.spec, block)
        shared = repeats if case.reduction == "mean" else 1
        gradient = {name: np.concatenate([array / shared] * repeats) for name, array in told.gradient.items()}
        value = (
            np.concatenate([told.value] * repeats)
            if told.value.ndim
            else told.value * (repeats if case.reduction == "sum" else 1)
        )
        return self.change(case, call, Outcome(value=value, gradient=gradient))


def context(loss, change=lambda case, call, outcome: outcome, **can):
    spec = load_builtin(loss)
    subject = Repeating(spec, change, able(spec, **can))
    return Context(spec, subject, subject.capabilities(), "float32")


def forgets(start, what="value"):
    """The result from one list on is 0."""

    def change(case, call, outcome):
        value = outcome.value.copy()
        gradient = {name: array.copy() for name, array in outcome.gradient.items()}
        for array in [value] if what == "value" else gradient.values():
            array[start:] = 0
        return replace(outcome, value=value, gradient=gradient)

    return change


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize(
    ("loss", "clause"),
    [
        ("margin_ranking", "extremes.many_lists"),
        ("margin_ranking", "extremes.long_list"),
        ("warp", "extremes.many_lists"),
    ],
)
def test_a_right_subject_is_not_blamed_under_any_reduction(loss, clause, reduction):
    judged = context(loss, reductions=(reduction,), default_reduction=reduction)

    assert verdict_on(judged, clause).verdict is Verdict.CONFORMING
    assert next(iter(judged.subject.seen[-1].inputs.values())).shape[0] == LISTS


@pytest.mark.parametrize("what", ["value", "gradient"])
@pytest.mark.parametrize("start", [65_535, 65_536, LISTS - large.DISTINCT])
def test_lists_that_are_forgotten_are_found(start, what):
    finding = verdict_on(context("approx_ndcg", forgets(start, what)), "extremes.many_lists")

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith(f"of these 7, 10,000 times over, the {what} is 0 at [")
    assert start <= int(finding.reason.split(" at [")[1].split(",")[0].split("]")[0]) < start + large.DISTINCT
    assert np.shape(finding.counterexample.inputs["scores"]) == (7, 3)


@pytest.mark.parametrize("what", ["value", "gradient"])
def test_values_of_positions_that_are_forgotten_are_found(what):
    can = {"reductions": ("none",), "default_reduction": "none"}
    right, wrong = context("soft_rank", **can), context("soft_rank", forgets(65_535, what), **can)

    assert verdict_on(right, "extremes.many_lists").verdict is Verdict.CONFORMING
    assert right.subject.seen[-1].upstream.shape == (LISTS, 3)
    assert verdict_on(wrong, "extremes.many_lists").verdict is Verdict.DIVERGES


def test_an_index_that_wraps_at_16_bits_is_found():
    def wrapped(case, call, outcome):
        return replace(outcome, value=outcome.value[np.arange(len(outcome.value)) % 2**16])

    assert verdict_on(context("approx_ndcg", wrapped), "extremes.many_lists").verdict is Verdict.DIVERGES


def test_an_error_and_a_wrong_shape_are_reported_with_few_lists():
    def refuses(case, call, outcome):
        return Outcome(error="RuntimeError", message="no") if len(outcome.value) > 700 else outcome

    def flat(case, call, outcome):
        return replace(outcome, value=outcome.value[:65_535])

    refused, short = (verdict_on(context("warp", each), "extremes.many_lists") for each in (refuses, flat))

    assert refused.reason == "given 70,000 lists, it raised RuntimeError: no"
    assert "has shape [65535], expected [70000]" in short.reason
    assert all(np.shape(it.counterexample.inputs["scores"]) == (7, 3) for it in (refused, short))


def test_a_slow_subject_is_not_kept_waiting_for():
    def slow(case, call, outcome):
        until = time.thread_time() + 1e-4 * len(outcome.value)
        while time.thread_time() < until:
            pass
        return outcome

    finding = verdict_on(context("warp", slow), "extremes.many_lists")

    assert finding.verdict is Verdict.NOT_RUN
    assert finding.reason.startswith("70,000 lists would take it about ")


@pytest.mark.parametrize("place", [0, -1])
def test_a_real_item_of_a_long_list_that_is_not_seen_is_found(place, monkeypatch):
    monkeypatch.setattr(large, "MOST_SECONDS", 60.0)  # the oracle takes its time

    def blind(case, call, outcome):
        seen = case.mask.copy()
        seen[np.flatnonzero(seen)[place]] = False
        told = answer(load_builtin("approx_ndcg"), case.with_(mask=seen))
        return replace(outcome, value=told.value, gradient=told.gradient)

    right, wrong = context_of("approx_ndcg", dtype="float32"), context_of("approx_ndcg", blind, dtype="float32")

    assert verdict_on(right, "extremes.long_list").verdict is Verdict.CONFORMING
    assert right.subject.seen[-1].mask.shape == (large.LONG,)
    assert verdict_on(wrong, "extremes.long_list").verdict is Verdict.DIVERGES


def test_an_interpreted_kernel_gets_a_shorter_list_past_one_block():
    context = context_of("warp", dtype="float32")
    context.subject.device = "interpreter"
    verdict_on(context, "extremes.long_list")

    assert context.subject.seen[-1].mask.shape == (1_100,)


def test_without_batch_or_mask_they_are_not_run_with_the_reason():
    assert verdict_on(context("warp", batch=False), "extremes.many_lists").reason == "takes one list at a time"
    assert "takes no mask" in verdict_on(context("warp", mask=False), "extremes.long_list").reason


def test_they_are_asked_in_one_dtype():
    for name in ("many_lists", "long_list"):
        assert clause_of(load_builtin("warp"), f"extremes.{name}").dtypes == {"float32"}


FORGETFUL = """
import torch

def loss(scores, relevance, *, mask=None, reduction="mean"):
    values = (scores * relevance).sum(-1) * 0
    return values if reduction == "none" else values.sum()
"""


def test_the_snippet_of_a_divergence_fails_by_itself(tmp_path):
    path = tmp_path / "forgetful.py"
    path.write_text(FORGETFUL)
    spec = load_builtin("approx_ndcg")
    subject = build_subject(f"{path}:loss", spec)
    judged = Context(spec, subject, subject.capabilities(), "float32")
    for clause in ("extremes.many_lists", "extremes.long_list"):
        finding = verdict_on(judged, clause)

        assert finding.verdict is Verdict.DIVERGES
        assert len(finding.counterexample.snippet) < 10_000
        with pytest.raises(AssertionError, match=r"got .*, expected"):
            exec(finding.counterexample.snippet, {})
