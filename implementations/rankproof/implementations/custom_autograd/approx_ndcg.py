"""ApproxNDCG without a matrix of pairs: its sums of sigmoids as a series in each score, or a tile at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.sigmoid_sums import smooth_counts, smooth_slopes
from rankproof.implementations.custom_autograd.sorting import sorted_ascending
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.reduction import accumulation_dtype
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
        clean, real = _lists(scores, mask)
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
        return _Gradient.apply(scores, slopes, upstream, mask, ctx.temperature), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _ApproxNDCG.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient by the scores, from the derivatives by the ranks."""

    @staticmethod
    def forward(scores: Tensor, slopes: Tensor, upstream: Tensor, mask: Tensor | None, temperature: float) -> Tensor:
        clean, real = _lists(scores, mask)
        gradient = smooth_slopes(clean, real.to(clean.dtype), slopes.reshape(real.shape), temperature)
        gradient = gradient.view(scores.shape) * upstream.unsqueeze(-1)
        return (gradient if mask is None else gradient.masked_fill_(~mask, 0)).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            "approx_ndcg: the custom_autograd variant has no second derivative; "
            "use rankproof.implementations.approx_ndcg with variant='vectorized'"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _lists(scores: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The scores as [lists, items] in the dtype of accumulation, and which are real.

    Padding takes the largest score of its list, so that it does not widen its range, and an infinite score a
    finite one that saturates every sigmoid, so that no difference is infinity less infinity.
    """
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    clean = scores.reshape(shape).to(accumulation_dtype(scores.dtype))
    limit = torch.finfo(clean.dtype).max / 4
    if mask is None or scores.numel() == 0:
        return clean.clamp(-limit, limit), torch.ones(shape, dtype=torch.bool, device=scores.device)
    real = mask.reshape(shape)
    highest = torch.where(real, clean, -limit).amax(dim=-1, keepdim=True)
    return torch.where(real, clean, highest).clamp_(-limit, limit), real


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
    ndcg = torch.where(has_relevant, share.sum(dim=-1), 1.0 if options.nothing_relevant == "one" else 0.0)
    values = 1 - ndcg if options.form == "one_minus" else sign * ndcg
    if options.nothing_relevant == "skip":
        values = torch.where(has_relevant, values, 0)
    return values, slopes, has_relevant


def _ideal_dcg(gains: Tensor, k: int | None) -> Tensor:
    best = sorted_ascending(gains).flip(-1)[:, :k]
    ranks = torch.arange(1, best.shape[-1] + 1, dtype=gains.dtype, device=gains.device)
    return (best / torch.log2(1 + ranks)).sum(dim=-1)
