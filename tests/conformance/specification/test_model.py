"""A constant is a float64 to everyone, and remembers its exact text."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import Constant


def test_a_constant_is_a_float() -> None:
    assert Constant(0.5, "1/2") + 1 == 1.5
    assert np.asarray([Constant(0.5, "1/2")]).dtype == np.float64


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_constant_keeps_its_text_when_copied(duplicate: object) -> None:
    assert duplicate(Constant(0.5, "1/2")).text == "1/2"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("loss", "separable", "coupled"),
    [("margin_ranking", True, False), ("approx_ndcg", False, False), ("soft_rank", False, True)],
)
def test_values_of_positions_are_separable_or_coupled(loss: str, separable: bool, coupled: bool) -> None:
    spec = load_builtin(loss)

    assert (spec.separable, spec.coupled) == (separable, coupled)
