"""ApproxNDCG losses that are wrong."""

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
from tests.faults.steps import approx_ndcg as steps
from tests.faults.steps import lists
from tests.faults.steps.approx_ndcg import instead_of

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/approxNDCG.py"


@seen(13, "value", "edge.one_item")
@instead_of("others")
def rank_counts_the_item_itself(real: Tensor) -> Tensor:
    """The sum of sigmoids includes the item itself, so that every rank is one half too large."""
    return lists.pairs(real)


@seen(13, "value", "edge.one_item")
@instead_of("discount")
def discount_of_the_rank(rank: Tensor) -> Tensor:
    """The discount is log2 of the rank instead of the rank plus 1: 0 at rank 1."""
    return torch.log2(rank)


@seen(13, "value", source="https://github.com/yihong-chen/neural-collaborative-filtering/issues/2")
@instead_of("discount")
def discount_one_too_deep(rank: Tensor) -> Tensor:
    """The rank counts from 1 and the discount adds 2, as if it counted from 0."""
    return torch.log2(2 + rank)


@seen(None, "value", source="https://github.com/NTMC-Community/MatchZoo/issues/448")
@instead_of("discount")
def natural_logarithm(rank: Tensor) -> Tensor:
    """The discount is a natural logarithm while that of the ideal is binary."""
    return torch.log1p(rank)


@seen(16, "value", source="https://github.com/run-llama/llama_index/issues/17070")
@instead_of("ideal_dcg")
def ideal_in_the_given_order(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The ideal DCG is that of the list as it comes, presumed sorted."""
    kept = gains[..., :k]
    return (kept / torch.log2(torch.arange(kept.shape[-1], dtype=gains.dtype) + 2)).sum(-1)


@seen(29, "value")
@instead_of("ideal_dcg")
def ideal_of_the_retrieved(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The ideal DCG at k is that of the k items with the highest scores instead of all items."""
    top = scores.argsort(-1, descending=True)[..., :k]
    return steps.ideal_dcg(gains.gather(-1, top), scores, labels, k)


@seen(29, "value", source="https://github.com/lightgbm-org/LightGBM/issues/3420")
@instead_of("ideal_dcg", cutoff=lambda rank, k, temperature: torch.ones_like(rank))
def truncation_ignored(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """k is accepted and not used."""
    return steps.ideal_dcg(gains, scores, labels, None)


@seen(19, "purity.labels")
@instead_of("ideal_dcg")
def discount_in_the_dtype_of_the_labels(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The ideal discount takes the dtype of the labels: with integers log2(3) is 1."""
    best = gains.sort(-1, descending=True).values[..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=torch.float64) + 2).to(labels.dtype)).sum(-1)


@seen(27, "batching")
@instead_of("ideal_dcg")
def labels_indexed_with_a_batch(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """Gains are sorted by ``gains[order]``, which is right for one list alone."""
    best = gains[gains.argsort(-1, descending=True)][..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=gains.dtype) + 2)).sum(-1)


@seen(27, "batching", source="https://github.com/ChenglongChen/tensorflow-LTR/issues/5")
@instead_of("ideal_dcg")
def order_of_the_first_list(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The gains of every list of a batch are brought into the best order of the first one."""
    order = gains.argsort(-1, descending=True)
    first = order.reshape(-1, order.shape[-1])[:1].reshape(-1)
    best = (gains[..., first] if order.numel() else gains)[..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=gains.dtype) + 2)).sum(-1)


@seen(29, "value", "gradient")
@instead_of("cutoff")
def hard_cutoff(rank: Tensor, k: int | None, temperature: float) -> Tensor:
    """The cutoff at k is a comparison, through which no gradient flows."""
    return torch.ones_like(rank) if k is None else (rank < k + 0.5).to(rank.dtype)


@seen(28, "value")
@instead_of("normalise")
def epsilon_in_the_ideal(dcg: Tensor, ideal: Tensor, has_relevant: Tensor) -> Tensor:
    """1e-10 is added to the ideal DCG, against a division by 0."""
    return dcg / (ideal + 1e-10)


@seen(2, "edge.nothing_relevant", source="https://github.com/wildltr/ptranking")
@instead_of("finish", normalise=lambda dcg, ideal, has_relevant: dcg / ideal)
def nothing_relevant_divides_by_zero(ndcg: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """A list with nothing relevant is 0 / 0."""
    return steps.signed(ndcg, form)


@seen(2, "edge.nothing_relevant", source="https://github.com/pytorch/pytorch/issues/68425")
@instead_of("normalise")
def nothing_relevant_hidden_by_where(dcg: Tensor, ideal: Tensor, has_relevant: Tensor) -> Tensor:
    """0 / 0 is replaced after the division: the value is right and the gradient NaN."""
    return torch.where(has_relevant, dcg / ideal, 0)


@seen(5, "examples.skipped_list", source=_ALLRANK)
@instead_of("counted")
def skipped_list_counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """A list that is skipped still counts in the mean's denominator."""
    return torch.ones_like(has_relevant, dtype=torch.long)


@seen(None, "value", source="https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses.py")
@instead_of("above")
def temperature_multiplied(scores: Tensor, temperature: float) -> Tensor:
    """Differences are multiplied by the temperature, as by the alpha of other libraries."""
    return torch.sigmoid(-lists.differences(scores) * temperature)


@seen(17, "value", "gradient")
@instead_of("above")
def ranks_from_below(scores: Tensor, temperature: float) -> Tensor:
    """The difference is taken the wrong way round, so that the lowest score has rank 1."""
    return torch.sigmoid(lists.differences(scores) / temperature)


@seen(8, "extremes", "edge.saturated")
@instead_of("above")
def ratio_of_exponentials(scores: Tensor, temperature: float) -> Tensor:
    """The pairwise probability is a ratio of exponentials, which overflow."""
    powers = (scores / temperature).exp()
    return powers.unsqueeze(-2) / (powers.unsqueeze(-1) + powers.unsqueeze(-2))


@seen(28, "value", "gradient", "extremes", source=_ALLRANK)
@instead_of("above")
def probabilities_clamped(scores: Tensor, temperature: float) -> Tensor:
    """Pairwise probabilities are clamped at 1e-7, as an epsilon against nothing."""
    return torch.sigmoid(-lists.differences(scores) / temperature).clamp(min=1e-7)


class _Squashed(torch.autograd.Function):
    """A sigmoid whose backward takes its own output for a constant."""

    @staticmethod
    def forward(ctx: Any, lead: Tensor) -> Tensor:
        ctx.output = torch.sigmoid(lead)
        return ctx.output.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream * ctx.output * (1 - ctx.output)


@seen(21, "second_order")
@instead_of("above")
def sigmoid_differentiable_once(scores: Tensor, temperature: float) -> Tensor:
    """The sigmoid's hand-written backward keeps its output as a number: the second derivative lacks a term."""
    return _Squashed.apply(-lists.differences(scores) / temperature)


@seen(26, "gradient", "value")
@instead_of("above")
def ranks_by_argsort(scores: Tensor, temperature: float) -> Tensor:
    """Ranks are counted by comparison, so that no gradient reaches the scores."""
    return (lists.differences(scores) < 0).to(scores.dtype)


def _low_scores_in_the_padding(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return torch.where(real, scores, math.log(1e-10)), labels * real, real


@seen(6, "padding")
@instead_of("others", clean=_low_scores_in_the_padding)
def padding_at_a_finite_score(real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and takes part in the ranks."""
    return steps.others(torch.ones_like(real))


@seen(7, "purity.padding_nan")
@instead_of("clean")
def padding_masked_after_the_sigmoid(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Padding is masked after the sigmoid: a NaN there leaves the value finite and makes the gradient NaN."""
    return scores, labels * real, real


@seen(None, "value", source="https://github.com/lightgbm-org/LightGBM/issues/2655")
@instead_of("gain_of")
def gain_always_exponential(relevance: Tensor, gain: str) -> Tensor:
    """The choice of gain is accepted and not used."""
    return torch.exp2(relevance) - 1


@seen(14, "edge.large_grades")
@instead_of("gain_of")
def grades_capped_at_four(relevance: Tensor, gain: str) -> Tensor:
    """Gains come out of a table for the grades 0 to 4: every higher grade counts as 4."""
    return steps.gain_of(relevance.clamp(max=4), gain)


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, is a gain of -1/2."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
