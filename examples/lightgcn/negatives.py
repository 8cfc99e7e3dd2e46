"""From lists to pairs: which negative stands against a positive, for losses of one positive and one negative."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from examples.lightgcn.candidates import CandidateLists


class Pairs(NamedTuple):
    """One pair for each positive of each list that has a negative; three indices [pairs]."""

    row: Tensor  # the list
    positive: Tensor  # positions in the list
    negative: Tensor


ChooseNegatives = Callable[[CandidateLists, Tensor, torch.Generator], Pairs]


def sampled(lists: CandidateLists, scores: Tensor, generator: torch.Generator) -> Pairs:
    """Against each positive one of its list's negatives, every one as likely."""
    row, positive = _positives(lists)
    drawn = torch.multinomial(lists.negative[row].float(), 1, generator=generator).squeeze(-1)
    return Pairs(row, positive, drawn)


def mined(lists: CandidateLists, scores: Tensor, generator: torch.Generator) -> Pairs:
    """Against each positive the negative of its list that scores highest: hard negatives are mined.

    They are mined among the drawn candidates, not among all items: the highest of all are the held-out items that a
    good model ranks first, and would be pushed down.
    """
    row, positive = _positives(lists)
    return Pairs(row, positive, scores.masked_fill(~lists.negative, -torch.inf).argmax(dim=-1)[row])


def _positives(lists: CandidateLists) -> tuple[Tensor, Tensor]:
    row, position = (lists.positive & lists.negative.any(dim=-1, keepdim=True)).nonzero(as_tuple=True)
    return row, position
