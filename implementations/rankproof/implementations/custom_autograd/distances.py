"""Distances between two batches of vectors, with gradients from the vectors themselves."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.magnitude import magnitude
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


def norm_of_difference(x: Tensor, y: Tensor, p: float, eps: float) -> Tensor:
    r"""The p-norm of x - y + eps, [...], whose gradient at 0 is 0.

    .. math:: \nabla_x = \operatorname{sign}(u) \left(\frac{|u|}{\lVert u \rVert_p}\right)^{p - 1} = -\nabla_y
    """
    norms: Tensor = _NormOfDifference.apply(x, y, p, eps)  # type: ignore[no-untyped-call]
    return norms


def squared_distance(x: Tensor, y: Tensor) -> Tensor:
    """The squared Euclidean norm of x - y, [...]."""
    squares: Tensor = _NormOfDifference.apply(x, y, None, 0.0)  # type: ignore[no-untyped-call]
    return squares


def cosine_distance(x: Tensor, y: Tensor) -> Tensor:
    r"""1 - cos(x, y), [...]; 1, with a gradient of 0, where a vector has no direction.

    .. math:: \nabla_x = \left(\cos(x, y) \frac{x}{|x|} - \frac{y}{|y|}\right) / |x|
    """
    distances: Tensor = _CosineDistance.apply(x, y)  # type: ignore[no-untyped-call]
    return distances


class _NormOfDifference(Function):
    """The p-norms of differences, or their squared Euclidean norms where p is None."""

    @staticmethod
    def forward(x: Tensor, y: Tensor, p: float | None, eps: float) -> Tensor:
        u = _difference(x, y, eps)
        if p is None:
            return u.square_().sum(dim=-1)
        if p == 1:
            return u.abs_().sum(dim=-1)
        # On a CPU it costs little to look whether a plain norm will do, as nearly always.
        if u.device.type == "cpu" and not torch.compiler.is_compiling():
            norms: Tensor = torch.linalg.vector_norm(u, p, dim=-1)
            if _in_range(norms, p):
                return norms
        scale = magnitude(u)
        scaled: Tensor = torch.linalg.vector_norm(u.div_(scale), p, dim=-1)
        return scaled.mul_(scale.squeeze(-1))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, y, ctx.p, ctx.eps = inputs
        ctx.save_for_backward(x, y, output)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        x, y, norms = ctx.saved_tensors
        u, factor = _difference(x, y, ctx.eps), upstream.unsqueeze(-1)
        if ctx.p is None:
            gradient = _times(u, 2 * factor)
        elif ctx.p == 1:
            gradient = _times(u.sign(), factor)
        else:
            # A norm of 0 is that of zeros, whose quotient by any other number is 0.
            divisor = torch.where(norms == 0, 1, norms).unsqueeze(-1)
            if ctx.p == 2:
                gradient = _times(u, factor / divisor)
            else:
                # Below p = 2 the slope of a difference of 0 changes infinitely fast: a second derivative would be NaN.
                sizes = torch.where(u == 0, 1, u / divisor).abs()
                gradient = _times(sizes ** (ctx.p - 1) * u.sign(), factor)
        gradient = gradient.to(x.dtype)
        by_y = -gradient if ctx.needs_input_grad[1] else None
        return gradient if ctx.needs_input_grad[0] else None, by_y, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _NormOfDifference.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class _CosineDistance(Function):
    """One less the cosines of pairs of vectors."""

    @staticmethod
    def forward(x: Tensor, y: Tensor) -> Tensor:
        (along_x, length_x), (along_y, length_y) = _directed(x), _directed(y)
        cosines = (along_x * along_y).sum(dim=-1)
        return 1 - torch.where((length_x * length_y).squeeze(-1) == 0, 0, cosines)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        ctx.save_for_backward(*inputs, output)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y, distances = ctx.saved_tensors
        (along_x, length_x), (along_y, length_y) = _directed(x), _directed(y)
        factor = torch.where((length_x == 0) | (length_y == 0), 0, upstream.unsqueeze(-1))
        cosines = 1 - distances.unsqueeze(-1)
        by_x = by_y = None
        if ctx.needs_input_grad[0]:
            by_x = _times(cosines * along_x - along_y, factor / _nonzero(length_x)).to(x.dtype)
        if ctx.needs_input_grad[1]:
            by_y = _times(cosines * along_y - along_x, factor / _nonzero(length_y)).to(y.dtype)
        return by_x, by_y

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _CosineDistance.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _difference(x: Tensor, y: Tensor, eps: float) -> Tensor:
    """A fresh tensor x - y + eps in the dtype of accumulation."""
    u = x.to(accumulation_dtype(x.dtype)) - y
    return u.add_(eps) if eps else u


def _in_range(norms: Tensor, p: float) -> bool:
    """Whether the powers whose sums had these roots surely lie within the range of the dtype, and far above its end."""
    limits = torch.finfo(norms.dtype)
    lowest = (limits.smallest_normal / limits.eps**2) ** (1 / p)
    return bool(((norms > lowest) & (norms < torch.inf)).all())


def _directed(x: Tensor) -> tuple[Tensor, Tensor]:
    """Vectors of length 1, or 0, and the lengths [..., 1] that they had."""
    x = x.to(accumulation_dtype(x.dtype))
    scale = magnitude(x)
    scaled = x / scale
    relative = torch.linalg.vector_norm(scaled, dim=-1, keepdim=True)
    return scaled / _nonzero(relative), relative * scale


def _nonzero(lengths: Tensor) -> Tensor:
    """Lengths to divide by: those that are 0 are replaced."""
    return torch.where(lengths == 0, 1, lengths)


def _times(fresh: Tensor, factor: Tensor) -> Tensor:
    """The product, in place of a tensor that nothing else refers to; a new one where a second derivative is asked."""
    return fresh * factor if torch.is_grad_enabled() else fresh.mul_(factor)
