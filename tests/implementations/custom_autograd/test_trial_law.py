"""The law of the number of trials, at its quantiles and in its tails."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch

from rankproof.implementations.custom_autograd.trial_law import trials_with_replacement, trials_without_replacement

CLOSE = Fraction(1, 10**10)  # what rounding may do to a probability


def survival(universe, violators, trials):
    """The exact P(N > trials)."""
    kept = math.comb(universe - trials, violators) if trials <= universe else 0
    return Fraction(kept, math.comb(universe, violators))


@pytest.mark.parametrize(("universe", "violators"), [(1, 1), (5, 1), (5, 5), (9, 4), (300, 2), (5000, 7), (5000, 4000)])
@pytest.mark.parametrize("most", [None, 1, 3, 100])
def test_without_replacement_the_exact_law_is_inverted(universe, violators, most):
    uniform = torch.rand(400, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    uniform[:3] = torch.tensor([0.0, 2**-53, 1 - 2**-53])
    sizes = torch.full((400,), universe), torch.full((400,), violators)
    drawn = trials_without_replacement(*sizes, uniform, largest=universe + 3, most=most).tolist()
    for u, trials in zip(uniform.tolist(), drawn, strict=True):
        if most is None or trials <= most:
            assert survival(universe, violators, trials) * (1 - CLOSE) <= u
            assert u < survival(universe, violators, trials - 1) * (1 + CLOSE)
        else:
            assert u < survival(universe, violators, most) * (1 + CLOSE)


def test_with_replacement_the_number_is_geometric():
    uniform = torch.tensor([0.0, 0.74, 0.75, 0.76, 1 - 2**-53], dtype=torch.float64)
    quarter = trials_with_replacement(torch.full((5,), 4), torch.full((5,), 3), uniform)
    certain = trials_with_replacement(torch.full((5,), 4), torch.full((5,), 4), uniform)

    assert quarter.tolist() == [1, 1, 2, 2, 1 + math.floor(53 * math.log(2) / math.log(4))]
    assert certain.tolist() == [1] * 5


def test_a_rare_violator_takes_many_trials_but_not_more_than_an_integer_holds():
    uniform = torch.tensor([0.5, 1 - 2**-53], dtype=torch.float64)
    trials = trials_with_replacement(torch.full((2,), 10**9), torch.ones(2, dtype=torch.int64), uniform)

    assert trials[0].item() == pytest.approx(10**9 * math.log(2), rel=1e-6)
    assert (trials > 0).all()
