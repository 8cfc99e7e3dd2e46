"""How the kernels of the WARP are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.warp_draw import draw_violators
from rankproof.implementations.cuda.warp_gradient import gradient_of_long_lists
from rankproof.implementations.cuda.warp_short import gradient_of_short_lists, search_short_lists
from rankproof.implementations.cuda.warp_tiles import list_positives
from rankproof.implementations.cuda.warp_walk import walk_order


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
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
