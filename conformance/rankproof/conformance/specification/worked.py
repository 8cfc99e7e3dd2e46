"""Worked values as numpy arrays, in the types that a case is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rankproof.conformance.specification.model import Constant, Invalid, LossSpec, Role, Worked

_KINDS = {
    Role.SCORE: "float64",
    Role.SIGN: "float64",
    Role.RELEVANCE: "float64",
    Role.BOOLEAN: "bool",
    Role.INDEX: "int64",
    Role.PERMUTATION: "int64",
}


def to_array(value: Any, kind: str = "float64") -> NDArray[Any]:
    """Nested lists of a worked value as an array of ``kind``: ``"float64"``, ``"bool"`` or ``"int64"``.

    Values that the kind cannot hold (``invalid`` entries are free to have them) stay float64.
    """
    array = np.asarray(value)
    if array.dtype == np.bool_ and array.size and kind != "bool":
        return array.astype(np.float64)
    array = array.astype(np.float64)
    with np.errstate(invalid="ignore"):
        cast = array.astype(kind)
    return cast if np.array_equal(cast.astype(np.float64), array) else array


def case_inputs(spec: LossSpec, worked: Worked | Invalid) -> dict[str, NDArray[Any]]:
    """Every input of a worked case as an array: float64, bool or int64 as its role says."""
    return {name: to_array(value, _KINDS[spec.inputs[name].role]) for name, value in worked.inputs.items()}


def case_mask(worked: Worked | Invalid) -> NDArray[Any] | None:
    """The mask of a worked case as booleans."""
    return None if worked.mask is None else to_array(worked.mask, "bool")


def case_parameters(spec: LossSpec, worked: Worked | Invalid) -> dict[str, Any]:
    """Every parameter of a worked case, defaults included, as plain Python values."""
    given = {name: float(value) if isinstance(value, Constant) else value for name, value in worked.parameters.items()}
    return {**spec.defaults(), **given}


def case_upstream(worked: Worked) -> NDArray[np.float64] | None:
    """The gradient that reaches the result of a worked case; None where the file states none, for ones."""
    return None if worked.upstream is None else np.asarray(worked.upstream, dtype=np.float64)


def expected_array(value: Any) -> NDArray[np.float64] | None:
    """A worked value, unreduced value or gradient as float64; None where the file states none."""
    return None if value is None else np.asarray(value, dtype=np.float64)


def expected_gradient(worked: Worked) -> Mapping[str, NDArray[np.float64]] | None:
    """The stated gradient of a worked case as float64 arrays; None where the file states none."""
    if worked.gradient is None:
        return None
    return {name: np.asarray(value, dtype=np.float64) for name, value in worked.gradient.items()}
