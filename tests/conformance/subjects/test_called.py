"""The call of a subject as a report writes it."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.called import called_as

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")


def own_names(x1, x2, y, margin=0.0, reduction="mean"):
    return 0


def same_names(input1, input2, target):
    return 0


def any_arguments(*arguments):
    return 0


def with_mask(scores, relevance, *, mask=None):
    return 0


def draws(scores, positives, order=None, generator=None, chunk=8):
    return 0


class Hinge:
    def __init__(self, margin=1.0):
        self.margin = margin

    def __call__(self, predictions, labels):
        return 0


@pytest.mark.parametrize(
    ("target", "spec", "settings", "expected"),
    [
        (own_names, MARGIN_RANKING, {}, "f(x1=input1, x2=input2, y=target, margin=margin, reduction=reduction)"),
        (
            own_names,
            MARGIN_RANKING,
            {"margin": 0.5},
            "f(x1=input1, x2=input2, y=target, reduction=reduction, margin=0.5)",
        ),
        (same_names, MARGIN_RANKING, {}, "f(input1, input2, target)"),
        (any_arguments, MARGIN_RANKING, {}, "f(input1, input2, target)"),
        (with_mask, PAIRWISE_HINGE, {}, "f(scores, relevance, mask=mask)"),
        (draws, WARP, {"chunk": 4}, "f(scores, positives, order, chunk=4, generator=generator)"),
        (Hinge, PAIRWISE_HINGE, {}, "f(margin=margin)(predictions=scores, labels=relevance)"),
        (Hinge(), PAIRWISE_HINGE, {}, "f(predictions=scores, labels=relevance)"),
    ],
)
def test_an_argument_stands_before_what_it_takes(target, spec, settings, expected):
    assert called_as("some/module.py:f", spec, bind(target, spec, settings, "f")) == expected


def test_the_label_that_marks_padding_is_told():
    bound = bind(lambda scores, relevance: 0, PAIRWISE_HINGE, {"padding": -1}, "loss")

    assert called_as("m:hinge", PAIRWISE_HINGE, bound) == "hinge(scores, relevance), relevance -1 at padding"
