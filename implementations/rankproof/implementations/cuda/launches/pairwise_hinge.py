"""How the kernels of the pairwise hinge loss are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.pairwise_hinge import scale_counts
from rankproof.implementations.cuda.pairwise_hinge_search import count_far, count_near, find_previous_lower
from rankproof.implementations.cuda.pairwise_hinge_tiles import hinge_of_all_pairs, hinge_of_hardest


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    outputs = ("*sums", "*i32", "*i32", "fp64", "i32", "i32")
    ranges = ("*sums", "*sums", "*i32", "*i32", "*i32", "*i32", "fp64", "i32", "i32")
    return (
        Launch(hinge_of_all_pairs, ("*scores", "*i64", None, *outputs), LONG),
        Launch(hinge_of_all_pairs, ("*scores", "*fp32", "*u8", *outputs), SHORT),
        Launch(hinge_of_hardest, ("*scores", "*i64", None, *outputs), {"SEMI_HARD": False, **LONG}),
        Launch(hinge_of_hardest, ("*scores", "*fp32", "*u8", *outputs), {"SEMI_HARD": True, **SHORT}),
        Launch(scale_counts, ("*sums", "*i32", "*scores", "i64", "i32"), {"BLOCK": 1024}),
        Launch(count_near, ranges, {"SIZE": 128, "BLOCK": 256}),
        Launch(count_far, (*ranges, "i32"), {"BLOCK": 256}),
        Launch(find_previous_lower, ("*fp32", "*i64", "i32", "i32"), {"BLOCK": 256}),
        Launch(find_previous_lower, ("*u8", "*i64", "i32", "i32"), {"BLOCK": 256}),
    )
