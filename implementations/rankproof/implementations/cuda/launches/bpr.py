"""How the kernels of the Bayesian personalized ranking loss are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.bpr import bpr_backward, bpr_forward
from rankproof.implementations.cuda.kernels import Launch


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    scores = ("*scores", "*scores")
    logarithm, chance = {"LOGARITHM": True, "BLOCK": 1024}, {"LOGARITHM": False, "BLOCK": 1024}
    return (
        Launch(bpr_forward, (*scores, "*sums", "i64"), logarithm),
        Launch(bpr_forward, (*scores, "*sums", "i32"), chance),
        Launch(bpr_backward, ("*sums", *scores, *scores, "i64"), {"SHARED": True, **logarithm}),
        Launch(bpr_backward, ("*sums", *scores, None, "*scores", "i32"), {"SHARED": False, **chance}),
    )
