"""Every kernel with the signatures it is launched with: what has to compile for each GPU and dtype of scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import triton.language as tl

from rankproof.implementations.cuda.approx_ndcg_tiles import approx_ndcg_backward, approx_ndcg_forward
from rankproof.implementations.cuda.margin_ranking import margin_ranking_backward, margin_ranking_forward
from rankproof.implementations.cuda.pairwise_hinge import scale_counts
from rankproof.implementations.cuda.pairwise_hinge_search import count_far, count_near, find_previous_lower
from rankproof.implementations.cuda.pairwise_hinge_tiles import hinge_of_all_pairs, hinge_of_hardest
from rankproof.implementations.cuda.warp_draw import draw_violators
from rankproof.implementations.cuda.warp_gradient import gradient_of_long_lists
from rankproof.implementations.cuda.warp_short import gradient_of_short_lists, search_short_lists
from rankproof.implementations.cuda.warp_tiles import list_positives
from rankproof.implementations.cuda.warp_walk import walk_order

LONG = {"SHORT": False, "ROWS": 32, "COLUMNS": 64}
SHORT = {"SHORT": True, "ROWS": 64, "COLUMNS": 16}


@dataclass(frozen=True)
class Launch:
    """One way to launch a kernel: the types of its arguments in their order, and its constants.

    A type may be ``*scores``, a pointer to the dtype of the scores, or ``*sums``, to the one they are summed in;
    a type of None stands for an argument that is None.
    """

    kernel: Any
    types: tuple[str | None, ...]
    constants: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the kernel."""
        return str(self.kernel.__name__)

    def signature(self, scores: str) -> dict[str, str]:
        """The type of each argument and constant, for scores of a dtype as Triton writes it: fp32, fp64, bf16."""
        written = {"*scores": f"*{scores}", "*sums": f"*{summed(scores)}", None: "constexpr"}
        types = [written.get(given) or str(given) for given in self.types]
        return dict(zip(self.kernel.arg_names, types, strict=False)) | dict.fromkeys(self.constants, "constexpr")

    def values(self, scores: str) -> dict[str, Any]:
        """The value of each constant and of each argument that is None."""
        missing = {name: None for name, given in zip(self.kernel.arg_names, self.types, strict=False) if given is None}
        accumulate = {"ACCUMULATE": tl.float64 if scores == "fp64" else tl.float32}
        needed = accumulate if "ACCUMULATE" in self.kernel.arg_names else {}
        return missing | self.constants | needed


def summed(scores: str) -> str:
    """The dtype in which scores of a dtype are summed."""
    return "fp64" if scores == "fp64" else "fp32"


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    return (*_margin_ranking(), *_pairwise_hinge(), *_approx_ndcg(), *_warp())


def _margin_ranking() -> tuple[Launch, ...]:
    return (
        Launch(margin_ranking_forward, ("*scores", "*scores", "*i64", "*sums", "*i8", "fp64", "i64"), {"BLOCK": 1024}),
        Launch(margin_ranking_forward, ("*scores", "*scores", "*i8", "*sums", "*i8", "fp64", "i32"), {"BLOCK": 1024}),
        Launch(margin_ranking_backward, ("*sums", "*i8", "*scores", "*scores", "i64"), {"SHARED": True, "BLOCK": 1024}),
        Launch(margin_ranking_backward, ("*sums", "*i8", None, "*scores", "i32"), {"SHARED": False, "BLOCK": 1024}),
    )


def _pairwise_hinge() -> tuple[Launch, ...]:
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


def _approx_ndcg() -> tuple[Launch, ...]:
    outputs = ("*sums", "*sums", "fp64", "fp64", "fp64", "i32", "i32")
    inputs = ("*sums", "*scores", "fp64", "i32", "i32")
    return (
        Launch(approx_ndcg_forward, ("*scores", "*sums", None, *outputs), {"HAS_CUTOFF": False, **LONG}),
        Launch(approx_ndcg_forward, ("*scores", "*sums", "*u8", *outputs), {"HAS_CUTOFF": True, **SHORT}),
        Launch(approx_ndcg_backward, ("*scores", "*sums", None, *inputs), LONG),
        Launch(approx_ndcg_backward, ("*scores", "*sums", "*u8", *inputs), SHORT),
    )


def _warp() -> tuple[Launch, ...]:
    tile = {"ROWS": 16, "COLUMNS": 64}
    found = ("*i32", "*i32", "*i32", "*sums", "*sums")
    numbers = ("fp64", "i32", "i32")
    choices = ("VIOLATION", "OTHERS", "COUNT_SKIPPED", "COUNT_NEGATIVES", "LOGARITHMIC")
    plain = dict(zip(choices, ("margin", False, False, False, False), strict=True)) | tile
    inclusive = dict(zip(choices, ("margin_inclusive", True, True, True, True), strict=True)) | tile
    misranking = dict(zip(choices, ("misranking", False, True, True, False), strict=True)) | tile
    lists, masked_lists = ("*scores", "*u8", None, *found), ("*scores", "*u8", "*u8", *found)
    short = ("*scores", "*u8", "*u8", "*i32", "*i32", "*sums", "*sums")
    ordered, drawn = ("*i64", "i32", None, None), (None, "i32", "*i64", "*fp64")
    replacing = {"REPLACEMENT": True, **inclusive, "ROWS": 64, "COLUMNS": 16}
    shared = {"REPLACEMENT": False, **misranking, "ROWS": 64, "COLUMNS": 16}
    order, draws = ("*i64", "i32", *numbers), ("*i64", "*fp64", *numbers)
    received = ("*sums", "*u8", "*i32", "*i32", "*i32", "*sums", "*scores", "i32")
    return (
        Launch(list_positives, ("*scores", "*u8", None, "*i32", "*i32", "*fp32", "i32"), {"BLOCK": 4096}),
        Launch(list_positives, ("*scores", "*u8", "*u8", "*i32", "*i32", "*fp32", "i32"), {"BLOCK": 4096}),
        Launch(walk_order, (*lists, *order), plain),
        Launch(walk_order, (*masked_lists, *order), inclusive),
        Launch(walk_order, (*masked_lists, *order), misranking),
        Launch(draw_violators, (*lists, *draws), {"REPLACEMENT": False, **plain}),
        Launch(draw_violators, (*masked_lists, *draws), {"REPLACEMENT": True, **inclusive}),
        Launch(draw_violators, (*masked_lists, *draws), {"REPLACEMENT": False, **misranking}),
        Launch(gradient_of_long_lists, received, {"OTHERS": False, **tile}),
        Launch(gradient_of_long_lists, received, {"OTHERS": True, **tile}),
        Launch(search_short_lists, (*short, *ordered, *numbers, "i32"), replacing),
        Launch(search_short_lists, (*short, *drawn, *numbers, "i32"), replacing),
        Launch(search_short_lists, (*short, *drawn, *numbers, "i32"), shared),
        Launch(
            gradient_of_short_lists, ("*sums", "*i32", "*sums", "*scores", "i32", "i32"), {"ROWS": 64, "COLUMNS": 16}
        ),
    )
