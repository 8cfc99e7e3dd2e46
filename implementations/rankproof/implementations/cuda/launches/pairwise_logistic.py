"""How the kernel of the pairwise logistic loss is launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.pairwise_logistic_tiles import pairwise_logistic_forward


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    outputs = ("*sums", "*sums", "*i32", "fp64", "i32", "i32")
    return (
        Launch(pairwise_logistic_forward, ("*scores", "*i64", None, *outputs), {"TIED": False, **LONG}),
        Launch(pairwise_logistic_forward, ("*scores", "*fp32", "*u8", *outputs), {"TIED": True, **SHORT}),
    )
