"""Worked arrays: nested lists of numbers and constant expressions of one shape, and everything else refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rankproof.conformance.specification.arrays import Unreadable, read_array, shape_of
from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.specification.positions import read_document
from rankproof.conformance.specification.report import Report


def read(text):
    """The array that stands under ``a`` in a YAML file."""
    report = Report(read_document(f"a: {text}\n".encode(), "small.yaml"))
    try:
        return read_array(report, ("a",), report.value("a"))
    except Unreadable:
        with pytest.raises(SpecError) as caught:
            report.close()
        raise Unreadable(str(caught.value)) from None


def test_numbers_and_constant_expressions_are_read_with_their_text():
    read_values = read('[1, 2.5, "1/3", "log2(8) + 2**-1"]')

    assert [value.real if isinstance(value, complex) else float(value) for value in read_values] == [1, 2.5, 1 / 3, 3.5]
    assert [value.text for value in read_values] == ["1", "2.5", "1/3", "log2(8) + 2**-1"]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("3", ()),
        ("[]", (0,)),
        ("[1, 2]", (2,)),
        ("[[1], [2]]", (2, 1)),
        ("{shape: [0, 3]}", (0, 3)),
        ("{shape: [0e5, 3.0]}", (0, 3)),
    ],
)
def test_an_array_has_a_shape(text, shape):
    assert shape_of(read(text)) == shape


def test_an_array_without_elements_is_numpys():
    assert isinstance(read("{shape: [2, 0]}"), np.ndarray)


def test_booleans_stay_booleans_and_nan_is_a_number():
    assert read("[true, false]") == [True, False]
    assert math.isnan(read(".nan"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, [2]]", "has the shape [1], but its neighbour no list at all; expected equal ones"),
        ("[[1, 2], [3]]", "has the shape [1], but its neighbour the shape [2]"),
        ("{shape: [2, 3]}", "is for arrays without elements; write out the numbers"),
        ("[{shape: [0]}]", "stands for a whole array, not inside a list"),
        ("[null]", "got null, expected a number, true, false or an expression in quotes"),
        ('["yes"]', "got 'yes', expected a number, or true or false without quotes"),
        ('["1 +"]', "1 +"),
        ('["1 / 0"]', "'1 / 0' has no value: `1 / 0`: division by 0"),
        ('["10.0 ** 400"]', "'10.0 ** 400' is beyond float64"),
        ('["sum(i for i in range(3))"]', "the function sum is not for worked values; write the number out"),
        ('["[i for i in range(3)][0]"]', "a comprehension is not for worked values"),
    ],
)
def test_what_is_no_worked_array_is_refused(text, words):
    with pytest.raises(Unreadable) as caught:
        read(text)

    assert words in str(caught.value)
    assert str(caught.value).startswith("small.yaml:1")


def test_all_problems_of_an_array_are_told_at_once():
    with pytest.raises(Unreadable) as caught:
        read('["yes", null, 1]')

    assert len(str(caught.value).splitlines()) == 2
