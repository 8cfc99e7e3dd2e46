"""How the loops turn a metric of items that are relevant or not into a loss, list by list."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from rankproof.implementations.declared import Units
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.metric_form import signed
from rankproof.implementations.reduction import accumulation_dtype


def losses_of_lists(
    scores: Tensor,
    positives: Tensor,
    mask: Tensor | None,
    form: str,
    nothing_relevant: str,
    metric: Callable[[Tensor, list[int], list[int]], Tensor],
) -> Units:
    """The loss of each list, and what the list adds to the denominator of a mean.

    ``metric`` takes the scores of a list, its real items and those of them that are positive, of which there is one.
    """
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    values, counts = [], []
    for row, labels, real in zip(rows(accumulated), rows(positives != 0), real_items(scores, mask), strict=True):
        relevant = [i for i in real if labels[i]]
        counts.append(bool(relevant) or nothing_relevant != "skip")
        if diverged(row, real):
            values.append(nan_of(row, real))
        elif relevant:
            values.append(signed(metric(row, real, relevant), form))
        elif nothing_relevant == "skip":
            values.append(zero_of(row))
        else:
            values.append(signed(zero_of(row) + (1 if nothing_relevant == "one" else 0), form))
    return stack_lists(values, accumulated), torch.tensor(counts, device=scores.device)
