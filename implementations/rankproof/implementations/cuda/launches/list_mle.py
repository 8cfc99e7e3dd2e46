"""How the kernels of ListMLE are launched: as those of the Plackett-Luce likelihood."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.launches import plackett_luce


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    return plackett_luce.launches()
