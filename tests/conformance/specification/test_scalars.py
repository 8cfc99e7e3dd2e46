"""Unquoted scalars are read as YAML 1.2 has them, and numbers as they are written."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.specification.model import Constant
from rankproof.conformance.specification.scalars import resolve


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "y", "n", "True", "FALSE", "No"])
def test_words_of_yaml_1_1_are_text(word: str) -> None:
    assert resolve(word) == word


def test_the_words_of_yaml_1_2_have_values() -> None:
    assert [resolve(text) for text in ("true", "false", "null", "~", "")] == [True, False, None, None, None]


@pytest.mark.parametrize("text", ["1e-3", "1.0e-3", ".001", "0.001", "1E-3", "+1e-3"])
def test_every_way_to_write_a_decimal_is_a_float(text: str) -> None:
    assert resolve(text) == 0.001


def test_a_decimal_remembers_how_it_was_written() -> None:
    value = resolve("0.590")

    assert isinstance(value, Constant)
    assert value.text == "0.590"


def test_nan_and_infinity_have_yaml_names() -> None:
    assert math.isnan(resolve(".nan"))  # type: ignore[arg-type]
    assert resolve("-.inf") == -math.inf


@pytest.mark.parametrize("text", ["12", "-12", "+12", "0"])
def test_integers_are_integers(text: str) -> None:
    assert resolve(text) == int(text)
    assert type(resolve(text)) is int


@pytest.mark.parametrize("text", ["007", "1_000", "0x1F", "0o7", "1:30", "1.2.3", "2001-01-01", "1e", "nan"])
def test_what_only_yaml_1_1_takes_for_a_number_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", ["1e999", "1e-999", "0.12345678901234567891", "123456789.123456789123"])
def test_a_decimal_that_float64_would_change_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not survive float64"):
        resolve(text)


@pytest.mark.parametrize("text", ["9" * 5000, "0." + "9" * 5000, "9223372036854775808"])
def test_numbers_too_long_for_the_machine_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"characters|64 bits"):
        resolve(text)
