"""The chances of items to be chosen, in proportion to the exponentials of their scores."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats


def chances_of(scores: Floats) -> tuple[Floats, Floats]:
    """The logarithm of the chance of each item among these, and the chance; of at least one item."""
    lead = scores - scores.max()
    powers = np.exp(lead)
    total = powers.sum()
    logarithms: Floats = lead - np.log(total)
    chances: Floats = powers / total
    return logarithms, chances
