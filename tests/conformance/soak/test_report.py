"""What a soak run prints: the rate with its limit, where the worst was, and how to repeat an alarm."""

from __future__ import annotations

import pytest

from rankproof.conformance.soak.plan import Unit
from rankproof.conformance.soak.rate import upper_limit
from rankproof.conformance.soak.record import Record
from rankproof.conformance.soak.report import alarm_text, rate, summary, unit_line
from rankproof.conformance.soak.unit import Alarm, Count, Result
from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.finding import Finding, Level, Verdict


@pytest.fixture
def record():
    return Record(
        {},
        units={"1/warp": 600_000, "2/warp": 400_000},
        counts={
            "value": Count(900_000, 1_000_000, 3, 0.25, "warp loop float32 1"),
            "kink": Count(100_000, 100_000, 0, 0.5, "warp loop float64 2"),
        },
    )


def test_the_rate_is_told_per_million_with_its_limit():
    assert rate(0, 1_000_000) == f"0 alarms: 0.00 per million cases, at most {upper_limit(0):.2f} with 95% confidence"
    assert rate(2, 500_000).startswith("2 alarms: 4.00 per million")
    assert rate(0, 0) == "0 alarms; no case was judged"


def test_the_summary_counts_clauses_and_names_the_worst(record):
    text = summary(record, Screen())

    assert "1,000,000 cases (1,100,000 numbers) judged under 2 seeds" in text
    assert "worst share of an error budget: 0.500 (warp loop float64 2)" in text
    assert text.index("value") < text.index("kink")
    assert rate(0, 1_000_000) in text


def test_a_unit_says_how_far_the_run_is(record):
    result = Result(Unit(2, "warp"), 3.4, {"value": Count(10, 12, 0, 0.125, "here")}, [])

    assert unit_line(result, record, 2_000_000) == (
        "seed 2 warp: 10 cases in 3 s, 0 alarms, worst share 0.125; 1,000,000 of 2,000,000"
    )


def test_an_alarm_ends_in_the_command_that_repeats_it():
    where = ("warp", "loop", "cpu", "float64", "value", Level.CORRECT)
    blamed = Alarm(3, "rankproof check x", Finding(*where, Verdict.DIVERGES, reason="it is off").to_json())
    broken = Alarm(4, "rankproof check y", error="Traceback: it broke\n")

    assert "ALARM under seed 3" in alarm_text(blamed, Screen())
    assert "It is off" in alarm_text(blamed, Screen())
    assert alarm_text(blamed, Screen()).rstrip().endswith("The whole clause: rankproof check x")
    assert "an error of rankproof itself:" in alarm_text(broken, Screen())
    assert "it broke" in alarm_text(broken, Screen())
