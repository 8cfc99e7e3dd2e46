"""Merging keeps every finding, and of two on the same thing the worse."""

from __future__ import annotations

from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.document import Document, NotRun
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.merge import merge


def test_findings_of_different_devices_stand_side_by_side(finding):
    merged = merge([Document((finding(device="cpu"),), {}), Document((finding(device="cuda"),), {})])

    assert [found.device for found in merged.findings] == ["cpu", "cuda"]


def test_of_two_seeds_the_divergence_stays_and_the_cases_add_up(finding, counterexample):
    clean = finding("gradient", cases=100, not_judged=1, worst_share=0.5)
    diverging = finding("gradient", Verdict.DIVERGES, cases=7, worst_share=3.5, counterexample=counterexample)

    for order in ([clean, diverging], [diverging, clean]):
        (found,) = merge([Document((it,), {}) for it in order]).findings
        assert found.verdict is Verdict.DIVERGES
        assert found.counterexample is counterexample
        assert (found.cases, found.not_judged, found.worst_share) == (107, 1, 3.5)


def test_what_ran_once_has_been_run(finding):
    merged = merge([Document((finding("kink", it),), {}) for it in (Verdict.NOT_RUN, Verdict.CONFORMING)])

    assert [found.verdict for found in merged.findings] == [Verdict.CONFORMING]


def test_environments_that_differ_are_shown_side_by_side(finding):
    runs = [{"numpy": "2.4.6", "torch": "2.13.0"}, {"numpy": "2.4.6", "torch": "2.11.0", "gpu": "H200"}]
    merged = merge([Document((finding(),), environment) for environment in runs])

    assert merged.environment == {"numpy": "2.4.6", "torch": ["2.13.0", "2.11.0"], "gpu": "H200"}


def test_a_device_is_missing_only_where_no_run_had_it(finding):
    skipped = Document((), {}, (NotRun("cuda", "no NVIDIA GPU"),))

    assert merge([Document((finding(),), {}), skipped]).not_run == skipped.not_run
    assert merge([Document((finding(device="cuda"),), {}), skipped]).not_run == ()


def test_how_a_subject_was_asked_is_told_as_the_last_run_tells_it(finding):
    old, new = (Asked("warp", "mine", "cpu", called) for called in ("f(scores)", "f(scores, mask=mask)"))
    other = Asked("warp", "other", "cpu", "g(scores)")

    assert merge([Document((finding(),), {}, asked=told) for told in ((old, other), (new,))]).asked == (new, other)
