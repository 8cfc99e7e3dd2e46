"""The report of ``rankproof check``, word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.finding import Counterexample, Fault, Verdict
from rankproof.conformance.verdict.terminal import render


def test_a_run_with_every_verdict_reads_as_agreed(findings, snapshot):
    assert render(findings) == snapshot


def test_a_conforming_run_ends_in_one_line_that_says_so(finding):
    text = render([finding("value", cases=3)])

    assert text.splitlines()[-1] == "conforms: 1 conforming, 0 admissible, 0 waived, 0 diverging, 0 not run"


def test_a_run_of_nothing_does_not_say_that_it_conforms(finding):
    text = render([finding("value", Verdict.NOT_RUN, reason="float64 is not on this device")])

    assert text.splitlines()[-1].startswith("nothing was run: ")


def test_the_snippet_can_be_pasted_as_it_stands(findings):
    snippet = findings[3].counterexample.snippet
    text = render(findings, Screen(width=60))

    assert snippet in text
    executed = {}
    exec(text.split("Reproduce with:\n\n")[1].split("\n\ndiverges:")[0], executed)
    assert executed["value"] == 3.5


def test_a_long_line_of_the_snippet_is_not_wrapped(finding, counterexample: Counterexample):
    line = "scores = [" + ", ".join(["0.1"] * 100) + "]"
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=replace(counterexample, snippet=line))])

    assert line in text.splitlines()


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_its_words(finding, counterexample, fault):
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=counterexample, fault=fault)])

    assert ("subject's" if fault is Fault.SUBJECT else "spec" if fault is Fault.SPEC else "rankproof's") in text


def test_text_that_looks_like_markup_is_shown_as_it_is(finding):
    reason = "raised KeyError: '[bold]scores[/bold]' :boom:"
    text = render([finding("value", Verdict.NOT_RUN, reason=reason)])

    assert reason in text


def test_colour_is_used_only_where_it_is_asked_for(findings):
    assert "\x1b[" not in render(findings)
    assert "\x1b[" in render(findings, Screen(colour=True))


def test_a_divergence_without_a_counterexample_still_says_why(finding):
    stale = finding("waiver", Verdict.DIVERGES, reason="the waiver no longer applies", location="waivers.yaml:3")
    text = render([stale])

    assert "  The waiver no longer applies" in text
    assert "waivers.yaml:3" in text
