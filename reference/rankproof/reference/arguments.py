"""Reading and checking the arguments of the references; an error says what was got and what was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


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


def check_real(name: str, value: float, *, above: float = -math.inf) -> None:
    """A finite number above a bound.

    Raises:
        ValueError: anything else.
    """
    if not (math.isfinite(value) and value > above):
        raise ValueError(f"{name}: got {value!r}, expected a finite number above {above}; choose another")


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
