"""The formats that are judged, as far as an error budget depends on them."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle.dtypes import format_of


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_format_agrees_with_numpy(dtype):
    form, limits = format_of(dtype), np.finfo(dtype)

    assert form.roundoff == limits.eps / 2
    assert form.largest == limits.max
    assert form.tiny == (limits.smallest_subnormal if dtype == "float16" else limits.tiny)


def test_bfloat16_has_eight_bits_and_the_range_of_float32():
    form = format_of("bfloat16")

    assert form.roundoff == 2.0**-8
    assert form.tiny == format_of("float32").tiny


def test_another_format_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="dtype is 'float8', expected one of float64, float32, float16, bfloat16"):
        format_of("float8")
