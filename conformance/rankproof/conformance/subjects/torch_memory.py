"""Peak memory of a call on a CUDA device, as torch's allocator counts it."""

from __future__ import annotations

from collections.abc import Callable


def cuda_peak_bytes(call: Callable[[], object], device: str) -> int:
    """The most that was allocated during the call, above what was allocated before."""
    import torch

    torch.cuda.synchronize(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    call()
    torch.cuda.synchronize(device)
    return int(torch.cuda.max_memory_allocated(device)) - before
