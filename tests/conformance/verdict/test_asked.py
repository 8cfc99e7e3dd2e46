"""How a subject was asked, in sentences."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.specification.positions import read_plain
from rankproof.conformance.verdict.asked import Asked, setting_text

CALLED = ("margin_ranking", "mine", "cpu", "f(x=input1)")


def test_the_call_is_told_and_what_its_result_is_taken_for():
    assert list(Asked(*CALLED).lines()) == ["called as f(x=input1)"]
    assert list(Asked(*CALLED, returns="the mean over all pairs").lines()) == [
        "called as f(x=input1), taken to return the mean over all pairs"
    ]


def test_what_is_built_in_is_told_as_a_setting_is_written():
    told = list(Asked(*CALLED, conventions={"gain": "linear", "k": None, "margin": 0.5}).lines())

    assert told[1:] == ["judged as gain=linear, k=null, margin=0.5"]


def test_a_subject_that_nothing_fits_is_not_said_to_compute_the_defaults():
    asked = Asked(*CALLED, conventions={"gain": "linear"}, unmatched=12, settable={"gain": "exponential|linear"})

    assert list(asked.lines())[1:] == [
        "none of the 12 combinations of conventions that were tried gives its values; judged as if gain=linear",
        "if it is meant otherwise, say so with --set NAME=VALUE: gain=exponential|linear",
    ]


@pytest.mark.parametrize("value", ["linear", None, True, 0.25, 3, math.inf, -math.inf])
def test_a_value_is_written_as_the_command_line_reads_it(value):
    assert read_plain(setting_text(value), "--set") == value
