"""The limits of a rate: exact for a Poisson count."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.soak.rate import at_most, upper_limit


def test_no_event_has_the_rule_of_three():
    assert upper_limit(0) == pytest.approx(-math.log(0.05), rel=1e-12)


@pytest.mark.parametrize(("count", "limit"), [(1, 4.743865), (2, 6.295794), (10, 16.962219), (100, 118.079156)])
def test_limits_are_those_of_the_tables(count, limit):
    """Garwood's one-sided limits, half the 95% quantile of chi-square with 2 (count + 1) degrees of freedom."""
    assert upper_limit(count) == pytest.approx(limit, rel=1e-6)


@pytest.mark.parametrize("count", [0, 3, 40])
def test_at_the_limit_so_few_events_have_five_percent(count):
    assert at_most(count, upper_limit(count)) == pytest.approx(0.05, rel=1e-9)


def test_more_confidence_gives_a_wider_limit():
    assert upper_limit(2, 0.99) > upper_limit(2, 0.95) > 2
