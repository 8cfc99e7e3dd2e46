"""The pairs of items of unequal grade, laid out by the highest bit in which their grades differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class GradeLevel:
    """One bit of the grades. Items that agree in all higher bits form a group and lie side by side, in their own order.

    Attributes:
        higher: 1 for an item with the bit set, else 0, [items].
        ones: how many items with the bit set lie before each pointer, [pointers, items].
        zeros: the same for those with the bit clear.
        slots: which item lies at each position, [items].
        clear: 1 for a position whose item has the bit clear, else 0, [items].
    """

    higher: Tensor
    ones: Tensor
    zeros: Tensor
    slots: Tensor
    clear: Tensor


def grade_levels(codes: Tensor, pointers: Tensor, bits: int) -> Iterator[GradeLevel]:
    """Go through the bits from the highest to the lowest, as a wavelet matrix does; O(items) time and memory a bit.

    An item meets each item of lower grade once: at the highest bit in which they differ, where they are in one
    group, its bit set and the other's clear.

    Args:
        codes: grades as integers of ``bits`` bits, [items], int32, the lists of a batch one after the other.
        pointers: positions between items, [pointers, items], int32; each moves along with the group of its item,
            and keeps pointing between the same two items of that group.
        bits: the number of bits.

    Source: Claude, Navarro, Ordonez (2015), The wavelet matrix: an efficient wavelet tree for large alphabets.
    """
    places = torch.arange(codes.numel(), dtype=torch.int32, device=codes.device)
    before = torch.zeros(codes.numel() + 1, dtype=torch.int32, device=codes.device)
    slots = places
    for bit in range(bits - 1, -1, -1):
        higher = (codes >> bit) & 1
        clear = 1 - higher.index_select(0, slots)
        torch.cumsum(clear, 0, dtype=torch.int32, out=before[1:])
        zeros = before.index_select(0, pointers.view(-1)).view_as(pointers)
        ones = pointers - zeros
        yield GradeLevel(higher, ones, zeros, slots, clear)
        if bit > 0:
            # Those with the bit clear move to the front, those with it set behind all of them, both in order.
            pointers = torch.addcmul(zeros, ones.sub_(zeros).add_(before[-1]), higher)
            moved = torch.addcmul(before[:-1], places - 2 * before[:-1] + before[-1], 1 - clear)
            slots = torch.empty_like(slots).scatter_(0, moved.long(), slots)
