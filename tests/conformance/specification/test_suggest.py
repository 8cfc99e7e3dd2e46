"""Messages show values briefly and suggest the nearest name."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification.model import Constant
from rankproof.conformance.specification.suggest import closest, did_you_mean, shorten, shown


def test_a_close_name_is_suggested() -> None:
    assert did_you_mean("socres", ["scores", "relevance"]) == "; did you mean 'scores'?"


def test_without_a_close_name_the_known_ones_are_listed() -> None:
    assert did_you_mean("x", ["scores", "relevance"]) == "; expected one of scores, relevance"
    assert did_you_mean("x", ["scores"]) == "; expected 'scores'"
    assert did_you_mean("x", []) == ""


def test_an_endless_name_is_compared_with_nothing() -> None:
    assert closest("scores" * 100_000, ["scores"]) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "a mapping"),
        ("mean", "'mean'"),
        (3, "3"),
        (Constant(9.0, "9"), "9"),
    ],
)
def test_values_are_shown_as_the_file_has_them(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_the_middle_of_a_long_text_is_left_out() -> None:
    assert shorten("a" * 50 + "b" * 50, 21) == "aaaaaaaaa...bbbbbbbbb"
