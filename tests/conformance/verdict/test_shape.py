"""An entry of a document is what its class declares, or the field that is not is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.shape import MOST_DEPTH, Misshapen, check_depth, check_shape


@pytest.fixture
def entry(finding, counterexample):
    """A finding as JSON values."""
    return finding(counterexample=replace(counterexample), cases=3, worst_share=0.5).to_json()


def test_a_finding_has_the_shape_of_a_finding(entry):
    check_shape(Finding, entry)
    check_shape(Finding, entry | {"counterexample": None, "worst_share": None, "fault": None})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"clauses": "value"}, "'clauses' is no field of it"),
        ({"loss": 3}, "loss is int, expected a text"),
        ({"cases": -1}, "cases is int, expected a whole number of at least 0"),
        ({"cases": True}, "cases is bool, expected a whole number"),
        ({"worst_share": "much"}, "worst_share is 'much', expected a number"),
        ({"verdict": "perfect"}, "verdict is 'perfect', expected one of conforming, admissible"),
        ({"counterexample": [1]}, "counterexample holds list, expected an object"),
        ({"counterexample": {}}, r"counterexample\.problem is missing"),
    ],
)
def test_the_field_that_is_wrong_is_named(entry, change, words):
    with pytest.raises(Misshapen, match=words):
        check_shape(Finding, entry | change)


def test_a_field_that_has_a_default_of_its_own_kind_may_be_missing():
    check_shape(Asked, {"loss": "warp", "subject": "mine", "device": "cpu", "called": "f(scores)"})


def test_a_field_that_is_missing_is_named(entry):
    del entry["clause"]

    with pytest.raises(Misshapen, match="clause is missing"):
        check_shape(Finding, entry)


def test_what_is_no_object_is_refused():
    with pytest.raises(Misshapen, match="Finding holds 'warp', expected an object"):
        check_shape(Finding, "warp")


def test_values_have_a_depth_that_a_report_can_have():
    nested = 0
    for _ in range(MOST_DEPTH):
        nested = [nested]
    check_depth({"a": [[1.0, "text"]]})
    check_depth(nested)

    with pytest.raises(Misshapen, match=f"more than {MOST_DEPTH} deep"):
        check_depth([nested])


def test_half_of_a_character_is_refused():
    with pytest.raises(Misshapen, match="half of a character"):
        check_depth({"a": ["\ud800"]})
