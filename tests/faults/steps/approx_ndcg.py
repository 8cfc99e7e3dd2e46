"""ApproxNDCG as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists


def above(scores: Tensor, temperature: float) -> Tensor:
    """At [i, j] how surely j outscores i."""
    return torch.sigmoid(-lists.differences(scores) / temperature)


def others(real: Tensor) -> Tensor:
    """True at [i, j] where both are real and not the same item."""
    return lists.pairs(real) & ~torch.eye(real.shape[-1], dtype=torch.bool, device=real.device)


def gain_of(relevance: Tensor, gain: str) -> Tensor:
    """2^y - 1, or y."""
    if gain == "linear" or relevance.shape[-1] == 0:
        return relevance
    largest = relevance.amax(-1, keepdim=True)  # over the gain of which all are taken, so that none overflows
    return torch.exp2(relevance - largest) - torch.exp2(-largest)


def discount(rank: Tensor) -> Tensor:
    """What a gain at this soft rank is divided by."""
    return torch.log2(1 + rank)


def cutoff(rank: Tensor, k: int | None, temperature: float) -> Tensor:
    """How surely a soft rank is among the first k."""
    return torch.ones_like(rank) if k is None else torch.sigmoid((k + 0.5 - rank) / temperature)


def ideal_dcg(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The best DCG that these gains allow."""
    best = gains.sort(-1, descending=True).values[..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=gains.dtype, device=gains.device) + 2)).sum(-1)


def normalise(dcg: Tensor, ideal: Tensor, has_relevant: Tensor) -> Tensor:
    """NDCG, where there is something relevant."""
    return dcg / torch.where(has_relevant, ideal, 1)


def signed(ndcg: Tensor | float, form: str) -> Tensor | float:
    """-NDCG, 1 - NDCG or NDCG."""
    return -ndcg if form == "negative" else 1 - ndcg if form == "one_minus" else ndcg


def finish(ndcg: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """The loss of each list, with that of lists with nothing relevant."""
    without = 0.0 if nothing_relevant == "skip" else signed(1.0 if nothing_relevant == "one" else 0.0, form)
    return torch.where(has_relevant, signed(ndcg, form), without)


def counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """What each list adds to the denominator of the mean."""
    return has_relevant.long() if nothing_relevant == "skip" else torch.ones_like(has_relevant, dtype=torch.long)


@dataclass(frozen=True)
class Steps:
    """What ApproxNDCG is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    above: Callable[..., Tensor] = above
    others: Callable[[Tensor], Tensor] = others
    gain_of: Callable[..., Tensor] = gain_of
    discount: Callable[[Tensor], Tensor] = discount
    cutoff: Callable[..., Tensor] = cutoff
    ideal_dcg: Callable[..., Tensor] = ideal_dcg
    normalise: Callable[..., Tensor] = normalise
    finish: Callable[..., Tensor] = finish
    counted: Callable[..., Tensor] = counted
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def approx_ndcg(
        scores: Tensor,
        relevance: Tensor,
        *,
        mask: Tensor | None,
        temperature: float,
        gain: str,
        form: str,
        nothing_relevant: str,
        k: int | None,
        cutoff_temperature: float,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        rank = 1 + torch.where(steps.others(real), steps.above(own, temperature), 0).sum(-1)
        gains = steps.gain_of(labels.to(own.dtype), gain)
        dcg = (gains * steps.cutoff(rank, k, cutoff_temperature) / steps.discount(rank)).sum(-1)
        has_relevant = (labels > 0).any(-1)
        ndcg = steps.normalise(dcg, steps.ideal_dcg(gains, own, labels, k), has_relevant)
        values = steps.finish(ndcg, has_relevant, form, nothing_relevant)
        values = lists.propagate_nan(values, torch.where(real, own, 0))
        return values, steps.counted(has_relevant, nothing_relevant)

    return as_declared(approx_ndcg, check=steps.check, reduce=steps.reduce)


approx_ndcg = build(Steps())
instead_of = step_replacer(build, Steps())
