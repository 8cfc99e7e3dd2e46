"""How the kernels of the soft rank are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.launches.soft_ranks import soft_rank_launches


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    return soft_rank_launches()
