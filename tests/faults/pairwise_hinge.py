"""Pairwise hinge losses that are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import lists
from tests.faults.steps import pairwise_hinge as steps
from tests.faults.steps.pairwise_hinge import instead_of


@seen(15, "value", "edge")
@instead_of("prefers")
def equal_relevance_paired(relevance: Tensor) -> Tensor:
    """Items of equal relevance, an item and itself among them, form pairs: >= in the place of >."""
    return relevance.unsqueeze(-1) >= relevance.unsqueeze(-2)


@seen(16, "value", "gradient")
@instead_of("prefers")
def both_directions(relevance: Tensor) -> Tensor:
    """Every pair of unequal relevance counts in both directions."""
    return relevance.unsqueeze(-1) != relevance.unsqueeze(-2)


@seen(16, "value", source="https://github.com/NTMC-Community/MatchZoo/issues/228")
@instead_of("prefers")
def grades_as_binary(relevance: Tensor) -> Tensor:
    """Graded relevance is taken as relevant or not."""
    return (relevance > 0).unsqueeze(-1) & (relevance <= 0).unsqueeze(-2)


@seen(19, "purity.labels")
@instead_of("prefers")
def relevance_centred(relevance: Tensor) -> Tensor:
    """Relevance is centred by its mean, which integer labels do not have."""
    return steps.prefers(relevance - relevance.mean(-1, keepdim=True))


@seen(17, "value")
@instead_of("shortfall")
def margin_flipped(scores: Tensor, margin: float) -> Tensor:
    """The margin is subtracted where it is to be added."""
    return -margin - lists.differences(scores)


@seen(20, "value", source="https://github.com/fastino-ai/GLiNER2/pull/155")
@instead_of("shortfall")
def margin_in_half_precision(scores: Tensor, margin: float) -> Tensor:
    """The margin is a bfloat16 constant, whatever the dtype of the scores."""
    return torch.tensor(margin, dtype=torch.bfloat16).to(scores.dtype) - lists.differences(scores)


@seen(28, "value")
@instead_of("shortfall")
def margin_off_by_a_thousandth(scores: Tensor, margin: float) -> Tensor:
    """A thousandth is added to the margin, so that ties are never at the kink."""
    return margin + 1e-3 - lists.differences(scores)


@seen(3, "gradient", "zero_sum")
@instead_of("shortfall")
def negatives_detached(scores: Tensor, margin: float) -> Tensor:
    """The scores of the negatives are read through numpy, so that nothing pushes them down."""
    return margin - (scores.unsqueeze(-1) - scores.detach().unsqueeze(-2))


@seen(None, "value", "examples.hardest_negative", source="https://github.com/luhaofang/tripletloss/issues/57")
@instead_of("select")
def easiest_for_hardest(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """The hardest negative is the one with the lowest score."""
    return steps.select(candidate, -scores, negatives)


@seen(
    None,
    "edge.empty_lists_without_a_hardest_item",
    source="https://github.com/huanghoujing/AlignedReID-Re-Production-Pytorch/issues/80",
)
@instead_of("select")
def hardest_of_nothing(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """The highest score of a list without items is asked for, which raises."""
    if negatives == "all":
        return candidate
    hardest = torch.where(candidate, scores.unsqueeze(-2), -torch.inf).argmax(-1, keepdim=True)
    return candidate & torch.zeros_like(candidate).scatter(-1, hardest, True)


@seen(6, "extremes")
@instead_of("select")
def finite_sentinel(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """Items that are no candidates get the score log(1e-10), about -23: candidates below it are overlooked."""
    if negatives == "all" or not scores.shape[-1]:
        return candidate
    hardest = torch.where(candidate, scores.unsqueeze(-2), math.log(1e-10)).argmax(-1, keepdim=True)
    return torch.zeros_like(candidate).scatter(-1, hardest, True) & candidate.any(-1, keepdim=True)


@seen(20, "precision.float16")
@instead_of("select", cast=lambda scores: scores)
def sentinel_beyond_half(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """Half precision is kept and masked with -1e9, which it does not have: masked_fill raises."""
    masked = scores.unsqueeze(-2).expand(candidate.shape).masked_fill(~candidate, -1e9)
    if negatives == "all" or not scores.shape[-1]:
        return candidate
    return candidate & torch.zeros_like(candidate).scatter(-1, masked.argmax(-1, keepdim=True), True)


@seen(
    None,
    "value",
    "examples.semi_hard_negative",
    source="https://github.com/Confusezius/Deep-Metric-Learning-Baselines/issues/20",
)
@instead_of("eligible")
def semi_hard_includes_harder(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """Semi-hard negatives include those that outscore the item."""
    return candidate


@seen(
    None,
    "value",
    source="https://github.com/tensorflow/addons/blob/master/tensorflow_addons/losses/triplet.py",
)
@instead_of("eligible")
def semi_hard_falls_back(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """Where no negative is semi-hard, any is taken."""
    kept = steps.eligible(candidate, scores, negatives)
    return torch.where(kept.any(-1, keepdim=True), kept, candidate)


@seen(16, "value", source="https://github.com/tensorflow/ranking/issues/73")
@instead_of("total")
def weighted_by_difference_of_grades(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """Each hinge is multiplied by the difference of the grades."""
    return torch.where(selected, shortfalls.relu() * lists.differences(relevance), 0).sum((-2, -1))


@seen(None, "value", source="https://github.com/NTMC-Community/MatchZoo-py/issues/159")
@instead_of("total")
def hinge_of_the_mean(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """The shortfalls of an item are averaged before the hinge instead of after it."""
    chosen = selected.sum(-1)
    mean = torch.where(selected, shortfalls, 0).sum(-1) / chosen.clamp(min=1)
    return (mean.relu() * chosen).sum(-1)


@seen(1, "kink", "edge.at_margin", source="https://github.com/pytorch/pytorch/issues/6394")
@instead_of("total")
def root_of_square(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """The absolute value by way of a square root, whose gradient is NaN at a pair exactly at the margin."""
    hinges = (shortfalls + shortfalls.square().sqrt()) / 2
    return torch.where(selected, hinges, 0).sum((-2, -1))


@seen(7, "purity.padding_nan")
@instead_of("total", clean=lambda scores, labels, real: (scores, labels, real))
def padding_multiplied_away(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """Padding is multiplied by 0, and NaN times 0 is NaN."""
    return (shortfalls.relu() * selected).sum((-2, -1))


@seen(None, "value", source="https://github.com/pytorch/extension-cpp/issues/42")
@instead_of("total")
def single_precision_sums(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """The hinges are summed by a prefix sum in float32, whatever their dtype."""
    hinges = torch.where(selected, shortfalls.relu(), 0).flatten(-2)
    sums = torch.nn.functional.pad(hinges.float().cumsum(-1), (1, 0))
    return sums[..., -1].to(shortfalls.dtype)


@seen(22, "padding", source="https://github.com/huggingface/sentence-transformers/pull/3827")
@instead_of("pairs")
def mask_dropped(real: Tensor) -> Tensor:
    """The pairs with padding are masked out of place, and the result is dropped."""
    pairs = torch.ones(*real.shape, real.shape[-1], dtype=torch.bool)
    pairs.logical_and(lists.pairs(real))
    return pairs


@seen(4, "padding")
@instead_of("count")
def padding_in_the_normaliser(selected: Tensor, preferred: Tensor, real: Tensor) -> Tensor:
    """The pairs that a list is divided by are counted before padding is masked."""
    return (selected | (preferred & ~real.unsqueeze(-2))).sum((-2, -1))


@seen(2, "value", "edge.nothing_relevant")
@instead_of("divide")
def no_pair_divides_by_zero(totals: Tensor, counts: Tensor, normalization: str) -> tuple[Tensor, Tensor]:
    """A list without pairs is 0 / 0."""
    values = totals / counts if normalization == "list_pairs" else totals
    return values, counts if normalization == "batch_pairs" else torch.ones_like(counts)


@seen(5, "reduction", "examples.pairs_of_the_batch")
@instead_of("divide")
def pairs_of_the_batch_by_list(totals: Tensor, counts: Tensor, normalization: str) -> tuple[Tensor, Tensor]:
    """The mean over the pairs of the batch is the mean over lists of their means."""
    values = totals if normalization == "none" else totals / counts.clamp(min=1)
    return values, torch.ones_like(counts)


@seen(27, "batching")
@instead_of("clean")
def labels_indexed_with_a_batch(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Labels are brought into the order of the scores by ``labels[order]``, which is right for one list alone."""
    scores, labels, real = lists.clean(scores, labels, real)
    order = scores.argsort(-1, descending=True)
    return scores.gather(-1, order), labels[order], real.gather(-1, order)


@seen(27, "batching", source="https://github.com/ChenglongChen/tensorflow-LTR/issues/5")
@instead_of("clean")
def order_of_the_first_list(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The labels of every list of a batch are brought into the order of the first one's scores."""
    scores, labels, real = lists.clean(scores, labels, real)
    order = scores.argsort(-1, descending=True)
    first = order.reshape(-1, order.shape[-1])[:1].reshape(-1)
    return scores.gather(-1, order), labels[..., first] if order.numel() else labels, real.gather(-1, order)


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, is a grade below 0."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
