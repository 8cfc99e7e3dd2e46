"""How the kernels of the ApproxNDCG are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.approx_ndcg_tiles import approx_ndcg_forward
from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.soft_rank_tiles import soft_rank_backward


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    outputs = ("*sums", "*sums", "fp64", "fp64", "fp64", "i32", "i32")
    inputs = ("*sums", "*scores", "fp64", "i32", "i32")
    return (
        Launch(approx_ndcg_forward, ("*scores", "*sums", None, *outputs), {"HAS_CUTOFF": False, **LONG}),
        Launch(approx_ndcg_forward, ("*scores", "*sums", "*u8", *outputs), {"HAS_CUTOFF": True, **SHORT}),
        Launch(soft_rank_backward, ("*scores", "*sums", None, *inputs), LONG),
        Launch(soft_rank_backward, ("*scores", "*sums", "*u8", *inputs), SHORT),
    )
