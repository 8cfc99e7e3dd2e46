"""Constant expressions of the formula language, such as ``log(2) / 3`` in a worked example."""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.errors import VacuousBound
from rankproof.conformance.oracle.fields import MpField
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.model import Expression, Location

BITS = 200


def constant(text: str) -> Any:
    """The value of an expression without names, as mpmath's ``mpf`` of 200 bits.

    Raises
    ------
    FormulaError
        Where the text is no expression of the formula language, uses a name, or has no value.
    """
    expression = Expression(text, parse(text), Location("constant expression", 1, ""))
    program = Program(_arithmetic(), (), {})
    try:
        value = program.ar.number(program.value(program.start({}), expression)).v
    except VacuousBound as problem:
        raise FormulaError(f"`{text}`: {problem}") from problem
    return mpmath.mp.make_mpf(value._mpf_) if hasattr(value, "_mpf_") else mpmath.mpf(value)


@cache
def _arithmetic() -> Arithmetic:
    """Made once: a context of mpmath takes longer to make than most constants to evaluate."""
    field = MpField(BITS)
    return Arithmetic(field, field.exact(1) / 2 ** (BITS - 10))
