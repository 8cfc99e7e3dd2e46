"""How the kernels of the soft rank are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.smooth_count_tiles import smooth_counts_backward, smooth_counts_forward


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    numbers = ("fp64", "i32", "i32")
    return (
        Launch(smooth_counts_forward, ("*scores", None, "*sums", *numbers), LONG),
        Launch(smooth_counts_forward, ("*scores", "*u8", "*sums", *numbers), SHORT),
        Launch(smooth_counts_backward, ("*scores", "*sums", None, "*scores", *numbers), LONG),
        Launch(smooth_counts_backward, ("*scores", "*sums", "*u8", "*scores", *numbers), SHORT),
    )
