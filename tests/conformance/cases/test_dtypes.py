"""Rounding to a format, and the formats' facts."""

import numpy as np
import pytest

from rankproof.conformance.cases.dtypes import FORMATS, round_to

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("dtype", FORMATS)
def test_rounding_agrees_with_torch_on_every_magnitude(dtype):
    generator = np.random.default_rng(0)
    values = generator.standard_normal(2000) * 10.0 ** generator.integers(-3, 4, 2000)

    rounded = round_to(values, dtype)

    assert np.array_equal(rounded, torch.tensor(values).to(getattr(torch, dtype)).double().numpy())


@pytest.mark.parametrize("dtype", FORMATS)
def test_roundoff_is_half_the_distance_to_the_next_number(dtype):
    assert FORMATS[dtype].roundoff == torch.finfo(getattr(torch, dtype)).eps / 2


def test_ties_are_rounded_to_even_and_nan_is_kept():
    rounded = round_to(np.array([1 + 2**-8, 1 + 3 * 2**-8, np.nan, np.inf]), "bfloat16")

    assert np.array_equal(rounded, [1.0, 1 + 2**-6, np.nan, np.inf], equal_nan=True)


def test_an_unknown_format_is_named():
    with pytest.raises(ValueError, match="unknown dtype 'float8'"):
        round_to(np.zeros(1), "float8")
