"""Call every loss as for a GPU: arguments are bound, but nothing is compiled or run; not to be interpreted.

Lists of one item are among the calls, since Triton turns an argument of 1 into a constant. Prints the types of the
arguments of each launch as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
from triton import knobs
from triton.backends.compiler import GPUTarget
from triton.runtime import driver

from rankproof.implementations.cuda import pairwise_hinge
from rankproof.spec.arguments import losses
from tests.calls import implementation, labelled


class PretendedGPU:
    """As much of a driver as compiling asks for."""

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", 90, 32)

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int) -> int:
        return 0


bound: list[dict[str, Any]] = []


def note(*, fn: Any, compile: dict[str, Any], **rest: Any) -> bool:
    """Note how a launch is bound, in the place of compiling it: that every kernel compiles is another test."""
    types = {name: kind for name, kind in compile["signature"].items() if kind != "constexpr"}
    bound.append({"kernel": fn.jit_function.__name__, "types": types, "fused": compile["enable_fp_fusion"]})
    return True


def bind(kernel: Any, grid: tuple[int, ...], *arguments: Any, **options: Any) -> None:
    """Everything that launching does before the kernel is compiled."""
    if 0 not in grid:
        kernel.warmup(*arguments, grid=grid, enable_fp_fusion=False, **options)


def call_every_loss(items: int, dtype: torch.dtype) -> None:
    """One forward and backward of each loss, and of each algorithm of those that have several."""
    scores = torch.zeros(2, items, dtype=dtype, requires_grad=True)
    labels = torch.zeros(2, items, dtype=torch.int64)
    for loss in losses():
        implementation("cuda", loss)(**labelled(loss, scores, labels), validate=False).sum().backward()
    implementation("cuda", "approx_ndcg")(scores, labels, k=1).backward()
    implementation("cuda", "warp")(scores, labels, max_trials=1).backward()
    for negatives in ("all", "semi_hard"):
        for longest in (items, 0):
            pairwise_hinge.LONGEST_LIST_IN_TILES = longest
            pairwise_hinge.pairwise_hinge(scores, labels, negatives=negatives).backward()


def main() -> None:
    """Replace the launches of the losses."""
    driver.set_active(PretendedGPU())
    knobs.runtime.jit_cache_hook = note
    # What no kernel fills must not be read as an index.
    torch.empty = torch.zeros
    for loss in losses():
        implementation("cuda", loss)
    for name, module in list(sys.modules.items()):
        if name.startswith("rankproof.implementations.cuda.") and hasattr(module, "launch"):
            module.launch = bind
    for items in (1, 200):
        call_every_loss(items, torch.float32)
    json.dump(bound, sys.stdout)


if __name__ == "__main__":
    main()
