"""What numbers are computed in: the subject's format, whether its sums are exact, the oracle's own field."""

from __future__ import annotations

from dataclasses import dataclass

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.oracle.fields import FloatField, MpField

EXACT = "exact"  # stands for a subject that computes to hundreds of bits


@dataclass(frozen=True)
class Setting:
    """The arithmetic of one evaluation; ``bits`` is None for floats."""

    dtype: str
    certified: bool
    bits: int | None = None

    def arithmetic(self) -> Arithmetic:
        """Fresh arithmetic of this setting."""
        field = FloatField() if self.bits is None else MpField(self.bits)
        if self.dtype == EXACT:
            return Arithmetic(field, field.exact(1) / 2 ** ((self.bits or 53) - 20), self.certified)
        return Arithmetic(field, field.exact(format_of(self.dtype).roundoff), self.certified)
