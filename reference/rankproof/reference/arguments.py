"""Reading and checking the arguments of the references; an error says what was got and what was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rankproof.spec.arguments import Input, Parameter

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def read_input(each: Input, value: Any, scores_name: str, scores: Floats | None) -> Any:
    """An input as an array; None for an optional one that is not given.

    Raises:
        TypeError: not of real numbers, or of integers where positions are due.
        ValueError: another shape than the scores have, or a position outside the list.
    """
    if each.optional and value is None:
        return None
    if scores is None:
        return read_scores(each.name, value)
    if each.role == "index":
        return read_order(each.name, value, scores_name, scores)
    if each.role == "permutation":
        return read_permutation(each.name, value, scores_name, scores)
    return read_like(each.name, value, scores_name, scores)


def refuse_contents(each: Input, array: Any, real: Booleans) -> None:
    """Refuse labels that the role of an input does not allow; those of padding are passed over.

    Raises:
        ValueError: there is one; the message shows the first.
    """
    if array is None:
        return
    if each.role == "relevance":
        refuse(each.name, array, real & ~((array >= 0) & np.isfinite(array)), "a finite grade of at least 0")
    elif each.role == "sign":
        refuse(each.name, array, real & (np.abs(array) != 1), "-1 or +1")
    elif each.role == "boolean":
        refuse(each.name, array, real & (array != 0) & (array != 1), "0 or 1")
    elif each.role == "permutation":
        refuse(each.name, array, _repeated(array), "each position once")


def _repeated(positions: Integers) -> Booleans:
    """Where a position stands that stood earlier in its list."""
    same = positions[..., :, None] == positions[..., None, :]
    repeated: Booleans = np.tril(same, k=-1).any(axis=-1)
    return repeated


def check_parameter(each: Parameter, value: Any) -> None:
    """A value that the declaration of a parameter allows.

    Raises:
        ValueError: anything else.
    """
    if each.type == "choice":
        check_choice(each.name, value, each.choices)
    elif each.type == "integer":
        check_count(each.name, value)
    elif each.type == "real" and not (value is None and each.default is None):
        bounds = {"above": each.above, "minimum": each.minimum}
        check_real(each.name, value, **{name: bound for name, bound in bounds.items() if bound is not None})


def read_scores(name: str, scores: ArrayLike) -> Floats:
    """Scores of at least one axis, as float64.

    Raises:
        TypeError: not real numbers.
        ValueError: no axis.
    """
    array = _read_real(name, scores)
    if array.ndim == 0:
        raise ValueError(f"{name}: got a number, expected an array of at least one axis; put it into a list")
    return array


def read_like(name: str, labels: ArrayLike, scores_name: str, scores: Floats) -> Floats:
    """Real numbers in the shape of the scores, as float64.

    Raises:
        TypeError: not real numbers.
        ValueError: another shape.
    """
    array = _read_real(name, labels)
    if array.shape != scores.shape:
        raise ValueError(
            f"{name}: got shape {array.shape}, expected {scores.shape}, the shape of {scores_name}; reshape it first"
        )
    return array


def read_order(name: str, order: ArrayLike, scores_name: str, scores: Floats) -> Integers:
    """Positions of items, with the batch axes of the scores and one axis of their own.

    Raises:
        TypeError: not integers.
        ValueError: other batch axes, or a position outside the list.
    """
    array = np.asarray(order)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name}: got dtype {array.dtype}, expected integers; convert it")
    if array.ndim != scores.ndim or array.shape[:-1] != scores.shape[:-1]:
        raise ValueError(
            f"{name}: got shape {array.shape}, expected {(*scores.shape[:-1], 'trials')}, "
            f"with the batch axes of {scores_name}; reshape it first"
        )
    items = scores.shape[-1]
    refuse(name, array, (array < 0) | (array >= items), f"a position from 0 to {items - 1}")
    return array.astype(np.int64)


def read_permutation(name: str, permutation: ArrayLike, scores_name: str, scores: Floats) -> Integers:
    """Positions of items in the shape of the scores: at each place that of the item that has it.

    Raises:
        TypeError: not integers.
        ValueError: another shape, or a position outside the list.
    """
    shape = np.shape(np.asarray(permutation))
    if shape != scores.shape:
        raise ValueError(
            f"{name}: got shape {shape}, expected {scores.shape}, the shape of {scores_name}; place every item"
        )
    return read_order(name, permutation, scores_name, scores)


def read_mask(mask: ArrayLike | None, scores_name: str, scores: Floats) -> Booleans:
    """True at the real items, which are all of them when there is no mask.

    Raises:
        TypeError: not booleans.
        ValueError: another shape.
    """
    if mask is None:
        return np.ones(scores.shape, dtype=np.bool_)
    array = np.asarray(mask)
    if array.size and array.dtype.kind != "b":
        raise TypeError(f"mask: got dtype {array.dtype}, expected booleans, True at a real item; convert it")
    if array.shape != scores.shape:
        raise ValueError(
            f"mask: got shape {array.shape}, expected {scores.shape}, the shape of {scores_name}; reshape it first"
        )
    return array.astype(np.bool_)


def refuse(name: str, array: NDArray[Any], bad: Booleans, expected: str) -> None:
    """Refuse an array that holds a bad value.

    Raises:
        ValueError: there is one; the message shows the first.
    """
    if bad.any():
        where = tuple(int(axis[0]) for axis in np.nonzero(bad))
        raise ValueError(f"{name}: got {array[where]} at {where}, expected {expected}; correct or mask it")


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """One of a closed list of names.

    Raises:
        ValueError: anything else.
    """
    if value not in choices:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(map(repr, choices))}; check the spelling")


def check_real(name: str, value: float, *, above: float = -math.inf, minimum: float = -math.inf) -> None:
    """A finite number above an exclusive bound, and at least a minimum.

    Raises:
        ValueError: anything else.
    """
    if not (math.isfinite(value) and value > above and value >= minimum):
        bound = f"above {above}" if minimum == -math.inf else f"of at least {minimum}"
        raise ValueError(f"{name}: got {value!r}, expected a finite number {bound}; choose another")


def check_count(name: str, value: int | None) -> None:
    """None, or an integer of at least 1.

    Raises:
        ValueError: anything else.
    """
    if value is not None and (int(value) != value or value < 1):
        raise ValueError(f"{name}: got {value!r}, expected an integer of at least 1, or None for no limit")


def _read_real(name: str, values: ArrayLike) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: got dtype {array.dtype}, expected real numbers; convert it")
    return array.astype(np.float64)
