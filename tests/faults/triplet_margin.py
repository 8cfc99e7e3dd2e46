"""Triplet margin losses that are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.reduction import reduce_units
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import triplet_margin as steps
from tests.faults.steps.triplet_margin import instead_of
from tests.faults.steps.triplet_margin import triplet_margin as right

_ABSOLUTE = "https://github.com/pytorch/pytorch/pull/1165"
_SQUARED = "https://github.com/davidsandberg/facenet/issues/547"
_ACTIVE = "https://github.com/KevinMusgrave/pytorch-metric-learning/issues/107"
_ANCHOR = "https://github.com/jhjin/triplet-criterion/issues/2"
_REID = "https://github.com/michuanhaohao/reid-strong-baseline/issues/16"


@seen(1, "edge.positive_equals_anchor", "edge.all_tied")
@instead_of("norm")
def root_of_sum_of_powers(u: Tensor, p: float) -> Tensor:
    """The norm written out: at a distance of 0 the root's infinite derivative times 0 is NaN."""
    return (u.abs() ** p).sum(-1) ** (1 / p)


@seen(1, "edge.overflowing_squares", "edge.underflowing_squares", dtype="float32", source=_SQUARED)
@instead_of("norm")
def squares_out_of_range(u: Tensor, p: float) -> Tensor:
    """Powers are summed as they are: those of far vectors are infinite, and those of near ones 0."""
    return torch.linalg.vector_norm(u, p, dim=-1)


@seen(20, "precision.float16", dtype="float16")
@instead_of("cast")
def squares_in_half_precision(scores: Tensor) -> Tensor:
    """Differences and sums are computed in the dtype of the vectors, of which half precision holds few digits."""
    return scores


@seen(28, "value", "gradient", source=_ABSOLUTE)
@instead_of("difference")
def epsilon_on_absolute_differences(x: Tensor, y: Tensor, eps: float) -> Tensor:
    """The epsilon is added to absolute differences, as PyTorch's first version did, so that it lengthens them all."""
    return (x - y).abs() + eps


@seen(
    28,
    "edge.positive_equals_anchor",
    "examples.euclidean",
    source="https://github.com/adambielski/siamese-triplet/issues/18",
)
@instead_of("norm")
def epsilon_in_the_root(u: Tensor, p: float) -> Tensor:
    """A second epsilon stands within the root, against its derivative at 0."""
    return ((u.abs() ** p).sum(-1) + 1e-9) ** (1 / p)


@seen(None, "value", "gradient", "examples.euclidean", source=_SQUARED)
@instead_of("norm")
def root_left_out(u: Tensor, p: float) -> Tensor:
    """The root is left out, so that the margin is one of squared distances."""
    return (u.abs() ** p).sum(-1)


@seen(None, "value", "examples.facenet", source=_SQUARED)
@instead_of("squared")
def root_of_the_squared_distance(u: Tensor) -> Tensor:
    """The squared distance has a root taken of it."""
    return torch.linalg.vector_norm(u, dim=-1)


@seen(33, "batching", "value")
@instead_of("norm")
def norm_of_the_batch(u: Tensor, p: float) -> Tensor:
    """The norm is taken over all axes, since none was named: every triplet has the same distances."""
    return steps.norm(u.reshape(1, -1), p).expand(u.shape[:-1])


@seen(1, "edge.zero_vector", "edge.zero_negative")
@instead_of("direction")
def direction_of_zero(x: Tensor) -> Tensor:
    """A vector of length 0 is divided by its length."""
    return x / steps.norm(x, 2).unsqueeze(-1)


@seen(28, "extremes", "value")
@instead_of("direction")
def length_with_epsilon(x: Tensor) -> Tensor:
    """An epsilon is added to the lengths that the cosine divides by."""
    return x / (steps.norm(x, 2).unsqueeze(-1) + 1e-6)


@seen(17, "value", "gradient", "examples", source=_REID)
@instead_of("shortfall")
def positive_and_negative_exchanged(near: Tensor, far: Tensor, margin: float) -> Tensor:
    """The two distances are given in the order of another loss: what lies near is pushed away."""
    return far - near + margin


@seen(17, "value", "examples.swapped")
@instead_of("nearer")
def further_distance_swapped_in(far: Tensor, other: Tensor) -> Tensor:
    """The swap takes the larger of the two distances, which is the easier one."""
    return torch.maximum(far, other)


@seen(None, "value", "gradient", source="https://github.com/adambielski/siamese-triplet/issues/31")
@instead_of("hinge")
def soft_margin(shortfall: Tensor) -> Tensor:
    """A softplus in the place of the hinge, which pays for every triplet."""
    return torch.nn.functional.softplus(shortfall)


@seen(5, "examples.mean_over_all_triplets", source=_ACTIVE)
@instead_of("reduce")
def mean_over_active_triplets(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The mean divides by the triplets whose loss is not 0, as pytorch-metric-learning does."""
    if reduction == "mean":
        return values.sum() / (values > 0).sum().clamp(min=1)
    return reduce_units(values, reduction)


@seen(18, "invalid.zero_margin", "invalid.p_below_one", "invalid.negative_eps")
@instead_of("check")
def any_number_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """Numbers out of bounds are accepted: a margin of 0 is met by one point, below p = 1 there is no norm."""
    check_arguments(declared, {**given, "margin": 1.0, "p": 2.0, "eps": 0.0}, validate=validate)


@seen(3, "gradient", source=_ANCHOR)
def anchor_moves_alone(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float = 1.0,
    distance: str = "p_norm",
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
    validate: bool = True,
) -> Tensor:
    """Positive and negative are constants, as if they belonged to a frozen model."""
    options = {"margin": margin, "distance": distance, "p": p, "eps": eps, "swap": swap}
    others = [positive.detach(), negative.detach()]
    return right(anchor, *others, reduction=reduction, validate=validate, **options)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
