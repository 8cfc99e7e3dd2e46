"""What probing found out, as the head of a report tells it."""

from __future__ import annotations

import pytest

from rankproof.conformance.checks.asked import asked_of
from rankproof.conformance.specification import load_builtin
from tests.conformance.data.made_subject import Made, able

MARGIN_RANKING = load_builtin("margin_ranking")
APPROX_NDCG = load_builtin("approx_ndcg")


def asked(spec, settings=(), **can):
    return asked_of(spec, Made(spec, can=able(spec, **can)), settings)


def test_a_subject_that_takes_everything_leaves_nothing_to_be_set():
    told = asked(MARGIN_RANKING, called="f(input1)")

    assert (told.loss, told.subject, told.device, told.called) == ("margin_ranking", "made", "cpu", "f(input1)")
    assert (told.returns, told.conventions, told.settable, told.unmatched) == ("", {}, {}, 0)


@pytest.mark.parametrize(
    ("reduction", "words"),
    [("none", "one value for each pair"), ("mean", "the mean over all pairs"), ("sum", "the sum over all pairs")],
)
def test_the_only_reduction_is_what_the_result_is_taken_for(reduction, words):
    told = asked(MARGIN_RANKING, reductions=(reduction,), default_reduction=reduction)

    assert told.returns == words
    assert told.settable == {"reduction": "none|mean|sum"}


def test_a_mean_of_units_that_count_differently_is_one_over_the_batch():
    told = asked(load_builtin("pairwise_hinge"), reductions=("mean",), default_reduction="mean")

    assert told.returns == "the mean over the batch"


def test_what_can_be_set_is_what_is_neither_taken_nor_set_already():
    fixed = APPROX_NDCG.defaults()
    told = asked(
        APPROX_NDCG, ("form", "reduction"), parameters=frozenset({"temperature"}), fixed=fixed, reductions=("mean",)
    )

    assert told.conventions == fixed
    assert told.settable["gain"] == "exponential|linear"
    assert told.settable["k"] == "NUMBER"
    assert not {"temperature", "form", "reduction"} & set(told.settable)


def test_a_flag_can_be_set_to_true_or_false():
    warp = load_builtin("warp")

    assert asked(warp, parameters=frozenset()).settable["replacement"] == "true|false"


def test_how_many_combinations_were_tried_in_vain_is_told():
    assert asked(APPROX_NDCG, unmatched=7).unmatched == 7
