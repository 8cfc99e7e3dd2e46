"""Values are shown exactly, and cut where there are thousands."""

from __future__ import annotations

import math

from rankproof.conformance.verdict.values import as_text, share_text, short_share_text


def test_floats_are_shown_to_the_last_digit():
    assert as_text([0.1 + 0.2, math.nan, True, None]) == "[0.30000000000000004, nan, True, None]"


def test_a_gradient_is_shown_input_by_input():
    assert as_text({"input1": [1.0], "input2": []}) == "input1: [1.0]; input2: []"


def test_a_long_axis_is_cut_and_its_length_given():
    assert as_text(list(range(1000))).endswith("30, 31, ... 1000 in all]")


def test_a_share_has_two_digits():
    assert [share_text(share) for share in (None, 0.4123, 1234.5, math.inf)] == ["", "0.41", "1.2e+03", "inf"]


def test_a_short_share_keeps_its_power_of_ten():
    shares = (None, 0.0, 0.4123, 99.4, 5.2e5, 2.2e307, 1.7e-9, math.inf)

    assert [short_share_text(share) for share in shares] == [
        "",
        "0",
        "0.41",
        "99",
        "5e+05",
        "2e+307",
        "2e-09",
        "inf",
    ]
