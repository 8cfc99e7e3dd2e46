"""Whether every order of evaluation of a case's sums is exact in its dtype, so that its ties are true ties."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array
from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.specification.model import LossSpec


def _leaves(spec: LossSpec, inputs: Mapping[str, Array], parameters: Mapping[str, Any]) -> Iterator[float]:
    """Scores, and the parameters that are added to scores."""
    for name in spec.score_inputs:
        yield from (float(x) for x in np.ravel(inputs[name]))
    for name, each in spec.parameters.items():
        if each.unit == "score":
            yield float(parameters[name])


def _spacing(value: float) -> float:
    """The largest power of two that divides a value."""
    numerator, denominator = value.as_integer_ratio()
    return math.ldexp(numerator & -numerator, 1 - denominator.bit_length())


def is_certified(spec: LossSpec, inputs: Mapping[str, Array], parameters: Mapping[str, Any], dtype: str) -> bool:
    """Whether all leaves are multiples of one spacing, and no sum over pairs of them can leave the significand."""
    leaves = list(_leaves(spec, inputs, parameters))
    if not all(math.isfinite(leaf) for leaf in leaves):
        return False
    nonzero = [leaf for leaf in leaves if leaf]
    if not nonzero:
        return True
    largest_sum = len(leaves) * sum(abs(leaf) for leaf in nonzero)
    return largest_sum <= 2.0 ** FORMATS[dtype].bits * min(_spacing(leaf) for leaf in nonzero)
