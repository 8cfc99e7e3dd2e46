"""Arrays as source: exact, and short where one number comes many times."""

import numpy as np
import pytest

from rankproof.conformance.subjects.literals import literal


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        True,
        [],
        [[], []],
        [1, 2, 3],
        [[0.5, -0.0], [1e-300, 3.0]],
        [7.0] * 100,
        [*[7.0] * 50, 0.25, *[7.0] * 20, 1.0, 2.0, *[7.0] * 30],
        [[*[True] * 80, False], [*[False] * 80, True]],
        np.random.default_rng(0).standard_normal(200).tolist(),
    ],
)
def test_source_evaluates_to_the_value_itself(value):
    again = eval(literal(value))

    assert repr(again) == repr(value)


def test_runs_are_written_once():
    assert literal([*[7.0] * 50, 0.25, *[7.0] * 20, 1.0, 2.0]) == "[7.0] * 50 + [0.25] + [7.0] * 20 + [1.0, 2.0]"
    assert literal([[*[0] * 64], [1] * 64]) == "[[0] * 64, [1] * 64]"


def test_short_lists_and_lists_without_runs_are_plain():
    assert literal([1] * 63) == repr([1] * 63)
    assert literal(list(range(100))) == repr(list(range(100)))
