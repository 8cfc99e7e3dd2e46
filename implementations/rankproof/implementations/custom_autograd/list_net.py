"""ListNet in two passes over the scores, of which the softmax of the second is the gradient."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def list_net(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    target: str,
    temperature: float,
    nothing_relevant: str,
) -> Units:
    r"""As :func:`rankproof.implementations.list_net`, in O(items) time and memory.

    .. math:: \frac{\partial \ell}{\partial s_i} = \frac{1}{T} \left(p_i \sum_j t_j - t_i\right)

    Of the forward pass the target alone is kept; p is computed again. Differentiable any number of times.
    """
    options = (target, nothing_relevant)
    values, _, _, has_relevant = _ListNet.apply(scores, relevance, mask, temperature, options)  # type: ignore[no-untyped-call]
    return values, has_relevant if nothing_relevant == "skip" else None


class _ListNet(Function):
    """The losses of the lists; the weights of their items, and the sums of those; and which have something relevant."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, temperature: float, options: tuple[str, str]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        dtype = accumulation_dtype(scores.dtype)
        grades = relevance.to(dtype) if mask is None else relevance.to(dtype).masked_fill(~mask, 0)
        if scores.shape[-1] == 0:
            nothing = grades.sum(dim=-1)
            return nothing, grades.clone(), nothing.clone(), nothing > 0
        largest = grades.amax(dim=-1, keepdim=True)
        weights = _target(grades, mask, largest, *options)
        products = torch.log_softmax(_scaled(scores.to(dtype), mask, temperature), dim=-1)
        # With a NaN among the scores all logarithms are, and the largest shows it.
        poison = products.amax(dim=-1) * 0
        # A score of minus infinity costs nothing where it has no weight: 0 times infinity is 0.
        products.mul_(weights).nan_to_num_(nan=0.0, posinf=math.inf, neginf=-math.inf)
        # An output of its own: one that is an input too would be taken for that, and differentiated.
        kept = weights.clone() if weights is relevance else weights
        return poison - products.sum(dim=-1), kept, weights.sum(dim=-1), (largest > 0).squeeze(-1)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, _, mask, ctx.temperature, _ = inputs
        _, weights, totals, has_relevant = output
        ctx.mark_non_differentiable(weights, totals, has_relevant)
        ctx.save_for_backward(scores, weights, totals, mask)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        """By operations that have derivatives themselves."""
        scores, weights, totals, mask = ctx.saved_tensors
        slope = (upstream / ctx.temperature).unsqueeze(-1)
        scaled = _scaled(scores.to(weights.dtype), mask, ctx.temperature)
        gradient = torch.softmax(scaled, dim=-1) * (slope * totals.unsqueeze(-1))
        gradient = torch.addcmul(gradient, weights, slope, value=-1)
        if mask is not None:
            gradient = torch.where(mask, gradient, 0)
        return gradient.to(scores.dtype), None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _ListNet.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0, 0)  # type: ignore[no-untyped-call]


def _scaled(scores: Tensor, mask: Tensor | None, temperature: float) -> Tensor:
    """The scores over the temperature, padding at minus infinity, but at 0 where a list is nothing else."""
    if temperature != 1:
        scores = scores / temperature
    if mask is None:
        return scores
    return torch.where(mask, scores, torch.where(mask.any(dim=-1, keepdim=True), -math.inf, 0.0).to(scores.dtype))


def _target(grades: Tensor, mask: Tensor | None, largest: Tensor, target: str, nothing_relevant: str) -> Tensor:
    """The weights of the items: 0 at padding, and in a list that is skipped."""
    relevant = largest > 0
    if target == "softmax":
        weights = _softmax(grades, mask)
        return weights.mul_(relevant) if nothing_relevant == "skip" else weights
    weights = grades
    if target == "normalized_labels":
        weights = grades / torch.where(relevant, largest, 1)  # so that their sum does not overflow
        weights.div_(torch.where(relevant, weights.sum(dim=-1, keepdim=True), 1))
    return torch.where(relevant, weights, _softmax(grades, mask)) if nothing_relevant == "uniform" else weights


def _softmax(grades: Tensor, mask: Tensor | None) -> Tensor:
    weights = torch.softmax(_scaled(grades, mask, 1), dim=-1)
    return weights if mask is None else weights.masked_fill_(~mask, 0)
