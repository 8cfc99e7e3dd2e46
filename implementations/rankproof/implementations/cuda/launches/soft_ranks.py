"""How the kernels of soft ranks are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.soft_rank_tiles import soft_rank_backward, soft_rank_forward


def soft_rank_launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    ranks = ("*sums", "fp64", "i32", "i32")
    gradient = ("*scores", "fp64", "i32", "i32")
    return (
        Launch(soft_rank_forward, ("*scores", None, *ranks), {"FIRST": 1, **LONG}),
        Launch(soft_rank_forward, ("*scores", "*u8", *ranks), {"FIRST": 0, **SHORT}),
        Launch(soft_rank_backward, ("*scores", "*sums", None, None, *gradient), LONG),
        Launch(soft_rank_backward, ("*scores", "*sums", "*u8", None, *gradient), SHORT),
    )
