"""How the kernels of the margin ranking loss are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.margin_ranking import margin_ranking_backward, margin_ranking_forward


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    return (
        Launch(margin_ranking_forward, ("*scores", "*scores", "*i64", "*sums", "*i8", "fp64", "i64"), {"BLOCK": 1024}),
        Launch(margin_ranking_forward, ("*scores", "*scores", "*i8", "*sums", "*i8", "fp64", "i32"), {"BLOCK": 1024}),
        Launch(margin_ranking_backward, ("*sums", "*i8", "*scores", "*scores", "i64"), {"SHARED": True, "BLOCK": 1024}),
        Launch(margin_ranking_backward, ("*sums", "*i8", None, "*scores", "i32"), {"SHARED": False, "BLOCK": 1024}),
    )
