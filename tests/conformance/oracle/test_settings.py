"""The arithmetic of an evaluation: the subject's roundoff, in the field that is asked for."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.oracle.settings import EXACT, Setting


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
@pytest.mark.parametrize("bits", [None, 200])
def test_the_roundoff_is_that_of_the_format(dtype, bits):
    ar = Setting(dtype, True, bits).arithmetic()

    assert ar.u == format_of(dtype).roundoff
    assert ar.certified
    assert isinstance(ar.field, FloatField if bits is None else MpField)


def test_an_exact_subject_has_a_roundoff_far_below_any_formats():
    assert 0 < Setting(EXACT, False, 300).arithmetic().u < 2.0**-200
    assert 0 < Setting(EXACT, False).arithmetic().u < 2.0**-30


def test_settings_of_the_same_words_are_the_same_and_their_arithmetic_is_not():
    setting = Setting("float32", False)

    assert setting == Setting("float32", False)
    assert setting.arithmetic() is not setting.arithmetic()
