"""How the kernels of the ApproxMRR are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.approx_mrr_best import best_rank_backward, best_rank_forward
from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.launches.soft_ranks import soft_rank_launches


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    ranks = ("*sums", "*i32", "fp64", "i32", "i32")
    gradient = ("*sums", "*scores", "fp64", "i32", "i32")
    blocks = ({"ROWS": 1, "COLUMNS": 1024}, {"ROWS": 64, "COLUMNS": 16})
    return (
        *soft_rank_launches(),
        Launch(best_rank_forward, ("*scores", "*u8", None, *ranks), blocks[0]),
        Launch(best_rank_forward, ("*scores", "*u8", "*u8", *ranks), blocks[1]),
        Launch(best_rank_backward, ("*scores", "*i32", None, *gradient), blocks[0]),
        Launch(best_rank_backward, ("*scores", "*i32", "*u8", *gradient), blocks[1]),
    )
