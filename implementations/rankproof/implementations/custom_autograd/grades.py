"""Grades as small integers, so that an algorithm over their bits has few levels."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.sorting import sorting_order

LARGEST_PLAIN = 7  # three bits: cheaper to go through than to sort the grades


def grade_codes(relevance: Tensor, real: Tensor | None) -> tuple[Tensor, int]:
    """Integers in the order of the grades of each list, and how many bits they have.

    Integral grades up to 7 are their own codes; others are numbered within their list, for which they are sorted.
    Padding has the largest code, all bits set. While torch.compile traces, the number of bits depends on the
    shape alone.

    Args:
        relevance: grades of at least 0, [lists, items].
        real: which items are real, [lists, items]; all when None.

    Returns:
        The codes, [lists, items], int64, and the number of bits, at least 1.
    """
    if relevance.dtype == torch.bool:
        codes, bits = relevance.long(), 1
    else:
        grades = relevance if real is None else relevance.masked_fill(~real, 0)
        codes, bits = _plain_codes(grades) or _numbered_codes(grades)
    return codes if real is None else codes.masked_fill(~real, (1 << bits) - 1), bits


def _plain_codes(grades: Tensor) -> tuple[Tensor, int] | None:
    if torch.compiler.is_compiling() or grades.numel() == 0:
        return None
    largest = grades.max().item()
    if not largest <= LARGEST_PLAIN:
        return None
    codes = grades.long()
    if grades.is_floating_point() and not torch.equal(codes.to(grades.dtype), grades):
        return None
    return codes, max(1, int(largest).bit_length())


def _numbered_codes(grades: Tensor) -> tuple[Tensor, int]:
    order = sorting_order(grades)
    ascending = grades.gather(-1, order)
    rises = torch.zeros_like(order)
    rises[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    numbers = rises.cumsum(dim=-1)
    codes = torch.empty_like(numbers).scatter_(-1, order, numbers)
    largest = grades.shape[-1] - 1 if torch.compiler.is_compiling() else int(numbers.max()) if numbers.numel() else 0
    return codes, _bits(largest)


def _bits(largest: int) -> int:
    """At least 1; by comparisons, of which torch.compile keeps the outcome and not, as of bit_length, the number."""
    bits = 1
    while largest >= 1 << bits:
        bits += 1
    return bits


def unequal_pairs(codes: Tensor, bits: int, real: Tensor | None) -> Tensor:
    """The number of pairs of unequal grade among the real items of each list, [lists]."""
    counted = torch.ones_like(codes) if real is None else real.long()
    sizes = codes.new_zeros(codes.shape[0], 1 << bits).scatter_add_(-1, codes, counted)
    return (sizes.sum(dim=-1).square() - sizes.square().sum(dim=-1)) // 2
