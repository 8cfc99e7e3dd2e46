"""A finding travels as JSON values and comes back whole."""

from __future__ import annotations

import json

import pytest

from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Level, Verdict


def test_a_finding_comes_back_as_it_was(findings):
    for finding in findings:
        again = Finding.from_json(json.loads(json.dumps(finding.to_json())))

        assert repr(again) == repr(finding)  # repr: NaN equals NaN
        assert isinstance(again.verdict, Verdict)
        assert isinstance(again.level, Level)


def test_a_counterexample_is_one_again(finding, counterexample):
    again = Finding.from_json(finding(counterexample=counterexample, fault=Fault.SPEC).to_json())

    assert isinstance(again.counterexample, Counterexample)
    assert again.fault is Fault.SPEC


def test_the_words_of_a_report_are_the_values():
    assert [str(verdict) for verdict in Verdict] == ["conforming", "admissible", "diverges", "not run", "waived"]
    assert [str(level) for level in Level] == ["correct", "robust", "integrated", "frugal"]


@pytest.mark.parametrize("change", [{"verdict": "perfect"}, {"level": "high"}, {"fault": "nobody"}])
def test_another_word_is_refused(finding, change):
    with pytest.raises(ValueError, match=next(iter(change.values()))):
        Finding.from_json(finding().to_json() | change)
