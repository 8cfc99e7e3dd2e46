"""Likelihoods of choosing items one after the other, each among those that are left: float64 sums of exponentials."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.recurrence import running_sums
from rankproof.implementations.transforms import batch_axis_first

# Below this a float64 sum of exponentials, and a quotient of two of them, may be subnormal.
SMALLEST = 1e-280


def log_likelihood(
    scores: Tensor,
    order: Tensor | None,
    mask: Tensor | None,
    weights: Tensor | None = None,
    begins: Tensor | None = None,
) -> Tensor:
    r"""The weighted logarithm of the probability that items are chosen in an order, float64.

    .. math:: \sum_t w_t \left( s_{\pi_t} - \log \sum_{u \ge b_t} e^{s_{\pi_u}} \right)

    The sums from each place on are one running sum in float64, relative to the highest score. With
    :math:`c_u = \sum_{t: b_t = u} w_t` and :math:`S_u` the sum from place u on, the derivative by the score at place t
    is another one,

    .. math:: w_t - e^{s_{\pi_t}} \sum_{u \le t} c_u / S_u

    Lists whose scores spread so far (by more than 644) that an exponential underflows, take O(log items) passes: each
    sum is then relative to the highest score that is left.

    Args:
        scores: s, [..., items].
        order: π, the position of the item at each place, int64; None for the order of the list.
        mask: True at a real item; places of padding are passed over.
        weights: w, at least 0, float64, [..., items] in the order of the places; 1 where None.
        begins: b, for each place the one at which the items that it competes with begin, at most itself and the same
            for all places from there to it; itself where None.

    Raises:
        RuntimeError: when the gradient is itself differentiated.
    """
    value: Tensor
    value, _, _ = _LogLikelihood.apply(scores, order, mask, weights, begins)  # type: ignore[no-untyped-call]
    return value


class _LogLikelihood(Function):
    """The log-likelihoods of the lists; and for each place the highest score from there on, and the sum over it."""

    @staticmethod
    def forward(
        scores: Tensor, order: Tensor | None, mask: Tensor | None, weights: Tensor | None, begins: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        ordered, real = _ordered(scores, order, mask)
        chances, highest, sums = _chances(ordered, real, None if begins is None else begins.reshape(ordered.shape))
        if weights is not None:
            # A place that counts for nothing may have a chance of 0, whose logarithm is infinite.
            given = weights.reshape(ordered.shape)
            chances = torch.where(given > 0, chances * given, 0)
        batch = scores.shape[:-1]
        return chances.sum(dim=-1).view(batch), highest.view(*batch, highest.shape[-1]), sums.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        _, highest, sums = output
        ctx.mark_non_differentiable(highest, sums)
        ctx.save_for_backward(*inputs, highest, sums)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(upstream, *ctx.saved_tensors), None, None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _LogLikelihood.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient by the scores, from the sums."""

    @staticmethod
    def forward(
        upstream: Tensor,
        scores: Tensor,
        order: Tensor | None,
        mask: Tensor | None,
        weights: Tensor | None,
        begins: Tensor | None,
        highest: Tensor,
        sums: Tensor,
    ) -> Tensor:
        ordered, real = _ordered(scores, order, mask)
        shape = ordered.shape
        highest, sums = highest.reshape(shape[0], highest.shape[-1]), sums.reshape(shape)
        counts = real & (sums != 0)
        own = counts.double() if weights is None else torch.where(counts, weights.reshape(shape), 0)
        shared = own if begins is None else torch.zeros_like(own).scatter_add_(-1, begins.reshape(shape), own)
        taken = _rising_sums(shared / torch.where(sums == 0, 1, sums), highest)
        gradient = (own - (ordered - highest).exp() * taken) * upstream.reshape(-1, 1).double()
        gradient = gradient.masked_fill(~real, 0).to(scores.dtype)
        if order is not None:
            gradient = torch.empty_like(gradient).scatter_(-1, order.reshape(shape), gradient)
        return gradient.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            "the custom_autograd variant of the Plackett-Luce likelihood has no second derivative; "
            "choose variant='vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _ordered(scores: Tensor, order: Tensor | None, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The scores as [lists, items] in their order, float64, with minus infinity at padding; and which are real."""
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    ordered = scores.reshape(shape)
    real = torch.ones(shape, dtype=torch.bool, device=scores.device) if mask is None else mask.reshape(shape)
    if order is not None:
        places = order.reshape(shape)
        ordered, real = ordered.gather(-1, places), real if mask is None else real.gather(-1, places)
    ordered = ordered.double()
    return ordered if mask is None else ordered.masked_fill(~real, -math.inf), real


def _chances(ordered: Tensor, real: Tensor, begins: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """The logarithms of the chances, and to what highest scores which sums of exponentials are relative."""
    if ordered.shape[-1] == 0:
        return ordered, ordered, ordered
    if torch.compiler.is_compiling():
        return _chances_far_apart(ordered, real, begins)
    highest = ordered.amax(dim=-1, keepdim=True).clamp_(min=torch.finfo(ordered.dtype).min)
    powers = (ordered - highest).exp_()
    sums = powers.flip(-1).cumsum(-1).flip(-1)
    compared = sums if begins is None else sums.gather(-1, begins)
    chances = torch.where(real, powers / compared, 1).log_()
    far = ((powers < SMALLEST) & real).any(dim=-1)
    if far.any():
        highest = highest.expand_as(sums).clone()
        chances[far], highest[far], sums[far] = _chances_far_apart(
            ordered[far], real[far], None if begins is None else begins[far]
        )
    return chances, highest, sums


def _chances_far_apart(ordered: Tensor, real: Tensor, begins: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """The same, with each sum relative to the highest score that it is over, so that it is at least 1."""
    lowest = torch.finfo(ordered.dtype).min
    highest = ordered.clamp(min=lowest).flip(-1).cummax(-1).values
    before = torch.cat((highest[..., :1], highest[..., :-1]), dim=-1)
    sums = running_sums((ordered.flip(-1) - highest).exp(), (before - highest).exp()).flip(-1)
    highest = highest.flip(-1)
    leads = ordered - (highest if begins is None else highest.gather(-1, begins))
    compared = sums if begins is None else sums.gather(-1, begins)
    # Where nothing above minus infinity is left, nothing is preferred.
    chances = torch.where(real & (compared != 0), leads - compared.log(), 0)
    return chances, highest, sums


def _rising_sums(terms: Tensor, highest: Tensor) -> Tensor:
    """Running sums of terms that are relative to the reciprocal exponentials of the highest scores."""
    if highest.shape[-1] == 0:
        return terms
    if not torch.compiler.is_compiling():
        sums = terms.cumsum(-1)
        far = (highest != highest[..., :1]).any(dim=-1)
        if far.any():
            sums[far] = _fading_sums(terms[far], highest[far])
        return sums
    return _fading_sums(terms, highest)


def _fading_sums(terms: Tensor, highest: Tensor) -> Tensor:
    before = torch.cat((highest[..., :1], highest[..., :-1]), dim=-1)
    return running_sums(terms, (highest - before).exp())
