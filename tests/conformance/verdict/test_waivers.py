"""A waiver accepts what it names and nothing else, and is a failure itself once it no longer applies."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.waivers import Waiver, apply


@pytest.fixture
def waiver() -> Waiver:
    return Waiver(
        subject="torch",
        loss="margin_ranking",
        clause="precision.*",
        reason="half is not promised",
        link="https://example.org/1",
        location="waivers.yaml:4",
    )


def test_a_divergence_that_is_named_becomes_waived_with_its_reason(finding, waiver, counterexample):
    diverging = finding("precision.float16", Verdict.DIVERGES, subject="torch", counterexample=counterexample)
    (found,) = apply([diverging], [waiver])

    assert found.verdict is Verdict.WAIVED
    assert found.reason == "half is not promised (https://example.org/1)"
    assert found.counterexample is counterexample


@pytest.mark.parametrize("change", [{"loss": "warp"}, {"subject": "loop"}, {"clause": "gradient"}])
def test_another_divergence_stays_one(finding, waiver, change):
    diverging = finding(**{"clause": "precision.float16", "verdict": Verdict.DIVERGES, "subject": "torch"} | change)

    assert apply([diverging], [waiver]) == (diverging,)


@pytest.mark.parametrize(("key", "value"), [("device", "cuda"), ("dtype", "float32")])
def test_a_device_or_dtype_narrows_the_waiver(finding, waiver, key, value):
    narrow = Waiver(**{**vars(waiver), key: value})
    diverging = finding("precision.float16", Verdict.DIVERGES, subject="torch")
    named = finding("precision.float16", Verdict.DIVERGES, subject="torch", **{key: value})

    assert [found.verdict for found in apply([diverging, named], [narrow])] == [Verdict.DIVERGES, Verdict.WAIVED]


@pytest.mark.parametrize("verdict", [Verdict.CONFORMING, Verdict.ADMISSIBLE])
def test_a_waiver_whose_clause_no_longer_diverges_is_a_divergence(finding, waiver, verdict):
    found = apply([finding("precision.float16", verdict, subject="torch", cases=5, worst_share=0.1)], [waiver])

    assert [it.verdict for it in found] == [verdict, Verdict.DIVERGES]
    assert (found[1].clause, found[1].location, found[1].cases) == ("waiver.precision.*", "waivers.yaml:4", 0)
    assert "precision.* no longer applies" in found[1].reason
    assert "cpu float64" in found[1].reason


def test_a_pattern_is_needed_as_long_as_one_of_its_clauses_diverges(finding, waiver):
    findings = [
        finding("precision.float32", subject="torch"),
        finding("precision.float16", Verdict.DIVERGES, subject="torch"),
    ]

    assert [found.clause for found in apply(findings, [waiver])] == ["precision.float32", "precision.float16"]


def test_a_waiver_whose_clause_was_not_run_is_left_alone(finding, waiver):
    findings = (finding("precision.float16", Verdict.NOT_RUN, subject="torch"), finding("value", subject="torch"))

    assert apply(findings, [waiver]) == findings
