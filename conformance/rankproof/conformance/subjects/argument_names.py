"""What libraries and users call the inputs of the specs, so that an argument that stands elsewhere is still known."""

from __future__ import annotations

from collections.abc import Sequence

_SCORES = """
    score s logit logits pred preds predicted prediction predictions predicted_scores pred_scores y_pred y_preds y_hat
    y_score y_scores input inputs output outputs
"""
_LABELS = """
    y y_true true true_scores truth ground_truth gt label labels target targets grade grades rel rels relevance
    relevances relevance_labels
"""
_POSITIVE = """
    pos positive positives pos_score pos_scores positive_score positive_scores pos_logit pos_logits positive_logits
    pos_pred pos_preds positive_predictions y_pos s_pos scores_pos
"""
_NEGATIVE = """
    neg negative negatives neg_score neg_scores negative_score negative_scores neg_logit neg_logits negative_logits
    neg_pred neg_preds negative_predictions y_neg s_neg scores_neg
"""

# By the name of the input; one that is not listed is known by its own name, or by its position.
OTHER_NAMES = {
    "scores": _SCORES,
    "relevance": _LABELS,
    "positives": _LABELS + "positive pos positive_mask is_positive relevant is_relevant",
    "target_ranks": _LABELS + "ranks target_rank true_ranks",
    "permutation": "permutations perm order ranking",
    "positive_scores": _POSITIVE + "p",
    "negative_scores": _NEGATIVE + "n",
    "input1": _POSITIVE + "x1 s1 score1 scores1",
    "input2": _NEGATIVE + "x2 s2 score2 scores2",
    "target": "y y_true label labels targets sign signs",
    "anchor": "anchors query queries a",
    "positive": "positives pos",
    "negative": "negatives neg",
}

# True at a real item, whoever uses them; "attention_mask" and the like mean either.
_MASK = "valid valid_mask valid_items is_valid item_mask"
_PADDING = "padding_mask pad_mask padded_mask is_pad is_padding is_padded key_padding_mask"


def match(arguments: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """The input that each argument takes by what it is called; nothing where not all say, each another one.

    An argument that says nothing may be any input, and then position tells more than the other names do.
    """
    matched: dict[str, str] = {}
    for argument in arguments:
        fitting = [name for name in inputs if _is_one_of(argument, f"{name} {OTHER_NAMES.get(name, '')}")]
        if len(fitting) != 1 or fitting[0] in matched.values():
            return {}
        matched[argument] = fitting[0]
    return matched


def says_mask(argument: str) -> bool:
    """Whether it can only mean a mask that is True at a real item."""
    return _is_one_of(argument, _MASK)


def says_padding(argument: str) -> bool:
    """Whether it means the opposite of the spec's mask: True at padding."""
    return _is_one_of(argument, _PADDING)


def _is_one_of(argument: str, names: str) -> bool:
    return _plain(argument) in map(_plain, names.split())


def _plain(name: str) -> str:
    """``yTrue`` and ``y_true`` are one name."""
    return name.replace("_", "").lower()
