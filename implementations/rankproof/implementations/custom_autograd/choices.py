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
    value, *_ = _LogLikelihood.apply(scores, order, mask, weights, begins)  # type: ignore[no-untyped-call]
    return value


class _LogLikelihood(Function):
    """The log-likelihoods of the lists; and for each place the highest score from there on, and relative to it the sum
    of exponentials from there on and the exponential of the score."""

    @staticmethod
    def forward(
        scores: Tensor, order: Tensor | None, mask: Tensor | None, weights: Tensor | None, begins: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        ordered, real = _ordered(scores, order, mask)
        grouped = None if begins is None else begins.reshape(ordered.shape)
        chances, highest, sums, powers = _chances(ordered, real, grouped)
        if weights is not None:
            # A place that counts for nothing may have a chance of 0, whose logarithm is infinite.
            given = weights.reshape(ordered.shape)
            chances = torch.where(given > 0, chances * given, 0)
        batch = scores.shape[:-1]
        value, highest = chances.sum(dim=-1).view(batch), highest.view(*batch, highest.shape[-1])
        return value, highest, sums.view(scores.shape), powers.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*inputs, *output[1:])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(upstream, *ctx.saved_tensors), None, None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _LogLikelihood.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient by the scores, from the sums.

    The scores are among the inputs so that it does not pass for a constant when it is itself differentiated.
    """

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
        powers: Tensor,
    ) -> Tensor:
        batch, shape = sums.shape, (math.prod(sums.shape[:-1]), sums.shape[-1])
        highest, sums, powers = highest.reshape(shape[0], highest.shape[-1]), sums.reshape(shape), powers.reshape(shape)
        counts = sums != 0
        if mask is not None:
            counts &= _in_order(mask.reshape(shape), order)
        own = counts.double() if weights is None else torch.where(counts, weights.reshape(shape), 0)
        shared = own if begins is None else torch.zeros_like(own).scatter_add_(-1, begins.reshape(shape), own)
        taken = _rising_sums(shared / torch.where(sums == 0, 1, sums), highest)
        gradient = own.sub_(powers * taken).mul_(upstream.reshape(-1, 1)).to(scores.dtype)
        if mask is not None:
            gradient.masked_fill_(~_in_order(mask.reshape(shape), order), 0)
        if order is not None:
            gradient = torch.empty_like(gradient).scatter_(-1, order.reshape(shape), gradient)
        return gradient.view(batch)

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


def _in_order(lists: Tensor, order: Tensor | None) -> Tensor:
    return lists if order is None else lists.gather(-1, order.reshape(lists.shape))


def _ordered(scores: Tensor, order: Tensor | None, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """The scores as [lists, items] in their order, float64, with minus infinity at padding; and which are real."""
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    ordered = _in_order(scores.reshape(shape), order).double()
    if mask is None:
        return ordered, None
    real = _in_order(mask.reshape(shape), order)
    return ordered.masked_fill(~real, -math.inf), real


def _chances(ordered: Tensor, real: Tensor | None, begins: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The logarithms of the chances; the highest scores; and relative to these the sums and the exponentials."""
    if ordered.numel() == 0:
        return ordered, ordered, ordered, ordered
    if torch.compiler.is_compiling():
        return _chances_far_apart(ordered, real, begins)
    highest = ordered.amax(dim=-1, keepdim=True).clamp_(min=torch.finfo(ordered.dtype).min)
    powers = (ordered - highest).exp_()
    sums = powers.flip(-1).cumsum(-1).flip(-1)
    quotients = powers / (sums if begins is None else sums.gather(-1, begins))
    known = powers
    if real is not None:
        quotients, known = quotients.masked_fill_(~real, 1), powers.masked_fill(~real, 1)
    chances = quotients.log_()
    if known.amin() < SMALLEST:
        far = (known < SMALLEST).any(dim=-1)
        highest = highest.expand_as(sums).clone()
        rows = (ordered[far], None if real is None else real[far], None if begins is None else begins[far])
        chances[far], highest[far], sums[far], powers[far] = _chances_far_apart(*rows)
    return chances, highest, sums, powers


def _chances_far_apart(
    ordered: Tensor, real: Tensor | None, begins: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The same, with each sum relative to the highest score that it is over, so that it is at least 1."""
    highest = ordered.clamp(min=torch.finfo(ordered.dtype).min).flip(-1).cummax(-1).values
    powers = (ordered.flip(-1) - highest).exp()
    before = torch.cat((highest[..., :1], highest[..., :-1]), dim=-1)
    sums = running_sums(powers, (before - highest).exp()).flip(-1)
    highest, powers = highest.flip(-1), powers.flip(-1)
    leads = ordered - (highest if begins is None else highest.gather(-1, begins))
    compared = sums if begins is None else sums.gather(-1, begins)
    # Where nothing above minus infinity is left, nothing is preferred.
    counts = compared != 0 if real is None else real & (compared != 0)
    return torch.where(counts, leads - compared.log(), 0), highest, sums, powers


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
