"""Worked cases become arrays in the types that a case is made of."""

from __future__ import annotations

import numpy as np

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.worked import (
    case_inputs,
    case_mask,
    case_parameters,
    expected_array,
    expected_gradient,
    to_array,
)


def test_inputs_have_the_type_of_their_role() -> None:
    spec = load_builtin("warp")
    arrays = case_inputs(spec, spec.examples[0])

    assert {name: str(array.dtype) for name, array in arrays.items()} == {
        "scores": "float64",
        "positives": "bool",
        "order": "int64",
    }
    assert arrays["scores"].tolist() == [0.59, 0.17, 0.63, 0.05, 0.31]
    assert arrays["order"].tolist() == [1, 2]


def test_arrays_without_elements_keep_type_and_shape() -> None:
    spec = load_builtin("warp")
    arrays = case_inputs(spec, spec.edge_cases[0])

    assert (arrays["scores"].shape, arrays["scores"].dtype) == ((0, 3), np.float64)
    assert (arrays["positives"].shape, arrays["positives"].dtype) == ((0, 3), np.bool_)
    assert (arrays["order"].shape, arrays["order"].dtype) == ((0, 2), np.int64)
    assert to_array([], "int64").dtype == np.int64


def test_what_a_type_cannot_hold_stays_as_it_is() -> None:
    assert to_array([0.5, 1.0], "int64").tolist() == [0.5, 1.0]
    assert to_array([2.0], "bool").tolist() == [2.0]
    assert np.isnan(to_array([float("nan")], "int64")).all()
    assert to_array([1.0, 0.0], "bool").dtype == np.bool_
    assert to_array([True], "float64").tolist() == [1.0]


def test_parameters_are_plain_values_with_defaults() -> None:
    spec = load_builtin("approx_ndcg")
    parameters = case_parameters(spec, spec.examples[1])

    assert list(parameters) == list(spec.parameters)
    assert (type(parameters["temperature"]), parameters["temperature"]) == (float, 0.1)
    assert parameters["gain"] == "exponential"


def test_expectations_are_float64() -> None:
    spec = load_builtin("margin_ranking")
    example = spec.examples[0]
    value, unreduced = expected_array(example.value), expected_array(example.unreduced)
    gradient = expected_gradient(example)

    assert value is not None
    assert unreduced is not None
    assert gradient is not None
    assert (value.shape, value.dtype, value.item()) == ((), np.float64, 0.5)
    assert unreduced.tolist() == [0.0, 1.5, 0.0]
    assert gradient["input2"].tolist() == [0.0, 1 / 3, 0.0]
    assert expected_array(None) is None
    assert expected_gradient(spec.edge_cases[-1]) is None


def test_masks_are_booleans() -> None:
    spec = load_builtin("approx_ndcg")
    masked = next(case for case in spec.edge_cases if case.id == "all_masked")
    mask = case_mask(masked)

    assert mask is not None
    assert (mask.dtype, mask.tolist()) == (np.bool_, [False, False])
    assert case_mask(spec.examples[0]) is None
