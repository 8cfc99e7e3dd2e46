"""How the kernel of LambdaLoss is launched."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import LONG, SHORT, Launch
from rankproof.implementations.cuda.lambda_loss_tiles import lambda_loss_pairs


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel, and one of each branch that its constants choose."""
    inputs, outputs = ("*sums", "*sums", "*i32"), ("*sums", "*sums", "fp64", "fp64", "i32", "i32", "i32")
    return (
        Launch(lambda_loss_pairs, (*inputs, None, None, *outputs), {"FIRST_ITEM": True, **LONG}),
        Launch(lambda_loss_pairs, (*inputs, "*sums", None, *outputs), {"FIRST_ITEM": False, **SHORT}),
        Launch(lambda_loss_pairs, (*inputs, None, "*sums", *outputs), {"FIRST_ITEM": False, **LONG}),
        Launch(lambda_loss_pairs, (*inputs, "*sums", "*sums", *outputs), {"FIRST_ITEM": False, **SHORT}),
    )
