"""How the kernels of ListNet are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch
from rankproof.implementations.cuda.list_net_blocks import list_net_backward, list_net_forward

LONG_LISTS = {"ROWS": 2, "COLUMNS": 1024}
SHORT_LISTS = {"ROWS": 128, "COLUMNS": 16}
SOFTMAX = {"EXPONENTIAL": True, "NORMALIZED": True}
SHARES = {"EXPONENTIAL": False, "NORMALIZED": True}
LABELS = {"EXPONENTIAL": False, "NORMALIZED": False}


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    forward = ("*sums", "*sums", "fp64", "i32", "i32")
    backward = ("*sums", "*sums", "*scores", "fp64", "i32", "i32")
    return (
        Launch(list_net_forward, ("*scores", "*scores", None, *forward), SOFTMAX | LONG_LISTS),
        Launch(list_net_forward, ("*scores", "*i64", "*u8", *forward), SHARES | SHORT_LISTS),
        Launch(list_net_forward, ("*scores", "*u8", "*u8", *forward), LABELS | LONG_LISTS),
        Launch(list_net_backward, ("*scores", "*scores", None, *backward), SOFTMAX | LONG_LISTS),
        Launch(list_net_backward, ("*scores", "*i64", "*u8", *backward), SHARES | SHORT_LISTS),
        Launch(list_net_backward, ("*scores", "*u8", "*u8", *backward), LABELS | LONG_LISTS),
    )
