"""Units become none, a sum or a mean, and an empty mean is a 0 that keeps the graph."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.reduction import accumulation_dtype, reduce_units

VALUES = torch.tensor([[1.0, 2.0], [3.0, 6.0]])


def test_none_returns_the_units():
    assert torch.equal(reduce_units(VALUES, "none"), VALUES)


def test_sum_adds_every_unit_whatever_the_denominator():
    assert reduce_units(VALUES, "sum", torch.zeros(2, 2)) == 12


def test_mean_divides_by_the_units_or_by_their_denominators():
    assert reduce_units(VALUES, "mean") == 3
    assert reduce_units(VALUES, "mean", torch.tensor([[1, 0], [2, 3]])) == 2
    assert reduce_units(VALUES, "mean", torch.tensor([[True, False], [True, False]])) == 6


def test_fractional_denominators_are_kept():
    assert reduce_units(VALUES, "mean", torch.full((2, 2), 0.125)) == 24


@pytest.mark.parametrize("denominator", [None, torch.zeros(0)])
def test_a_mean_over_no_unit_is_zero_and_keeps_the_graph(denominator):
    values = torch.zeros(0, requires_grad=True)
    mean = reduce_units(values, "mean", denominator)
    mean.backward()

    assert mean == 0
    assert values.grad.shape == (0,)


def test_a_mean_that_counts_nothing_is_zero_and_keeps_the_graph():
    scores = torch.tensor([1.0, 2.0], requires_grad=True)
    mean = reduce_units(scores * 0, "mean", torch.zeros(2, dtype=torch.int64))
    mean.backward()

    assert mean == 0
    assert torch.equal(scores.grad, torch.zeros(2))


def test_the_dtype_of_the_units_is_kept():
    counts = torch.ones(2, 2, dtype=torch.int64)

    assert reduce_units(VALUES.double(), "mean", counts).dtype == torch.float64
    assert reduce_units(VALUES, "mean", counts).dtype == torch.float32


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match=r"^reduction: got 'avg', expected 'none', 'sum' or 'mean'"):
        reduce_units(VALUES, "avg")


def test_half_precision_accumulates_in_float32():
    dtypes = (torch.float64, torch.float32, torch.float16, torch.bfloat16)

    assert [accumulation_dtype(dtype) for dtype in dtypes] == [torch.float64, *[torch.float32] * 3]
