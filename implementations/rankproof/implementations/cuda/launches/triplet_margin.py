"""How the kernels of the triplet margin loss are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.triplet_margin_rows import triplet_margin_backward, triplet_margin_forward

KINDS = ("manhattan", "euclidean", "p_norm", "squared", "cosine")


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    vectors, numbers = ("*scores", "*scores", "*scores"), ("fp64", "fp64", "i64", "i32")
    outputs = ("*sums", "*sums", "*sums", "*i8", "fp64", *numbers)
    all_three = ("*sums", "*sums", "*i8", "*sums", "*scores", "*scores", "*scores", *numbers)
    negative_alone = ("*sums", "*sums", None, "*sums", None, None, "*scores", *numbers)
    blocks = {"ROWS": 4, "COLUMNS": 512}
    forward = [
        Launch(triplet_margin_forward, (*vectors, *outputs), {"KIND": kind, "SWAP": kind != "squared", **blocks})
        for kind in KINDS
    ]
    backward = [
        Launch(triplet_margin_backward, (*vectors, *all_three), {"KIND": kind, "ROWS": 64, "COLUMNS": 32})
        for kind in KINDS
    ]
    alone = Launch(triplet_margin_backward, (*vectors, *negative_alone), {"KIND": "cosine", **blocks})
    return (*forward, *backward, alone)
