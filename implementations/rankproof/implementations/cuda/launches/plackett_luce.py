"""How the kernels of the Plackett-Luce likelihood are launched."""

from __future__ import annotations

from rankproof.implementations.cuda.choices_scan import choices_backward, choices_forward
from rankproof.implementations.cuda.kernels import Launch

LONG_LISTS = {"ROWS": 1, "COLUMNS": 256}
SHORT_LISTS = {"ROWS": 16, "COLUMNS": 16}


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    outputs = ("*sums", "*sums", "*sums", "i32", "i32")
    inputs = ("*sums", "*sums", "*sums", "*scores", "i32", "i32")
    return (
        Launch(choices_forward, ("*scores", None, None, None, *outputs), LONG_LISTS),
        Launch(choices_forward, ("*scores", "*i64", "*u8", "*sums", *outputs), SHORT_LISTS),
        Launch(choices_backward, ("*scores", None, None, None, None, *inputs), LONG_LISTS),
        Launch(choices_backward, ("*scores", "*i64", "*u8", "*sums", "*sums", *inputs), SHORT_LISTS),
    )
