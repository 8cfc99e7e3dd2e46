"""What each loss checks before it computes: one function a loss, called first by each of its variants."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.checks import check_generator, check_index, check_like, check_mask, check_scores
from rankproof.implementations.contents import check_flags, check_grades, check_positions, check_signs
from rankproof.implementations.settings import (
    approx_ndcg_settings,
    margin_ranking_settings,
    pairwise_hinge_settings,
    warp_settings,
)


def margin_ranking_arguments(
    input1: Tensor, input2: Tensor, target: Tensor, *, reduction: str, validate: bool, margin: float = 0.0
) -> None:
    """Check the arguments of margin_ranking.

    Raises:
        TypeError: scores that are no floating tensors of one dtype, or a margin that is no number.
        ValueError: shapes or devices that differ, an unknown choice, or a target other than -1 and +1.
    """
    check_scores("input1", input1, "[..., n]")
    check_scores("input2", input2, "[..., n]")
    check_like("input2", input2, "input1", input1)
    if input2.dtype != input1.dtype:
        raise TypeError(f"input2: got dtype {input2.dtype}, expected {input1.dtype}, the dtype of input1; convert one")
    check_like("target", target, "input1", input1)
    margin_ranking_settings(margin=margin, reduction=reduction)
    if validate:
        check_signs("target", target)


def pairwise_hinge_arguments(
    scores: Tensor,
    relevance: Tensor,
    mask: Tensor | None,
    *,
    margin: float,
    negatives: str,
    normalization: str,
    reduction: str,
    validate: bool,
) -> None:
    """Check the arguments of pairwise_hinge.

    Raises:
        TypeError: scores that are no floating tensor, a mask that is not boolean, or a margin that is no number.
        ValueError: shapes or devices that differ, an unknown choice, or a negative or NaN relevance.
    """
    check_scores("scores", scores)
    check_like("relevance", relevance, "scores", scores)
    check_mask(mask, "scores", scores)
    pairwise_hinge_settings(margin=margin, negatives=negatives, normalization=normalization, reduction=reduction)
    if validate:
        check_grades("relevance", relevance, mask)


def approx_ndcg_arguments(
    scores: Tensor,
    relevance: Tensor,
    mask: Tensor | None,
    *,
    temperature: float,
    gain: str,
    form: str,
    nothing_relevant: str,
    k: int | None,
    cutoff_temperature: float,
    reduction: str,
    validate: bool,
) -> None:
    """Check the arguments of approx_ndcg.

    Raises:
        TypeError: scores that are no floating tensor, a mask that is not boolean, or a number of the wrong type.
        ValueError: shapes or devices that differ, an unknown choice, a temperature not above 0, k below 1,
            or a negative or NaN relevance.
    """
    check_scores("scores", scores)
    check_like("relevance", relevance, "scores", scores)
    check_mask(mask, "scores", scores)
    approx_ndcg_settings(
        temperature=temperature,
        gain=gain,
        form=form,
        nothing_relevant=nothing_relevant,
        k=k,
        cutoff_temperature=cutoff_temperature,
        reduction=reduction,
    )
    if validate:
        check_grades("relevance", relevance, mask)


def warp_arguments(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None,
    mask: Tensor | None,
    *,
    margin: float,
    violation: str,
    rank_weight: str,
    negatives: str,
    label_count: str,
    skipped: str,
    replacement: bool,
    max_trials: int | None,
    normalization: str,
    reduction: str,
    generator: torch.Generator | None,
    validate: bool,
) -> None:
    """Check the arguments of warp; ``positives`` may be of any real dtype that holds 0 and 1 (read it by ``!= 0``).

    Raises:
        TypeError: scores that are no floating tensor, a mask that is not boolean, an order that is not of
            integers, or a number of the wrong type.
        ValueError: shapes or devices that differ, an unknown choice, max_trials below 1, a label other than
            0 and 1, or an order index outside the list.
    """
    check_scores("scores", scores)
    check_like("positives", positives, "scores", scores)
    if order is not None:
        check_index("order", order, "scores", scores)
    check_mask(mask, "scores", scores)
    warp_settings(
        margin=margin,
        violation=violation,
        rank_weight=rank_weight,
        negatives=negatives,
        label_count=label_count,
        skipped=skipped,
        replacement=replacement,
        max_trials=max_trials,
        normalization=normalization,
        reduction=reduction,
    )
    check_generator(generator, "scores", scores)
    if validate:
        check_flags("positives", positives, mask)
        if order is not None:
            check_positions("order", order, scores.shape[-1])
