"""ApproxNDCG without a matrix of pairs: its sums of sigmoids as a series in each score, or a tile at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.sigmoid_sums import smooth_counts
from rankproof.implementations.custom_autograd.soft_ranks import RankGradient, clean_lists
from rankproof.implementations.custom_autograd.sorting import sorted_ascending
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.transforms import batch_axis_first


@as_declared
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
    r"""As :func:`rankproof.implementations.approx_ndcg`, in O(items) memory.

    The ranks are sums of sigmoids over all pairs, and so are their gradients,

    .. math:: \frac{\partial \ell}{\partial s_i} = \frac{1}{T} \sum_{j \neq i} \sigma'\!\left(\frac{s_i - s_j}{T}\right)
        \left(\frac{\partial \ell}{\partial r_j} - \frac{\partial \ell}{\partial r_i}\right)

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items p) time: the sigmoid
    is interpolated by p Chebyshev polynomials of each score to within 2^-28, where p is about 3.5 times the range of a
    list's scores in temperatures, and at least 14. Otherwise half of the pairs are computed, once forward and once
    backward, in tiles that fit the cache: O(items^2) time.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    options = _Options(temperature, gain, form, nothing_relevant, k, cutoff_temperature)
    values, _, has_relevant = _ApproxNDCG.apply(scores, relevance, mask, options)  # type: ignore[no-untyped-call]
    denominator = has_relevant if nothing_relevant == "skip" else None
    return values, denominator


@dataclass(frozen=True)
class _Options:
    """The parameters of the loss."""

    temperature: float
    gain: str
    form: str
    nothing_relevant: str
    k: int | None
    cutoff_temperature: float


class _ApproxNDCG(Function):
    """The losses of the lists, their derivatives by the ranks, and which lists have something relevant."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, options: _Options
    ) -> tuple[Tensor, Tensor, Tensor]:
        clean, real = clean_lists(scores, mask)
        grades = torch.where(real, relevance.reshape(real.shape).double(), 0)
        ranks = 1 + smooth_counts(clean, real.to(clean.dtype), options.temperature).double()
        values, slopes, has_relevant = _of_ranks(ranks, grades, options)
        poison = torch.where(clean.isnan().any(dim=-1), math.nan, 0.0)
        values, slopes = values + poison, slopes + poison.unsqueeze(-1)
        batch = scores.shape[:-1]
        return values.to(clean.dtype).view(batch), slopes.to(clean.dtype).view(scores.shape), has_relevant.view(batch)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, _, mask, options = inputs
        _, slopes, has_relevant = output
        ctx.mark_non_differentiable(slopes, has_relevant)
        ctx.save_for_backward(scores, slopes, mask)
        ctx.temperature = options.temperature

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor, None, None, None]:
        scores, slopes, mask = ctx.saved_tensors
        slopes = slopes * upstream.unsqueeze(-1)
        return RankGradient.apply(scores, slopes, mask, ctx.temperature, "approx_ndcg"), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _ApproxNDCG.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


def _of_ranks(ranks: Tensor, grades: Tensor, options: _Options) -> tuple[Tensor, Tensor, Tensor]:
    """Value, derivative by each rank, and whether there is something relevant, of each list; float64."""
    gains = relative_gains(grades, options.gain)
    has_relevant = (grades > 0).any(dim=-1)
    ideal = torch.where(has_relevant, _ideal_dcg(gains, options.k), 1)
    sign = 1 if options.form == "metric" else -1
    logarithm = ranks.log1p()
    share = (gains * (math.log(2) / ideal).unsqueeze(-1)).div_(logarithm)
    slopes = 1 / (logarithm * (1 + ranks))
    if options.k is not None:
        excess = (ranks - (options.k + 0.5)) / options.cutoff_temperature
        share *= torch.sigmoid(-excess)
        slopes += torch.sigmoid(excess) / options.cutoff_temperature
    slopes *= share * -sign
    values, _ = loss_of_metric(share.sum(dim=-1), has_relevant, options.form, options.nothing_relevant)
    return values, slopes, has_relevant


def _ideal_dcg(gains: Tensor, k: int | None) -> Tensor:
    best = sorted_ascending(gains).flip(-1)[:, :k]
    ranks = torch.arange(1, best.shape[-1] + 1, dtype=gains.dtype, device=gains.device)
    return (best / torch.log2(1 + ranks)).sum(dim=-1)
