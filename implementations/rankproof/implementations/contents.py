"""Checks of what label tensors hold; padding is exempt, and nothing is read while torch.compile traces."""

from __future__ import annotations

import torch
from torch import Tensor

UNORDERED = (torch.uint16, torch.uint32, torch.uint64)  # torch finds no least of these


def check_numbers(name: str, scores: Tensor, mask: Tensor | None) -> None:
    """No score of a real item is NaN.

    Raises:
        ValueError: a NaN.
    """
    _refuse(
        name, scores, _real(scores.isnan(), mask), "a number", "look at what computed it, and mark padding with mask="
    )


def check_signs(name: str, labels: Tensor) -> None:
    """Every label is -1 or +1.

    Raises:
        ValueError: any other label.
    """
    magnitude = labels if labels.dtype == torch.bool else labels.abs()
    _refuse(name, labels, magnitude != 1, "-1 or +1", "drop the pairs that have no order")


def check_grades(name: str, grades: Tensor, mask: Tensor | None) -> None:
    """Every grade of a real item is finite and at least 0.

    Raises:
        ValueError: a negative, infinite or NaN grade.
    """
    if grades.dtype == torch.bool or not grades.numel():
        return
    lowest, highest = grades.to(torch.int64 if grades.dtype in UNORDERED else grades.dtype).aminmax()
    # One pass over labels that are all right; a NaN is lowest and highest. Padding, which may be anything, comes later.
    if not _any(~((lowest >= 0) & (highest < torch.inf))):
        return
    bad = ~((grades >= 0) & torch.isfinite(grades))
    _refuse(name, grades, _real(bad, mask), "a finite grade of at least 0", "mark padding with mask=")


def check_flags(name: str, flags: Tensor, mask: Tensor | None) -> None:
    """Every label of a real item is 0 or 1.

    Raises:
        ValueError: any other label.
    """
    if flags.dtype == torch.bool:
        return
    bad = (flags != 0) & (flags != 1)
    _refuse(name, flags, _real(bad, mask), "0 or 1", "compare grades with a threshold, and mark padding with mask=")


def check_positions(name: str, index: Tensor, items: int) -> None:
    """Every index is a position of the list.

    Raises:
        ValueError: an index below 0 or past the end.
    """
    index = index.long()  # torch compares and sorts no unsigned integers of more than 8 bits
    bad = (index < 0) | (index >= items)
    # Asked first, since torch.compile takes a length that stands in a text for a constant.
    if _any(bad):
        _refuse(name, index, bad, f"0 to {items - 1}", f"index the {items} items of the list")


def check_permutation(name: str, index: Tensor, items: int) -> None:
    """Every position of the list stands in it once.

    Raises:
        ValueError: an index below 0 or past the end, or one that comes twice.
    """
    check_positions(name, index, items)
    ordered = index.long().sort(dim=-1).values
    repeated = ordered[..., 1:] == ordered[..., :-1]
    if _any(repeated):
        *place, first = repeated.nonzero()[0].tolist()
        got = ordered[(*place, first)].item()
        where = f" in the list at {place}" if place else ""
        raise ValueError(
            f"{name}: got {got} more than once{where}, expected each position from 0 to {items - 1} once; "
            "place every item, padding anywhere (validate=False skips this check)"
        )


def _real(bad: Tensor, mask: Tensor | None) -> Tensor:
    return bad if mask is None else bad & mask


def _refuse(name: str, tensor: Tensor, bad: Tensor, expected: str, advice: str) -> None:
    if not _any(bad):
        return
    where = bad.nonzero()[0].tolist()
    got = tensor[tuple(where)].item()
    raise ValueError(f"{name}: got {got} at {where}, expected {expected}; {advice} (validate=False skips this check)")


def _any(bad: Tensor) -> bool:
    if torch.compiler.is_compiling() or bad.is_meta:
        return False
    try:
        return bool(bad.any())
    except RuntimeError as error:
        # vmap hides the values of its lists; there is no public way to ask beforehand.
        if "vmap" in str(error):
            return False
        raise
