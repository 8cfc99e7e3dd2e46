"""The source for a wrong sampler fails for wrong values and wrong frequencies, and passes right draws."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.checks.drawn_snippet import drawn_snippet
from rankproof.conformance.checks.outcomes import Law

# 1 half of the time, 3 otherwise; the gradient is as large.
COIN = Law(
    values=np.array([1.0, 3.0]),
    value_budgets=np.array([1e-6, 1e-6]),
    gradients=np.array([[1.0], [3.0]]),
    gradient_budgets=np.array([[1e-6], [1e-6]]),
    probabilities=np.array([0.5, 0.5]),
)


def call(chosen, slope="value"):
    return (
        f"import numpy\ngenerator = numpy.random.default_rng(0)\nvalue = {chosen}\ngradient = {{'scores': [{slope}]}}\n"
    )


def test_right_draws_pass():
    exec(drawn_snippet(call("3.0 if generator.random() < 0.5 else 1.0"), "scores", COIN), {})


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (call("3.0 if generator.random() < 0.4 else 1.0"), "times in 4096 draws, expected"),
        (call("2.0"), "seed 1: the value 2.0 with the gradient"),
        (call("3.0 if generator.random() < 0.5 else 1.0", "0.0"), "is no outcome"),
    ],
)
def test_wrong_draws_fail_with_what_came(source, words):
    with pytest.raises(AssertionError, match=words):
        exec(drawn_snippet(source, "scores", COIN), {})


def test_every_draw_has_a_seed_of_its_own():
    source = drawn_snippet(call("1.0"), "scores", COIN)

    assert "default_rng(seed)" in source
    assert source.index("import numpy") < source.index("def draw(seed):")
