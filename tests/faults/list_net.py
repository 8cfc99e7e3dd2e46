"""ListNet losses that are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import Loss, seen
from tests.faults.planting import everywhere, planted_in
from tests.faults.steps import list_net as steps
from tests.faults.steps.list_net import instead_of

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses"
_TFR = "https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses_impl.py"


@seen(28, "value", "edge.far_apart", source=f"{_ALLRANK}/listNet.py")
@instead_of("log_probabilities")
def epsilon_in_the_logarithm(scores: Tensor, real: Tensor) -> Tensor:
    """1e-10 is added to the probabilities, against a logarithm of 0: an item costs 23 at most."""
    return (torch.softmax(steps.without_share(scores, real), -1) + 1e-10).log()


@seen(None, "extremes", "edge.far_apart", source="https://github.com/allenai/allennlp/issues/2797")
@instead_of("log_probabilities")
def logarithm_of_a_softmax(scores: Tensor, real: Tensor) -> Tensor:
    """The logarithm is taken of a softmax that has underflowed to 0."""
    return torch.softmax(steps.without_share(scores, real), -1).log()


@seen(8, "extremes", source="https://github.com/dansuh17/jdcnet-pytorch/issues/3")
@instead_of("log_probabilities")
def exponentials_without_a_shift(scores: Tensor, real: Tensor) -> Tensor:
    """The sum of exponentials is taken without subtracting the largest score."""
    return scores - torch.where(real, scores.exp(), 0).sum(-1, keepdim=True).log()


@seen(33, "batching")
@instead_of("log_probabilities")
def softmax_over_the_batch(scores: Tensor, real: Tensor) -> Tensor:
    """The softmax runs over the first axis, which is that of the batch."""
    return torch.log_softmax(steps.without_share(scores, real), 0)


@seen(6, "edge.low_scores_beside_padding", "padding", source=_TFR)
@instead_of("log_probabilities")
def padding_at_a_finite_score(scores: Tensor, real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and a share beside low scores."""
    return torch.log_softmax(torch.where(real, scores, math.log(1e-10)), -1)


@seen(4, "padding", "edge.one_item_beside_padding")
@instead_of("log_probabilities")
def padding_in_the_partition(scores: Tensor, real: Tensor) -> Tensor:
    """Padding is at 0 in the sum of exponentials."""
    return torch.log_softmax(scores, -1)


@seen(4, "padding")
@instead_of("top_one")
def padding_in_the_target(labels: Tensor, real: Tensor) -> Tensor:
    """Padding has a label of 0 in the softmax of the labels, and so a share that is lost."""
    return torch.softmax(labels, -1)


@seen(14, "edge.large_grades")
@instead_of("top_one")
def grades_without_a_shift(labels: Tensor, real: Tensor) -> Tensor:
    """The exponentials of the grades are taken as they are, and overflow."""
    powers = torch.where(real, labels.exp(), 0)
    return powers / powers.sum(-1, keepdim=True).clamp(min=1)


@seen(2, "edge.no_share", source="https://github.com/pytorch/pytorch/issues/68425")
@instead_of("shares")
def sum_of_labels_divides_by_zero(labels: Tensor) -> Tensor:
    """Labels of a list with nothing relevant are 0 over 0."""
    return labels / labels.sum(-1, keepdim=True)


@seen(28, "edge.small_labels", "value")
@instead_of("shares")
def epsilon_in_the_sum_of_labels(labels: Tensor) -> Tensor:
    """1e-8 is added to the sum of the labels, against a division by 0."""
    return labels / (labels.sum(-1, keepdim=True) + 1e-8)


@seen(20, "edge.large_sum", dtype="float16")
@instead_of("shares")
def labels_summed_in_half_precision(labels: Tensor) -> Tensor:
    """The labels are added up in the dtype that they were given in, which their sum exceeds."""
    total = labels.half().sum(-1, keepdim=True)
    return labels / torch.where(total > 0, total, 1)


@seen(5, "examples.normalized", "value")
@instead_of("shares")
def labels_over_their_number(labels: Tensor) -> Tensor:
    """Labels are divided by the number of relevant items, which is their sum only where they are 0 and 1."""
    return labels / (labels > 0).sum(-1, keepdim=True).clamp(min=1)


@seen(None, "value", source=_TFR)
@instead_of("scaled")
def temperature_multiplied(scores: Tensor, temperature: float) -> Tensor:
    """Scores are multiplied by the temperature, as by an inverse one."""
    return scores * temperature


@seen(17, "value", "gradient")
@instead_of("cross_entropy")
def sign_flipped(weights: Tensor, logarithms: Tensor, real: Tensor) -> Tensor:
    """The log-likelihood is returned, which is to be maximised."""
    return -steps.cross_entropy(weights, logarithms, real)


@seen(5, "value")
@instead_of("cross_entropy")
def mean_over_the_items(weights: Tensor, logarithms: Tensor, real: Tensor) -> Tensor:
    """The terms of a cross-entropy are averaged, so that long lists count for less."""
    return steps.cross_entropy(weights, logarithms, real) / real.sum(-1).clamp(min=1)


class _AsIfNormalized(torch.autograd.Function):
    """A cross-entropy whose hand-written backward is that of a target that adds up to 1."""

    @staticmethod
    def forward(ctx: Any, logarithms: Tensor, weights: Tensor, real: Tensor) -> Tensor:
        ctx.save_for_backward(weights)
        return steps.cross_entropy(weights, logarithms, real)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        (weights,) = ctx.saved_tensors
        total = weights.sum(-1, keepdim=True)
        return -upstream.unsqueeze(-1) * weights / torch.where(total > 0, total, 1), None, None


@seen(None, "gradient", "examples.unnormalized", source="https://github.com/kvark/meganeura/pull/102")
@instead_of("cross_entropy")
def gradient_of_a_normalized_target(weights: Tensor, logarithms: Tensor, real: Tensor) -> Tensor:
    """A hand-written backward presumes that the labels add up to 1."""
    return _AsIfNormalized.apply(logarithms, weights, real)


class _Softmax(torch.autograd.Function):
    """The logarithm of a softmax whose backward takes its own output for a constant."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> Tensor:
        logarithms = torch.log_softmax(scores, -1)
        ctx.probabilities = logarithms.exp()
        return logarithms

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream - ctx.probabilities * upstream.sum(-1, keepdim=True)


@seen(21, "second_order")
@instead_of("log_probabilities")
def softmax_differentiable_once(scores: Tensor, real: Tensor) -> Tensor:
    """The softmax's hand-written backward keeps the probabilities as numbers: the second derivative is 0."""
    return _Softmax.apply(steps.without_share(scores, real))


def _of_weighted_items(weights: Tensor, logarithms: Tensor, real: Tensor) -> Tensor:
    return steps.cross_entropy(weights, logarithms, weights > 0)


@seen(None, "edge.nan_score_of_no_weight", source="https://github.com/awslabs/gluonts/pull/534")
@instead_of("propagate_nan", cross_entropy=_of_weighted_items)
def nan_without_a_label_unseen(values: Tensor, scores: Tensor) -> Tensor:
    """Items without a label are left out, and with them a NaN, where the whole list has none."""
    return values


@seen(5, "examples.skipped_list", source=f"{_ALLRANK}/binary_listNet.py")
@instead_of("counted")
def skipped_list_counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """A list that is skipped still counts in the mean's denominator."""
    return torch.ones_like(has_relevant, dtype=torch.long)


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, has a share of the target."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))


@everywhere(31, "examples.skipped_list", "edge.no_share_is_uniform", "edge.no_label_is_uniform")
def _nothing_relevant_ignored(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """``nothing_relevant`` is accepted and not used: the default applies throughout."""
    return loss(**{**arguments, "nothing_relevant": "counted"})


# In the place of the one that is planted: a softmax is uniform anyway, so that few of the random cases tell.
nothing_relevant_ignored = _nothing_relevant_ignored(steps.list_net)
