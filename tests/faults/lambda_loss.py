"""LambdaLosses that are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, softplus

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import lambda_loss as steps
from tests.faults.steps import lists
from tests.faults.steps.lambda_loss import instead_of

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/lambdaLoss.py"
_PYTORCHLTR = "https://github.com/rjagerman/pytorchltr/blob/master/pytorchltr/loss/pairwise_lambda.py"
_TF_RANKING = "https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses_impl.py"


def _order(keys: Tensor, *, descending: bool = True) -> Tensor:
    """Ranks by these keys, from 1."""
    return keys.argsort(-1, descending=descending, stable=True).argsort(-1) + 1


@seen(13, "value", "examples.ndcg_loss2", source=_PYTORCHLTR)
@instead_of("gaps_of")
def gap_one_too_wide(ranks: Tensor) -> Tensor:
    """The table of discounts begins at rank 1 and is read at the gap, so that every gap counts as one more."""
    return steps.gaps_of(ranks) + 1


@seen(
    13, "value", "examples.lambda_rank", source="https://github.com/yihong-chen/neural-collaborative-filtering/issues/2"
)
@instead_of("discount")
def discount_one_too_deep(rank: Tensor) -> Tensor:
    """The rank counts from 1 and the discount adds 2, as if it counted from 0."""
    return torch.log2(2 + rank)


@seen(None, "value", source="https://github.com/NTMC-Community/MatchZoo/issues/448")
@instead_of("discount")
def natural_discount(rank: Tensor) -> Tensor:
    """The discount is a natural logarithm while that of the ideal is binary."""
    return torch.log1p(rank)


@seen(17, "value", source="https://github.com/haowei01/pytorch-examples/issues/2")
@instead_of("ranks_of")
def ranks_from_below(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Items are sorted in ascending order, so that the lowest score has rank 1."""
    return steps.ranks_of(-scores, labels, real)


@seen(16, "value", source="https://github.com/haowei01/pytorch-examples/pull/4")
@instead_of("ranks_of")
def ranks_of_the_labels(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Items are ranked by their relevance instead of their scores."""
    return steps.ranks_of(labels.to(scores.dtype), labels, real)


@seen(16, "value", source="https://github.com/andreweskeclarke/learning-rank-public/issues/2")
@instead_of("ranks_of")
def ranks_in_the_given_order(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """The list is presumed to be sorted by the model's scores."""
    return real.cumsum(-1).clamp(min=1)


@seen(16, "value", source="https://github.com/haowei01/pytorch-examples/issues/3")
@instead_of("ranks_of")
def order_taken_for_ranks(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """The indices that sort the list are taken for the ranks of its items."""
    return torch.where(real, scores.detach(), -torch.inf).argsort(-1, descending=True, stable=True) + 1


@seen(15, "ties", "edge.tied_scores", source="https://github.com/hpclab/quickrank/issues/4")
@instead_of("ranks_of")
def ties_from_the_end(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """An ascending sort is reversed, and with it the order of equal scores."""
    return steps.ranks_of(scores.flip(-1), labels, real.flip(-1)).flip(-1)


@seen(15, "ties", "edge.tied_scores")
@instead_of("ranks_of")
def tied_ranks_shared(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Equal scores share the best of their ranks."""
    return 1 + ((lists.differences(scores) < 0) & lists.pairs(real)).sum(-1)


@seen(6, "padding")
@instead_of("ranks_of")
def padding_ranked_at_a_finite_score(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Padding has a score of log(1e-10), about -23, among the ranks."""
    return _order(torch.where(real, scores.detach(), math.log(1e-10)))


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


@seen(27, "batching")
@instead_of("ideal_dcg")
def labels_indexed_with_a_batch(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """Gains are sorted by ``gains[order]``, which is right for one list alone."""
    best = gains[gains.argsort(-1, descending=True)][..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=gains.dtype) + 2)).sum(-1)


@seen(29, "value", "examples.both_in_the_first_two", source="https://github.com/lightgbm-org/LightGBM/issues/3420")
@instead_of("within", ideal_dcg=lambda gains, scores, labels, k: steps.ideal_dcg(gains, scores, labels, None))
def truncation_ignored(ranks: Tensor, k: int | None, truncation: str) -> Tensor:
    """k is accepted and not used."""
    return steps.within(ranks, None, truncation)


@seen(29, "value", "examples.both_in_the_first_two")
@instead_of("ideal_dcg")
def ideal_not_truncated(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The pairs are those of the first k, and the ideal DCG is that of the whole list."""
    return steps.ideal_dcg(gains, scores, labels, None)


@seen(13, "value", "examples.both_in_the_first_two")
@instead_of("within")
def first_rank_counted_as_zero(ranks: Tensor, k: int | None, truncation: str) -> Tensor:
    """Ranks count from 1 and are compared as if they counted from 0."""
    return steps.within(ranks, None if k is None else k - 1, truncation)


@seen(28, "value")
@instead_of("normalise")
def epsilon_in_the_ideal(gains: Tensor, ideal: Tensor) -> Tensor:
    """1e-10 is added to the ideal DCG, against a division by 0."""
    return gains / (ideal + 1e-10).unsqueeze(-1)


@seen(2, "edge.nothing_relevant", source="https://github.com/wildltr/ptranking")
@instead_of("normalise", total=lambda weights, costs, counted: (weights * costs * counted).sum((-2, -1)))
def nothing_relevant_divides_by_zero(gains: Tensor, ideal: Tensor) -> Tensor:
    """The shares of a list with nothing relevant are 0 / 0, and NaN times 0 is NaN."""
    return gains / ideal.unsqueeze(-1)


@seen(None, "value", "examples.lambda_rank", source="https://github.com/lightgbm-org/LightGBM/issues/2255")
@instead_of("prefers")
def both_orders_counted(labels: Tensor, weighting: str) -> Tensor:
    """A pair counts in both orders: its weight is an absolute difference, which does not tell the better item."""
    differ = labels.unsqueeze(-1) != labels.unsqueeze(-2)
    return steps.prefers(labels, weighting) if weighting == "ndcg_loss1" else differ


@seen(16, "value", "examples.ndcg_loss1", source=_TF_RANKING)
@instead_of("prefers")
def less_relevant_items_alone(labels: Tensor, weighting: str) -> Tensor:
    """NDCG-Loss1 is restricted to pairs of unequal relevance, as the other weightings are."""
    return labels.unsqueeze(-1) > labels.unsqueeze(-2)


@seen(13, "value", "edge.one_item_against_itself")
@instead_of("prefers")
def item_not_against_itself(labels: Tensor, weighting: str) -> Tensor:
    """NDCG-Loss1 leaves out the diagonal."""
    itself = torch.eye(labels.shape[-1], dtype=torch.bool, device=labels.device)
    return steps.prefers(labels, weighting) & ~itself


@seen(31, "value", "examples.ndcg_loss2pp", source=_ALLRANK)
@instead_of("mix")
def mu_on_the_other_weight(swap: Tensor, bound: Tensor, weighting: str, mu: float) -> Tensor:
    """NDCG-Loss2++ multiplies the weight of LambdaRank by mu instead of that by the gap."""
    return mu * swap + bound if weighting == "ndcg_loss2pp" else steps.mix(swap, bound, weighting, mu)


@seen(17, "value", "gradient", source="https://github.com/airalcorn2/RankNet/issues/5")
@instead_of("leads_of")
def lead_the_wrong_way_round(scores: Tensor) -> Tensor:
    """The better item is made to lose."""
    return -steps.leads_of(scores)


@seen(8, "extremes", "edge.huge", source=_PYTORCHLTR)
@instead_of("cost")
def exponential_overflows(lead: Tensor, sigma: float) -> Tensor:
    """log(1 + exp(-x)) as it is written: infinite where a lead is far behind."""
    return torch.log(1 + torch.exp(-sigma * lead))


@seen(28, "value", "extremes", "edge.huge", source=_ALLRANK)
@instead_of("cost")
def probabilities_clamped(lead: Tensor, sigma: float) -> Tensor:
    """Pairwise probabilities are clamped at 1e-10, so that no pair costs more than 23 and the worst get no gradient."""
    return -torch.sigmoid(sigma * lead).clamp(min=1e-10).log()


@seen(None, "edge.past_a_threshold", source="https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html")
@instead_of("cost")
def logarithm_dropped_past_a_threshold(lead: Tensor, sigma: float) -> Tensor:
    """torch's softplus is the identity past 20: wrong by 2e-9, which float64 could hold."""
    return softplus(-sigma * lead)


@seen(32, "gradient", source="https://github.com/lightgbm-org/LightGBM/pull/2322")
@instead_of("cost")
def gradient_without_sigma(lead: Tensor, sigma: float) -> Tensor:
    """The gradient of a pair lacks the factor sigma."""
    costs = steps.cost(lead, sigma)
    return costs.detach() + (costs - costs.detach()) / sigma


class _Pushing(torch.autograd.Function):
    """The logistic loss of a lead, whose backward takes the sigmoid for a constant."""

    @staticmethod
    def forward(ctx: Any, lead: Tensor) -> Tensor:
        ctx.push = torch.sigmoid(-lead)
        return -logsigmoid(lead)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return -upstream * ctx.push


@seen(21, "second_order")
@instead_of("cost")
def logistic_differentiable_once(lead: Tensor, sigma: float) -> Tensor:
    """The logistic loss's hand-written backward keeps the sigmoid as a number: the second derivative is 0."""
    return _Pushing.apply(sigma * lead)


@seen(None, "value", source="https://github.com/lightgbm-org/LightGBM/issues/1950")
@instead_of("total", cost=lambda lead, sigma: steps.cost(lead, sigma) / (0.01 + lead.detach().abs()))
def divided_by_the_difference(weights: Tensor, costs: Tensor, counted: Tensor) -> Tensor:
    """Every weight is divided by 0.01 plus the difference of the scores, which the definition does not have."""
    return steps.total(weights, costs, counted)


@seen(4, "examples.times_the_list_size", "padding", source=_TF_RANKING)
@instead_of("scaled")
def scaled_by_the_padded_length(values: Tensor, real: Tensor, scaling: str) -> Tensor:
    """The list's size is that of its padded form."""
    return values * real.shape[-1] if scaling == "list_size" else values


@seen(None, "edge.nan", "edge.nan_score_past_k", source="https://github.com/facebookresearch/fairchem/pull/441")
@instead_of("clean", propagate_nan=lambda values, scores: values)
def nan_ranked_last(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """NaN scores are replaced by low ones, so that a model that has diverged has a finite loss."""
    return lists.clean(scores.nan_to_num(nan=-1e4), labels, real)


@seen(7, "purity.padding_nan")
@instead_of("clean")
def padding_masked_after_the_logarithm(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Padding is masked after the logistic loss: a NaN there leaves the value finite and makes the gradient NaN."""
    return scores, labels * real, real


@seen(None, "value", source="https://github.com/lightgbm-org/LightGBM/issues/2655")
@instead_of("gain_of")
def gain_always_exponential(relevance: Tensor, gain: str) -> Tensor:
    """The choice of gain is accepted and not used."""
    return steps.gain_of(relevance, "exponential")


@seen(14, "edge.large_grades")
@instead_of("gain_of")
def grades_capped_at_four(relevance: Tensor, gain: str) -> Tensor:
    """Gains come out of a table for the grades 0 to 4: every higher grade counts as 4."""
    return steps.gain_of(relevance.clamp(max=4), gain)


@seen(14, "edge.grades_beyond_the_exponent")
@instead_of("gain_of")
def gains_overflow(relevance: Tensor, gain: str) -> Tensor:
    """2^y - 1 as it is written, which is infinite for grades from 1024."""
    return torch.exp2(relevance) - 1 if gain == "exponential" else relevance


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, is a gain of -1/2."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
