"""Problems are collected, in the order of the file, and what is broken is not read any further."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.specification.positions import read_document
from rankproof.conformance.specification.report import Report

TEXT = "first: {a: 1, b: 2}\nsecond:\n  - x\n  - y\nthird: word\n"


@pytest.fixture
def report():
    return Report(read_document(TEXT.encode(), "small.yaml"))


def told(report):
    with pytest.raises(SpecError) as caught:
        report.close()
    return str(caught.value).splitlines()


def test_without_a_problem_nothing_is_raised(report):
    report.close()


def test_problems_come_in_the_order_of_the_file_and_once_each(report):
    report.add(("third",), "is a word")
    report.add(("second", 1), "is y")
    report.add(("third",), "is a word")

    assert told(report) == ["small.yaml:4 (second[1]): is y", "small.yaml:5 (third): is a word"]


def test_values_are_found_by_their_path(report):
    assert report.value("first", "b") == 2
    assert report.value("first", "c") is None
    assert report.value("third", "deeper") is None
    assert report.names("first") == ["a", "b"]
    assert report.names("second") == []


def test_what_is_broken_and_what_holds_it_is_not_sound(report):
    report.add_broken(("first", "a"), "is wrong")

    assert not report.sound()
    assert not report.sound("first")
    assert not report.sound("first", "a")
    assert report.sound("first", "b")
    assert report.entries("first") == {"b": 2}
    assert told(report) == ["small.yaml:1 (first.a): is wrong"]


def test_an_element_that_is_broken_is_left_out(report):
    report.mark_broken(("second", 0))

    assert report.elements("second") == [(("second", 1), "y")]
    assert report.elements("first") == []
    assert report.entries("third") == {}
    report.close()


def test_of_very_many_problems_the_rest_is_counted(report):
    for number in range(150):
        report.add(("third",), f"problem {number}")

    assert len(told(report)) == 101
    assert told(report)[-1].endswith("and 50 more problems from here on")
