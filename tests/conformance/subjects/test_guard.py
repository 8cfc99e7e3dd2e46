"""Within the guard a subject may change what it likes: it is noted, and put back."""

from __future__ import annotations

import math
import random
import sys

import pytest

from rankproof.conformance.subjects.guard import guarded

RIGHT = math.exp


@pytest.fixture(autouse=True)
def _put_back():
    yield
    math.exp = RIGHT


def flat(x):
    return 1.0


def test_settings_and_functions_are_put_back():
    limit = sys.getrecursionlimit()
    with guarded(torch=False, every=True, contained=False) as told:
        sys.setrecursionlimit(limit + 11)
        math.exp = flat

    assert {change.name for change in told.changes} == {"Python's recursion limit", "math.exp"}
    assert sys.getrecursionlimit() == limit
    assert math.exp is RIGHT


def test_generators_are_looked_at_only_where_everything_is():
    with guarded(torch=False, every=True, contained=False) as all_of_it:
        random.random()
    with guarded(torch=False, every=False, contained=False) as little:
        random.random()

    assert all_of_it.generators
    assert little.generators == {}


def test_functions_are_left_alone_where_the_process_serves_others_too():
    with guarded(torch=False, every=False, contained=False) as told:
        math.exp = flat

    assert told.changes == []
    assert math.exp is flat
