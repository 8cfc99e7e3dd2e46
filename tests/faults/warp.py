"""WARP losses that are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import warp as steps
from tests.faults.steps.warp import instead_of

_TSENG = "https://github.com/gabrieltseng/datascience-projects/blob/master/misc/warp.py"
_BIRDS = "https://github.com/Mipanox/Bird_cocktail/blob/master/utils.py"
_MATRIX = "https://github.com/NegatioN/WARP-Pytorch/blob/master/warp_loss/losses.py"


@seen(10, "value", "examples.positive_is_skipped", source="https://github.com/benfred/implicit/pull/103")
@instead_of("negatives_of")
def positives_tried_as_negatives(positive: Tensor, real: Tensor, negatives: str) -> Tensor:
    """Other positives are tried as if they were negatives."""
    return steps.negatives_of(positive, real, "others")


@seen(10, "value", "examples.positive_is_skipped")
@instead_of("counts")
def skipped_positives_counted(tried_negative: Tensor, skipped: str) -> Tensor:
    """A positive that is drawn and skipped counts as a trial even where the convention says that it is free."""
    return torch.ones_like(tried_negative)


@seen(10, "edge.more_trials_than_labels", source=_MATRIX)
@instead_of("weight_of")
def logarithm_of_zero(rank: Tensor, items: int, rank_weight: str, dtype: torch.dtype) -> Tensor:
    """The logarithm of an estimated rank of 0 is minus infinity."""
    return rank.to(dtype).log() if rank_weight == "logarithmic" else steps.weight_of(rank, items, rank_weight, dtype)


@seen(10, "edge.given_up", "sampling", source="https://github.com/lyst/lightfm/pull/51")
@instead_of("within")
def trials_uncapped(trials: Tensor, max_trials: int | None) -> Tensor:
    """max_trials is accepted and not used."""
    return steps.within(trials, None)


@seen(13, "edge.found_in_the_last_trial", "sampling")
@instead_of("within")
def cap_exclusive(trials: Tensor, max_trials: int | None) -> Tensor:
    """The last trial allowed is not made."""
    return steps.within(trials, None) if max_trials is None else trials < max_trials


@seen(13, "value", "examples")
@instead_of("trial_count")
def violator_not_counted(countable: Tensor) -> Tensor:
    """Trials are counted from 0, so that the violator's own is missing."""
    return countable.sum(-1) - 1


@seen(13, "value", source="https://github.com/etlundquist/rankfm/issues/34")
@instead_of("estimated_rank")
def rank_not_floored(labels: Tensor, trials: Tensor) -> Tensor:
    """The estimated rank is rounded instead of floored."""
    return ((labels - 1).clamp(min=0) / trials.clamp(min=1)).round().long()


@seen(13, "value", "examples")
@instead_of("estimated_rank")
def labels_one_too_many(labels: Tensor, trials: Tensor) -> Tensor:
    """The estimated rank is floor(Y / N) instead of floor((Y - 1) / N)."""
    return (labels // trials.clamp(min=1)).minimum(labels)


@seen(10, "value", "examples", source="https://github.com/etlundquist/rankfm/issues/34")
@instead_of("label_count")
def positives_left_out_of_the_labels(is_negative: Tensor, real: Tensor, label_count: str) -> Tensor:
    """Y always counts the positive and its negatives, whatever the convention."""
    return 1 + is_negative.sum(-1)


@seen(13, "value", "examples.harmonic")
@instead_of("weight_of")
def harmonic_sum_too_short(rank: Tensor, items: int, rank_weight: str, dtype: torch.dtype) -> Tensor:
    """L(k) sums to k - 1, as ``sum(1 / j for j in range(1, k))`` does."""
    shorter = (rank - 1).clamp(min=0) if rank_weight == "harmonic" else rank
    return steps.weight_of(shorter, items, rank_weight, dtype)


@seen(13, "value", "examples.harmonic", source=_BIRDS)
@instead_of("weight_of")
def harmonic_terms_of_one_over_i_plus_one(rank: Tensor, items: int, rank_weight: str, dtype: torch.dtype) -> Tensor:
    """The terms of the harmonic sum are ``1 / i + 1`` where ``1 / (i + 1)`` is meant."""
    weight = steps.weight_of(rank, items, rank_weight, dtype)
    return weight + (rank - 1).clamp(min=0) if rank_weight == "harmonic" else weight


@seen(20, "value")
@instead_of("weight_of")
def weights_in_single_precision(rank: Tensor, items: int, rank_weight: str, dtype: torch.dtype) -> Tensor:
    """The weights come out of a float32 table, whatever the dtype of the scores."""
    return steps.weight_of(rank, items, rank_weight, torch.float32).to(dtype)


@seen(10, "extremes", source="https://github.com/lyst/lightfm/blob/master/lightfm/_lightfm_fast.pyx.template")
@instead_of("shortfall")
def shortfall_capped_at_ten(own: Tensor, tried: Tensor, margin: float) -> Tensor:
    """What a violator costs is capped at 10, against gradients that explode."""
    return (margin - own + tried).clamp(max=10)


@seen(15, "edge.exactly_at_the_margin", source=_TSENG)
@instead_of("violates")
def exactly_at_the_margin_violates(shortfalls: Tensor, own: Tensor, tried: Tensor, violation: str) -> Tensor:
    """An item exactly at the margin violates: >= in the place of >."""
    return steps.violates(shortfalls, own, tried, "margin_inclusive" if violation == "margin" else violation)


@seen(10, "value", "examples.misranking")
@instead_of("violates")
def misranking_by_the_margin(shortfalls: Tensor, own: Tensor, tried: Tensor, violation: str) -> Tensor:
    """Misranking is judged with the margin, as the other conventions are."""
    return shortfalls > 0 if violation == "misranking" else steps.violates(shortfalls, own, tried, violation)


@seen(10, "batching", source=_TSENG)
@instead_of("positive_scores")
def row_from_the_flat_list(scores: Tensor, positive: Tensor) -> Tensor:
    """The n-th positive of the batch is looked up in row n, which is right while each list has one positive."""
    flat, rows = scores.reshape(-1, scores.shape[-1]), positive.reshape(-1, scores.shape[-1]).nonzero()[:, 0]
    items = positive.reshape(-1, scores.shape[-1]).nonzero()[:, 1]
    wrong_rows = torch.arange(len(rows)) % max(1, len(flat))
    return flat.index_put((rows, items), flat[wrong_rows, items]).reshape(scores.shape)


@seen(3, "gradient", "zero_sum")
@instead_of("shortfall")
def violator_detached(own: Tensor, tried: Tensor, margin: float) -> Tensor:
    """The violator's score is read with ``item()``, so that nothing pushes it down."""
    return margin - own + tried.detach()


@seen(
    None,
    "value",
    "gradient",
    source="https://github.com/ialab-puc/VisualRecSys-Tutorial-IUI2021/blob/main/trainers/losses.py",
)
@instead_of("shortfall")
def shortfall_squashed(own: Tensor, tried: Tensor, margin: float) -> Tensor:
    """The shortfall goes through a sigmoid around its own violation threshold."""
    shortfall = margin - own + tried
    return torch.where(shortfall > 0, 2 * torch.sigmoid(shortfall) - 1, shortfall)


@seen(10, "edge.no_violator", "value", source=_BIRDS)
@instead_of("violates")
def walk_without_violator_pays(shortfalls: Tensor, own: Tensor, tried: Tensor, violation: str) -> Tensor:
    """The walk stops at the last trial, and whatever was tried there pays as if it violated."""
    last = torch.arange(shortfalls.shape[-1]) == shortfalls.shape[-1] - 1
    return steps.violates(shortfalls, own, tried, violation) | last


@seen(4, "padding")
@instead_of("divisor")
def padded_positives_in_the_normaliser(positive: Tensor, labels: Tensor, normalization: str) -> Tensor | int:
    """The positives that a list is divided by are counted in the padding as well."""
    return labels.sum(-1).clamp(min=1) if normalization == "positives" else 1


@seen(2, "edge.nothing_positive", "value")
@instead_of("divisor")
def no_positive_divides_by_zero(positive: Tensor, labels: Tensor, normalization: str) -> Tensor | int:
    """The mean over no positive is 0 / 0."""
    return positive.sum(-1) if normalization == "positives" else 1


@seen(None, "edge.nan_score", source="https://github.com/facebookresearch/fairchem/pull/441")
@instead_of("propagate_nan")
def nan_never_violates(values: Tensor, scores: Tensor) -> Tensor:
    """A NaN never compares as a violator, so that a model that has diverged has a loss of 0."""
    return values


@seen(11, "sampling")
@instead_of("draw")
def draws_favour_early_items(
    is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any
) -> Tensor:
    """Orders come out of integer keys, whose ties go to the items that stand first in the list."""
    if replacement:
        return steps.draw(is_negative, real, skipped, replacement, generator)
    keys = torch.randint(0, max(2, real.shape[-1] // 2), is_negative.shape, generator=generator)
    return torch.where(real.unsqueeze(-2), keys, real.shape[-1]).argsort(dim=-1, stable=True)


@seen(11, "sampling")
@instead_of("draw")
def replacement_ignored(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """Draws are made without replacement whatever the caller asks for."""
    return steps.draw(is_negative, real, skipped, False, generator)


@seen(11, "sampling")
@instead_of("draw")
def items_repeated(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """Items are put back after each trial although they are drawn without replacement."""
    return steps.draw(is_negative, real, skipped, True, generator)


@seen(13, "sampling")
@instead_of("draw")
def positive_tried_first(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """Each positive is its own first try, a trial too many where skipped items count."""
    drawn = steps.draw(is_negative, real, skipped, replacement, generator)
    own = torch.arange(real.shape[-1]).reshape(-1, 1).expand(*drawn.shape[:-1], 1)
    return torch.cat([own, drawn], dim=-1)


@seen(11, "sampling", source="https://github.com/catalyst-team/catalyst/issues/525")
@instead_of("draw")
def seed_fixed_inside(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """The generator is made anew with a fixed seed at every call, so that every draw is the same."""
    return steps.draw(is_negative, real, skipped, replacement, torch.Generator().manual_seed(0))


@seen(11, "sampling")
@instead_of("draw")
def one_draw_for_all_positives(
    is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any
) -> Tensor:
    """The positives of a list share one draw instead of drawing an order each."""
    drawn = steps.draw(is_negative, real, skipped, replacement, generator)
    return drawn if replacement else drawn[..., :1, :].expand(drawn.shape)


@seen(11, "determinism")
@instead_of("draw")
def generator_unused(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """The caller's generator is accepted and not used: a run cannot be repeated."""
    fresh = torch.Generator()
    fresh.seed()
    return steps.draw(is_negative, real, skipped, replacement, fresh)


@seen(18, "invalid.negative_index", "invalid.index_out_of_range")
@instead_of("check", read_order=lambda order, items: order.long() % max(1, items))
def indices_wrap_around(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """An index of -1 means the last item, as it does in Python."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
