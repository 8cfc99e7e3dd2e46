"""How far an answer is off is told in absolute and in relative terms."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.verdict.error_size import error_text


@pytest.mark.parametrize(
    ("got", "expected", "told"),
    [
        (20.0000000008, 20.0, "8e-10 (relative 4e-11)"),
        ([[1.0, 2.5]], [[1.0, 2.0]], "0.5 (relative 0.25)"),
        ({"a": [1.0], "b": [3.0]}, {"a": [10.0], "b": [2.0]}, "9 (relative 0.9)"),
        ([math.nan, -math.inf, 3.0], [math.nan, -math.inf, 2.0], "1 (relative 0.5)"),
        ([2.0, 0.0], [0.0, 0.0], "2, where 0 is due"),
        (2.0, 5e-324, "2, where 0 is due"),
    ],
)
def test_the_largest_error_is_told_and_against_the_largest_number_that_is_due(got, expected, told):
    assert error_text(got, expected) == told


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (math.nan, 1.0),
        (1.0, math.inf),
        (1e308, -1e308),
        (1.0, 1.0),
        ("IndexError", "a value"),
        ("1.0", 2.0),
        (1.0, [1.0]),
        ([1.0], [1.0, 2.0]),
        ([1.0], {"a": [2.0]}),
        ({}, {"a": [2.0]}),
        (None, 1.0),
        (10**400, 1.0),
        ([], []),
    ],
)
def test_what_is_no_error_of_a_number_is_not_told(got, expected):
    assert error_text(got, expected) == ""
