"""Elementary checks of one argument each; an error says what was got, what was expected and what to do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

SCORE_DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


def check_scores(name: str, scores: Any, axes: str = "[..., items]") -> None:
    """A floating tensor with at least one axis.

    Raises:
        TypeError: not a tensor, or of a dtype in which there is no gradient.
        ValueError: no axis.
    """
    if not isinstance(scores, Tensor):
        raise TypeError(f"{name}: got {type(scores).__name__}, expected a tensor {axes}; make one with torch.as_tensor")
    if scores.dtype not in SCORE_DTYPES:
        raise TypeError(
            f"{name}: got dtype {scores.dtype}, expected float64, float32, float16 or bfloat16; "
            f"convert it with {name}.to()"
        )
    if scores.dim() == 0:
        raise ValueError(f"{name}: got a tensor without axes, expected {axes}; unsqueeze it")


def check_like(name: str, tensor: Any, scores_name: str, scores: Tensor) -> None:
    """A real tensor of the shape and on the device of the scores; nothing broadcasts.

    Raises:
        TypeError: not a tensor, or complex.
        ValueError: another shape or device.
    """
    _check_tensor(name, tensor)
    if tensor.shape != scores.shape:
        raise ValueError(
            f"{name}: got shape {list(tensor.shape)}, expected {list(scores.shape)}, the shape of {scores_name}; "
            "shapes have to match exactly, so expand or reshape it first"
        )
    check_device(name, tensor, scores_name, scores)


def check_same_dtype(name: str, tensor: Tensor, scores_name: str, scores: Tensor) -> None:
    """The dtype of the other scores.

    Raises:
        TypeError: another dtype.
    """
    if tensor.dtype != scores.dtype:
        raise TypeError(
            f"{name}: got dtype {tensor.dtype}, expected {scores.dtype}, the dtype of {scores_name}; convert one"
        )


def check_index(name: str, index: Any, scores_name: str, scores: Tensor) -> None:
    """An integer tensor with the batch axes of the scores and one axis of its own.

    Raises:
        TypeError: not a tensor, or not of an integer dtype.
        ValueError: other batch axes, or another device.
    """
    _check_tensor(name, index)
    if index.dtype == torch.bool or index.is_floating_point():
        raise TypeError(f"{name}: got dtype {index.dtype}, expected an integer dtype; convert it with {name}.long()")
    if index.dim() != scores.dim() or index.shape[:-1] != scores.shape[:-1]:
        raise ValueError(
            f"{name}: got shape {list(index.shape)}, expected {[*scores.shape[:-1], 'trials']}, "
            f"with the batch axes of {scores_name}; expand it first"
        )
    check_device(name, index, scores_name, scores)


def check_mask(mask: Any, scores_name: str, scores: Tensor) -> None:
    """None, or a boolean tensor of the shape and on the device of the scores, True at a real item.

    Raises:
        TypeError: not a tensor, or not boolean.
        ValueError: another shape or device.
    """
    if mask is None:
        return
    _check_tensor("mask", mask)
    if mask.dtype != torch.bool:
        raise TypeError(
            f"mask: got dtype {mask.dtype}, expected torch.bool, True at a real item; convert it with mask.bool()"
        )
    check_like("mask", mask, scores_name, scores)


def check_device(name: str, tensor: Tensor, scores_name: str, scores: Tensor) -> None:
    """The device of the scores.

    Raises:
        ValueError: another device.
    """
    if tensor.device != scores.device:
        raise ValueError(
            f"{name}: got device {tensor.device}, expected {scores.device}, the device of {scores_name}; "
            f"move it with {name}.to({str(scores.device)!r})"
        )


def check_generator(generator: Any, scores_name: str, scores: Tensor) -> None:
    """None, or a torch.Generator on the kind of device that the scores are on.

    Raises:
        TypeError: something else.
        ValueError: another device.
    """
    if generator is None:
        return
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator: got {type(generator).__name__}, expected a torch.Generator or None")
    if generator.device.type != scores.device.type:
        raise ValueError(
            f"generator: got device {generator.device}, expected {scores.device}, the device of {scores_name}; "
            f"make it with torch.Generator({str(scores.device)!r})"
        )


def check_choice(name: str, value: Any, choices: Sequence[str]) -> None:
    """One of a closed list of names.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(map(repr, choices))}; check the spelling")


def check_real(name: str, value: Any, *, above: float | None = None, minimum: float | None = None) -> None:
    """A finite number, above an exclusive bound or at least a minimum where there is one.

    Raises:
        TypeError: not a number.
        ValueError: not finite, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name}: got {type(value).__name__}, expected a number; pass a float")
    # Comparisons, because torch.compile cannot trace math.isfinite of a symbolic number; nor a bound put into a text,
    # which is therefore written where it is needed.
    outside = (above is not None and value <= above) or (minimum is not None and value < minimum)
    if not -math.inf < value < math.inf or outside:
        expected = "a finite number"
        if above is not None:
            expected += f" above {above:g}"
        elif minimum is not None:
            expected += f" of at least {minimum:g}"
        raise ValueError(f"{name}: got {value!r}, expected {expected}; choose another")


def check_count(name: str, value: Any, *, minimum: float | None = 1, nullable: bool = True) -> None:
    """An integer, at least a minimum where there is one; or None where that means no limit.

    Raises:
        TypeError: not an integer.
        ValueError: below the minimum.
    """
    if value is None and nullable:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        expected = "an integer or None" if nullable else "an integer"
        raise TypeError(f"{name}: got {value!r}, expected {expected}; pass an int")
    if minimum is not None and value < minimum:
        advice = "pass None for no limit" if nullable else "choose another"
        raise ValueError(f"{name}: got {value}, expected at least {minimum:g}; {advice}")


def check_flag(name: str, value: Any) -> None:
    """True or False.

    Raises:
        TypeError: anything else.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name}: got {value!r}, expected True or False")


def _check_tensor(name: str, tensor: Any) -> None:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name}: got {type(tensor).__name__}, expected a tensor; make one with torch.as_tensor")
    if tensor.is_complex():
        raise TypeError(f"{name}: got dtype {tensor.dtype}, expected a real dtype; take its real part")
