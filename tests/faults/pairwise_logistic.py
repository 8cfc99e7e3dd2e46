"""Pairwise logistic losses that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import lists
from tests.faults.steps import pairwise_logistic as steps
from tests.faults.steps.pairwise_logistic import instead_of

Cost = Callable[[Tensor], Tensor]

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/rankNet.py"
_PYTORCHLTR = "https://github.com/rjagerman/pytorchltr/blob/master/pytorchltr/loss/pairwise.py"
_PTRANKING = "https://github.com/wildltr/ptranking/blob/master/ptranking/ltr_adhoc/pairwise/ranknet.py"
_KERAS_RS = "https://github.com/keras-team/keras-rs/blob/main/keras_rs/src/losses/pairwise_logistic_loss.py"
_RECBOLE = "https://github.com/RUCAIBox/RecBole/blob/master/recbole/model/loss.py"


@seen(9, "extremes", "edge.huge")
@instead_of("cost")
def log_of_sigmoid(leads: Tensor) -> Tensor:
    """The logarithm of a sigmoid that has underflowed to 0 is minus infinity."""
    return -torch.sigmoid(leads).log()


@seen(9, "value", "extremes", source=_RECBOLE)
@instead_of("cost")
def log_of_sigmoid_with_epsilon(leads: Tensor) -> Tensor:
    """1e-10 is added to the sigmoid, so that no pair costs more than 23 and far ones have no gradient."""
    return -(torch.sigmoid(leads) + 1e-10).log()


@seen(9, "extremes", source=_PTRANKING)
@instead_of("cost")
def cross_entropy_of_probabilities(leads: Tensor) -> Tensor:
    """The cross-entropy of a sigmoid, whose logarithm torch clamps at -100."""
    chances = torch.sigmoid(leads)
    return functional.binary_cross_entropy(chances, torch.ones_like(chances), reduction="none")


@seen(8, "extremes", "edge.huge", source=_PYTORCHLTR)
@instead_of("cost")
def exponential_of_the_lead(leads: Tensor) -> Tensor:
    """log(1 + exp(-x)) as it is written overflows at a difference of 1000."""
    return (1 + (-leads).exp()).log()


@seen(None, "edge.past_a_threshold", source="https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html")
@instead_of("cost")
def softplus_linear_from_twenty(leads: Tensor) -> Tensor:
    """torch's softplus with its default threshold leaves out the exponential from 20 on, which float64 can tell."""
    return functional.softplus(-leads)


@seen(None, "gradient", "edge.tied_scores", source=_KERAS_RS)
@instead_of("cost")
def no_gradient_at_a_tie(leads: Tensor) -> Tensor:
    """The stable form by relu and the absolute value, whose gradients at equal scores torch takes for 0."""
    return torch.relu(-leads) + torch.log1p(torch.exp(-leads.abs()))


@seen(17, "value", "gradient")
@instead_of("cost")
def sign_flipped(leads: Tensor) -> Tensor:
    """The lead enters with the wrong sign, so that a right order is punished."""
    return functional.softplus(leads, threshold=40)


@seen(None, "value", "gradient", source="https://github.com/maciejkula/spotlight/blob/master/spotlight/losses.py")
@instead_of("cost")
def without_the_logarithm(leads: Tensor) -> Tensor:
    """The chance of the wrong order instead of the negative logarithm of that of the right one."""
    return torch.sigmoid(-leads)


@seen(31, "value", "examples.warm", source=_ALLRANK)
@instead_of("lead")
def temperature_multiplied(scores: Tensor, temperature: float) -> Tensor:
    """Leads are multiplied by the temperature, as by the sigma of other libraries."""
    return lists.differences(scores) * temperature


@seen(3, "gradient", "zero_sum")
@instead_of("lead")
def negatives_detached(scores: Tensor, temperature: float) -> Tensor:
    """The scores of the less relevant items are constants, so that nothing pushes them down."""
    return (scores.unsqueeze(-1) - scores.detach().unsqueeze(-2)) / temperature


@seen(15, "value", "edge.all_tied")
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


@seen(13, "value", "edge.one_item_is_not_tied_with_itself", source=_PTRANKING)
@instead_of("tied")
def tied_with_itself(relevance: Tensor, ties: str) -> Tensor:
    """The table of ties keeps its diagonal: every item costs one half of a tie with itself."""
    equal = relevance.unsqueeze(-1) == relevance.unsqueeze(-2)
    return equal if ties == "half" else torch.zeros_like(equal)


@seen(31, "value", "examples.half_for_equal_relevance")
@instead_of("tied")
def ties_ignored(relevance: Tensor, ties: str) -> Tensor:
    """The choice of ties is accepted and not used."""
    return steps.tied(relevance, "out")


@seen(13, "value", "examples.half_for_equal_relevance")
@instead_of("count")
def ties_counted_twice(weights: Tensor, preferred: Tensor, real: Tensor) -> Tensor:
    """A pair of equal relevance counts in either order among the pairs that are divided by."""
    return (weights > 0).sum((-2, -1))


@seen(31, "value", "examples.anchor_to_base_two")
@instead_of("to_base")
def always_natural(totals: Tensor, base: str) -> Tensor:
    """The base of the logarithm is accepted and not used."""
    return totals


@seen(20, "value")
@instead_of("to_base")
def single_precision_unit(totals: Tensor, base: str) -> Tensor:
    """The logarithm of 2 is a float32 constant, whatever the dtype of the scores."""
    return totals / torch.tensor(2.0).log().to(totals.dtype) if base == "two" else totals


@seen(16, "value", source=_ALLRANK)
@instead_of("total")
def weighted_by_difference_of_grades(leads: Tensor, weights: Tensor, relevance: Tensor, cost: Cost) -> Tensor:
    """Each pair is multiplied by the difference of its grades, which is another loss of the same library."""
    return torch.where(weights > 0, weights * cost(leads) * lists.differences(relevance), 0).sum((-2, -1))


@seen(7, "purity.padding_nan")
@instead_of("total", clean=lambda scores, labels, real: (scores, labels, real))
def padding_multiplied_away(leads: Tensor, weights: Tensor, relevance: Tensor, cost: Cost) -> Tensor:
    """Padding is multiplied by 0, and NaN times 0 is NaN."""
    return (weights * cost(leads)).sum((-2, -1))


@seen(None, "value", source="https://github.com/pytorch/extension-cpp/issues/42")
@instead_of("total")
def single_precision_sums(leads: Tensor, weights: Tensor, relevance: Tensor, cost: Cost) -> Tensor:
    """What the pairs cost is summed in float32, whatever their dtype."""
    return steps.total(leads, weights, relevance, cost).float().to(leads.dtype)


class _Squashed(torch.autograd.Function):
    """The cost with a hand-written backward that takes the sigmoid for a constant."""

    @staticmethod
    def forward(ctx: Any, leads: Tensor) -> Tensor:
        ctx.falls = torch.sigmoid(-leads)
        return -functional.logsigmoid(leads)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return -upstream * ctx.falls


@seen(21, "second_order")
@instead_of("cost")
def cost_differentiable_once(leads: Tensor) -> Tensor:
    """The cost's hand-written backward keeps the sigmoid as a number: the second derivative is 0."""
    return _Squashed.apply(leads)


@seen(22, "padding", source="https://github.com/huggingface/sentence-transformers/pull/3827")
@instead_of("pairs")
def mask_dropped(real: Tensor) -> Tensor:
    """The pairs with padding are masked out of place, and the result is dropped."""
    pairs = torch.ones(*real.shape, real.shape[-1], dtype=torch.bool)
    pairs.logical_and(lists.pairs(real))
    return pairs


@seen(4, "padding")
@instead_of("count")
def padding_in_the_normaliser(weights: Tensor, preferred: Tensor, real: Tensor) -> Tensor:
    """The pairs that a list is divided by are counted before padding is masked."""
    return weights.sum((-2, -1)) + (preferred & ~real.unsqueeze(-2)).sum((-2, -1))


@seen(2, "value", "edge.nothing_relevant", source=_ALLRANK)
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


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, is a grade below 0."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
