"""What each loss checks of its settings, the arguments that are no tensors: by its module when made, by every call."""

from __future__ import annotations

from typing import Any

from rankproof.implementations.checks import check_choice, check_count, check_flag, check_real

REDUCTIONS = ("none", "sum", "mean")


def margin_ranking_settings(*, margin: Any, reduction: Any) -> None:
    """Check the settings of margin_ranking.

    Raises:
        TypeError: a margin that is no number.
        ValueError: a margin that is not finite, or an unknown choice.
    """
    check_real("margin", margin)
    check_choice("reduction", reduction, REDUCTIONS)


def pairwise_hinge_settings(*, margin: Any, negatives: Any, normalization: Any, reduction: Any) -> None:
    """Check the settings of pairwise_hinge.

    Raises:
        TypeError: a margin that is no number.
        ValueError: a margin that is not finite, or an unknown choice.
    """
    check_real("margin", margin)
    check_choice("negatives", negatives, ("all", "hardest", "semi_hard"))
    check_choice("normalization", normalization, ("none", "list_pairs", "batch_pairs"))
    check_choice("reduction", reduction, REDUCTIONS)


def approx_ndcg_settings(
    *, temperature: Any, gain: Any, form: Any, nothing_relevant: Any, k: Any, cutoff_temperature: Any, reduction: Any
) -> None:
    """Check the settings of approx_ndcg.

    Raises:
        TypeError: a number of the wrong type.
        ValueError: an unknown choice, a temperature not above 0, or k below 1.
    """
    check_real("temperature", temperature, above=0)
    check_choice("gain", gain, ("exponential", "linear"))
    check_choice("form", form, ("negative", "one_minus", "metric"))
    check_choice("nothing_relevant", nothing_relevant, ("zero", "one", "skip"))
    check_count("k", k)
    check_real("cutoff_temperature", cutoff_temperature, above=0)
    check_choice("reduction", reduction, REDUCTIONS)


def warp_settings(
    *,
    margin: Any,
    violation: Any,
    rank_weight: Any,
    negatives: Any,
    label_count: Any,
    skipped: Any,
    replacement: Any,
    max_trials: Any,
    normalization: Any,
    reduction: Any,
) -> None:
    """Check the settings of warp.

    Raises:
        TypeError: a number or flag of the wrong type.
        ValueError: a margin that is not finite, an unknown choice, or max_trials below 1.
    """
    check_real("margin", margin)
    check_choice("violation", violation, ("margin", "margin_inclusive", "misranking"))
    check_choice("rank_weight", rank_weight, ("harmonic", "logarithmic"))
    check_choice("negatives", negatives, ("non_positives", "others"))
    check_choice("label_count", label_count, ("items", "negatives"))
    check_choice("skipped", skipped, ("free", "counted"))
    check_flag("replacement", replacement)
    check_count("max_trials", max_trials)
    check_choice("normalization", normalization, ("none", "positives"))
    check_choice("reduction", reduction, REDUCTIONS)
