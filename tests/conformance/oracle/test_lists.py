"""A case falls into lists without padding, and one that does not fit the spec is refused."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.lists import batch_shape, split, values_of
from rankproof.conformance.oracle.numbers import NotANumber, Number
from rankproof.conformance.specification import load_builtin

WARP, HINGE = load_builtin("warp"), load_builtin("pairwise_hinge")
AR = Arithmetic(FloatField(), 2.0**-24)


def hinge(scores, relevance, mask=None):
    arrays = {"scores": np.asarray(scores, float), "relevance": np.asarray(relevance, float)}
    return Case(arrays, {}, "sum", "float32", None if mask is None else np.asarray(mask, bool))


def warp(order, mask=None, items=4):
    arrays = {
        "scores": np.arange(items, dtype=float),
        "positives": np.array([True] + [False] * (items - 1)),
        "order": np.asarray(order, dtype=np.int64),
    }
    return Case(arrays, {}, "sum", "float32", None if mask is None else np.asarray(mask, bool))


def test_a_batch_falls_into_its_lists():
    case = hinge([[1, 2], [3, 4], [5, 6]], [[0, 1]] * 3)

    assert batch_shape(HINGE, case) == (3,)
    assert [index for index, _ in split(HINGE, case)] == [(0,), (1,), (2,)]
    assert [given.inputs["scores"].tolist() for _, given in split(HINGE, case)] == [[1, 2], [3, 4], [5, 6]]


def test_padding_is_left_out_and_the_places_of_the_rest_are_kept():
    ((_, given),) = split(HINGE, hinge([1, np.nan, 3], [0, -9, 1], [True, False, True]))

    assert given.inputs["scores"].tolist() == [1, 3]
    assert given.places["scores"].tolist() == [0, 2]
    assert given.sizes == {"items": 2}
    assert not given.has_nan


def test_an_order_counts_real_items_only():
    ((_, given),) = split(WARP, warp([3, 2], [True, False, True, True]))

    assert given.inputs["order"].tolist() == [2, 1]


def test_an_index_of_padding_is_passed_over():
    ((_, given),) = split(WARP, warp([1, 3, 1, 2], [True, False, True, True]))

    assert given.inputs["order"].tolist() == [2, 1]
    assert given.sizes["trials"] == 2


def test_equal_lists_have_equal_keys():
    (_, first), (_, second), (_, third) = split(HINGE, hinge([[1, 2], [1, 2], [1, 3]], [[0, 1]] * 3))

    assert first.key() == second.key() != third.key()


@pytest.mark.parametrize(
    ("spec", "case", "words"),
    [
        (HINGE, hinge(1.0, 1.0), r"scores has shape \(\), expected \[\.\.\., items\]"),
        (HINGE, hinge([[1, 2]], [0, 1]), "inputs have different batch axes"),
        (HINGE, hinge([1, 2, 3], [0, 1]), "relevance has 2 along items, another input 3"),
        (HINGE, hinge([1, 2], [0, 1], [True]), "mask has length 1, expected 2"),
        (WARP, warp([0, 4]), "order holds an index outside 0 to 3"),
        (WARP, warp([-1]), "order holds an index outside 0 to 3"),
        (WARP, warp([1, 4], [True, False, True, True]), "order holds an index outside 0 to 3"),
    ],
)
def test_a_case_that_does_not_fit_is_refused(spec, case, words):
    with pytest.raises(ValueError, match=words):
        for _ in split(spec, case):
            pass


def test_an_unknown_input_is_refused():
    case = Case({"score": np.zeros(2)}, {}, "sum", "float32")

    with pytest.raises(ValueError, match="score is no input of pairwise_hinge, expected scores, relevance"):
        list(split(HINGE, case))


def test_names_stand_for_numbers_that_know_what_they_are():
    ((_, given),) = split(HINGE, hinge([0.5, np.nan], [2, 0.5]))
    values = values_of(HINGE, AR, given, {"margin": 0.25})

    assert isinstance(values["scores"][0], Number)
    assert values["scores"][0].p == {0: 1}
    assert isinstance(values["scores"][1], NotANumber)
    assert values["relevance"][0] == 2
    assert type(values["relevance"][0]) is int
    assert values["relevance"][1].v == 0.5
    assert values["margin"].v == 0.25
    assert values["negatives"] == "all"
    assert values["items"] == range(2)


def test_parameters_have_the_kind_that_the_spec_declares():
    ((_, given),) = split(WARP, warp([1]))
    values = values_of(WARP, AR, given, {"max_trials": 3, "replacement": 1})

    assert (values["max_trials"], values["replacement"]) == (3, True)
    assert values["positives"] == (True, False, False, False)
    assert values["order"] == (1,)


def test_an_infinite_score_is_refused():
    ((_, given),) = split(HINGE, hinge([np.inf, 1], [0, 1]))

    with pytest.raises(ValueError, match="scores holds an infinity"):
        values_of(HINGE, AR, given, {})


def test_a_permutation_is_that_of_the_real_items():
    spec = load_builtin("plackett_luce")
    arrays = {"scores": np.arange(4.0), "permutation": np.array([2, 1, 3, 0])}
    ((_, given),) = split(spec, Case(arrays, {}, "sum", mask=np.array([True, False, True, True])))

    assert given.inputs["scores"].tolist() == [0, 2, 3]
    assert given.inputs["permutation"].tolist() == [1, 2, 0]


def test_an_input_that_is_left_out_is_none():
    spec = load_builtin("plackett_luce")
    ((_, given),) = split(spec, Case({"scores": np.arange(2.0)}, {}, "sum"))

    assert values_of(spec, AR, given, {})["permutation"] is None
