"""Margin ranking losses that are wrong."""

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
from tests.faults.steps import margin_ranking as steps
from tests.faults.steps.margin_ranking import instead_of
from tests.faults.steps.margin_ranking import margin_ranking as right


@seen(25, "cost", source="https://github.com/pytorch/pytorch/issues/42864", dtype="float32")
@instead_of("shortfall")
def diagonal_of_all_pairs(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The differences of all N x N pairs are formed, and their diagonal is taken."""
    differences = input1.unsqueeze(-1) - input2.unsqueeze(-2)
    return margin - target.to(input1.dtype) * differences.diagonal(dim1=-2, dim2=-1)


@seen(16, "value", "gradient", source="https://github.com/NTMC-Community/MatchZoo/issues/228")
@instead_of("shortfall")
def target_ignored(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The first item is presumed to be the one that should rank higher."""
    return margin - (input1 - input2)


@seen(17, "value", "gradient", source="https://github.com/XPixelGroup/RankSRGAN/issues/5")
@instead_of("shortfall")
def sign_flipped(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The minus in front of the target is missing, so that a right order is punished."""
    return margin + target.to(input1.dtype) * (input1 - input2)


@seen(17, "value")
@instead_of("shortfall")
def margin_inside_the_sign(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The target multiplies the margin as well: right for +1, a margin of the wrong sign for -1."""
    return target.to(input1.dtype) * (margin - (input1 - input2))


@seen(18, "value", "gradient", source="https://github.com/seathiefwang/RankPose/issues/4")
@instead_of("shortfall")
def target_of_zero_and_one(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """Targets are turned into 0 and 1, so that a pair of target -1 costs the constant margin."""
    return margin - target.clamp(min=0).to(input1.dtype) * (input1 - input2)


@seen(19, "purity.labels")
@instead_of("shortfall")
def margin_in_target_dtype(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The margin becomes a tensor of the target's dtype: with integer targets its fraction is lost."""
    return target.new_tensor(margin) - target.to(input1.dtype) * (input1 - input2)


@seen(None, "value", "gradient", source="https://scikit-learn.org/stable/modules/generated/sklearn.svm.LinearSVC.html")
@instead_of("hinge")
def squared_hinge(shortfall: Tensor) -> Tensor:
    """The squared hinge, which is the default of other libraries, under the name of the hinge."""
    return shortfall.relu().square()


@seen(28, "value", source="https://github.com/iesl/box-embeddings/issues/9")
@instead_of("hinge")
def clamped_above_zero(shortfall: Tensor) -> Tensor:
    """A clamp at 1e-7 instead of 0, so that satisfied pairs cost something."""
    return shortfall.clamp(min=1e-7)


@seen(1, "kink", "gradient", "examples")
@instead_of("hinge")
def root_of_square(shortfall: Tensor) -> Tensor:
    """The absolute value by way of a square root, whose gradient is NaN at a pair exactly at the margin."""
    return (shortfall + shortfall.square().sqrt()) / 2


@seen(3, "gradient", "zero_sum")
@instead_of("shortfall")
def second_score_detached(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The second score is a constant, as if it belonged to a frozen model."""
    return margin - target.to(input1.dtype) * (input1 - input2.detach())


@seen(
    18, "invalid.target_zero", "invalid.target_not_a_sign", source="https://github.com/seathiefwang/RankPose/issues/4"
)
@instead_of("check")
def any_target_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """Targets other than -1 and +1 are accepted: with 0 the loss is constant."""
    check_arguments(declared, given, validate=False)


class _PairGradients(torch.autograd.Function):
    """The hinge of the shortfall with a hand-written backward."""

    @staticmethod
    def forward(ctx: Any, input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
        shortfall = margin - target * (input1 - input2)
        ctx.save_for_backward(torch.where(shortfall > 0, target, 0))
        return shortfall.relu()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        (active,) = ctx.saved_tensors
        if not ctx.needs_input_grad[0]:
            return None, None, None, None
        return -upstream * active, upstream * active, None, None


@seen(30, "purity.single_grad", source="https://github.com/fbcotter/pytorch_wavelets/issues/65")
def second_score_alone(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    validate: bool = True,
) -> Tensor:
    """A hand-written backward gives no gradient at all when the first input needs none."""
    right(input1.detach(), input2.detach(), target, margin=margin, reduction=reduction, validate=validate)
    values = _PairGradients.apply(input1, input2, target.to(input1.dtype), margin)
    return reduce_units(values, reduction)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
