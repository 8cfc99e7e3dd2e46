"""What JSON has no number for is spelled, and read back as the number."""

from __future__ import annotations

import json
import math

import pytest

from rankproof.conformance.verdict.json_numbers import numbers, plain

VALUES = {"a": [1.5, math.inf, (-math.inf, 2)], "b": {"c": None, "d": True}, "e": "text"}


def test_numbers_come_back():
    assert numbers(json.loads(json.dumps(plain(VALUES), allow_nan=False))) == {
        "a": [1.5, math.inf, [-math.inf, 2]],
        "b": {"c": None, "d": True},
        "e": "text",
    }


def test_nan_is_spelled_and_read():
    assert plain(math.nan) == "nan"
    assert math.isnan(numbers("nan"))


@pytest.mark.parametrize("value", [0, 1.0, "infinite", None, False])
def test_everything_else_is_left_alone(value):
    assert plain(value) is value
    assert numbers(value) is value
