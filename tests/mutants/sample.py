"""A seeded sample of mutants, of every file its share."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def stratified(strata: Sequence[Sequence[Item]], count: int, seed: int) -> list[Item]:
    """About ``count`` items: of each stratum its share, rounded up, in an order that mixes the strata."""
    total = sum(map(len, strata))
    chance = random.Random(seed)
    chosen: list[Item] = []
    for stratum in strata:
        share = math.ceil(len(stratum) * min(1.0, count / total))
        chosen += chance.sample(list(stratum), share)
    chance.shuffle(chosen)
    return chosen
