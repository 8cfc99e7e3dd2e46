"""What the model is trained for: every loss of rankproof, and how scores and labels become its arguments.

The losses are found through their spec files, and told apart by the inputs that these declare, so that a new loss is
trained as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from examples.lightgcn.candidates import CandidateLists
from examples.lightgcn.negatives import ChooseNegatives, mined, sampled
from examples.lightgcn.scoring import dot_product, negative_distance
from rankproof import implementations
from rankproof.implementations.module import RankingLoss
from rankproof.spec.arguments import Arguments, arguments_of, losses

Loss = Callable[..., Tensor]
Score = Callable[[Tensor, Tensor], Tensor]
Compute = Callable[[Tensor, Tensor, CandidateLists, torch.Generator], Tensor]

# Where the default is no setting to train with.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    # At a margin of 0 scores that are all equal cost nothing.
    "margin_ranking": {"margin": 1.0},
    # All ranks of an untrained model are about the middle, some 5 after the tenth: there the default is flat.
    "approx_recall": {"cutoff_temperature": 2.0},
}
NEGATIVES: Mapping[str, ChooseNegatives] = {"sampled": sampled, "mined": mined}


@dataclass(frozen=True)
class Objective:
    """One way to train.

    Attributes:
        name: the loss, and where it takes pairs the choice of the negatives.
        compute: the loss of the embeddings of the lists' users, [lists, dimensions], and of all items, [items,
            dimensions], on candidate lists, with a generator for what is drawn.
        score: by which an item ranks for a user, from their embeddings.
    """

    name: str
    compute: Compute
    score: Score = dot_product


@dataclass(frozen=True)
class LeftOut:
    """A loss that is not trained, and why."""

    loss: str
    reason: str


def objectives() -> tuple[Objective, ...]:
    """Every objective, in the order of the losses' names."""
    return tuple(found for loss in losses() for found in _of(loss) if isinstance(found, Objective))


def left_out() -> tuple[LeftOut, ...]:
    """Every loss without an objective."""
    return tuple(found for loss in losses() for found in _of(loss) if isinstance(found, LeftOut))


def _of(loss: str) -> Iterator[Objective | LeftOut]:
    declared = arguments_of(loss)
    inputs = tuple(each.name for each in declared.inputs)
    if inputs in PAIRS:
        compute, score = PAIRS[inputs]
        for how, choose in NEGATIVES.items():
            yield Objective(f"{loss}-{how}", compute(_module(loss), choose), score)
    elif inputs[:2] in LISTS:
        yield Objective(loss, LISTS[inputs[:2]](_module(loss), declared))
    elif inputs == ("scores",):
        yield LeftOut(loss, "an operator on scores: it has no labels to learn from")
    else:
        yield LeftOut(loss, f"objectives.py does not know how a graph becomes its inputs, {', '.join(inputs)}")


def _module(loss: str) -> RankingLoss:
    """The loss as a module: the class that says so."""
    classes = (each for each in vars(implementations).values() if isinstance(each, type))
    (found,) = (each for each in classes if issubclass(each, RankingLoss) and getattr(each, "loss", None) == loss)
    return found(**SETTINGS.get(loss, {}))


def of_labels(module: Loss, declared: Arguments) -> Compute:
    """A loss of lists of scores and labels, ``relevance`` or ``positives``: it takes all candidates at once."""

    def compute(users: Tensor, items: Tensor, lists: CandidateLists, generator: torch.Generator) -> Tensor:
        scores = dot_product(users[:, None], items[lists.items])
        draws = {} if declared.drawn is None else {"generator": generator}
        return module(scores, lists.positive, mask=lists.mask, **draws)

    return compute


def of_order(module: Loss, declared: Arguments) -> Compute:
    """A loss of lists of scores and the order that they should have: known items first, tied ones as they stand."""

    def compute(users: Tensor, items: Tensor, lists: CandidateLists, generator: torch.Generator) -> Tensor:
        scores = dot_product(users[:, None], items[lists.items])
        place = (~lists.positive).int() + (~lists.mask).int()  # 0 known, 1 drawn, 2 padding
        return module(scores, torch.argsort(place, dim=-1, stable=True), mask=lists.mask)

    return compute


def of_target_ranks(module: Loss, declared: Arguments) -> Compute:
    """A loss of lists of scores and the ranks that they should have: known items first, tied ones at their mean."""

    def compute(users: Tensor, items: Tensor, lists: CandidateLists, generator: torch.Generator) -> Tensor:
        scores = dot_product(users[:, None], items[lists.items])
        known = lists.positive.sum(-1, keepdim=True)
        drawn = lists.mask.sum(-1, keepdim=True) - known
        ranks = torch.where(lists.positive, (known + 1) / 2, known + (drawn + 1) / 2)
        return module(scores, ranks, mask=lists.mask)

    return compute


def of_scored_pairs(module: Loss, choose: ChooseNegatives) -> Compute:
    """A loss of the scores of a positive and a negative."""

    def compute(users: Tensor, items: Tensor, lists: CandidateLists, generator: torch.Generator) -> Tensor:
        scores = dot_product(users[:, None], items[lists.items])
        row, positive, negative = choose(lists, scores.detach(), generator)
        return module(scores[row, positive], scores[row, negative])

    return compute


def of_signed_pairs(module: Loss, choose: ChooseNegatives) -> Compute:
    """A loss of two scores and the sign of their order: the first is to be higher in all of them."""
    return of_scored_pairs(lambda higher, lower: module(higher, lower, torch.ones_like(higher)), choose)


def of_embedded_triplets(module: Loss, choose: ChooseNegatives) -> Compute:
    """A loss of embeddings: the user is the anchor, and items rank by their distance from it."""

    def compute(users: Tensor, items: Tensor, lists: CandidateLists, generator: torch.Generator) -> Tensor:
        candidates = items[lists.items]
        scores = negative_distance(users[:, None], candidates).detach()
        row, positive, negative = choose(lists, scores, generator)
        return module(users[row], candidates[row, positive], candidates[row, negative])

    return compute


# By the names of the inputs.
LISTS: Mapping[tuple[str, ...], Callable[[Loss, Arguments], Compute]] = {
    ("scores", "relevance"): of_labels,
    ("scores", "positives"): of_labels,
    ("scores", "permutation"): of_order,
    ("scores", "target_ranks"): of_target_ranks,
}
PAIRS: Mapping[tuple[str, ...], tuple[Callable[[Loss, ChooseNegatives], Compute], Score]] = {
    ("input1", "input2", "target"): (of_signed_pairs, dot_product),
    ("positive_scores", "negative_scores"): (of_scored_pairs, dot_product),
    ("anchor", "positive", "negative"): (of_embedded_triplets, negative_distance),
}
