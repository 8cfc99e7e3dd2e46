"""Which variant of a loss computes it: the best for the tensor's device, or the one that is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from torch import Tensor

from rankproof.implementations.checks import check_choice

VARIANTS = ("loop", "vectorized", "custom_autograd", "cuda")
TRITON_INSTALLED = importlib.util.find_spec("triton") is not None


def default_variant(device_type: str) -> str:
    """The best variant on a kind of device: "cuda" on CUDA, "custom_autograd" on the CPU, "vectorized" elsewhere.

    CUDA without Triton is served by "custom_autograd" too.
    """
    if device_type == "cuda" and TRITON_INSTALLED:
        return "cuda"
    return "custom_autograd" if device_type in ("cpu", "cuda") else "vectorized"


def choose_variant(loss: str, scores: Any, variant: str | None) -> Callable[..., Tensor]:
    """The function that computes a loss; a module that is not loaded yet is imported.

    Args:
        loss: the name of the loss.
        scores: the tensor whose device decides when ``variant`` is None.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best.

    Returns:
        The function of that name.

    Raises:
        ImportError: "cuda" without Triton.
        ValueError: an unknown variant, or "cuda" for a tensor elsewhere when Triton does not interpret.
    """
    # What is no tensor has no device; the check of the arguments that every variant begins with refuses it.
    device_type = scores.device.type if isinstance(scores, Tensor) else "cpu"
    name = default_variant(device_type) if variant is None else variant
    check_choice("variant", name, VARIANTS)
    if name == "cuda":
        _check_triton(device_type)
    # torch.compile can trace the look-up of a loaded module, but not the loading.
    module = sys.modules.get(_module_name(name, loss)) or importlib.import_module(_module_name(name, loss))
    return getattr(module, loss)  # type: ignore[no-any-return]


def load_compilable(losses: Iterable[str]) -> None:
    """Load what torch.compile may have to trace; "cuda" waits until it is chosen, since it needs Triton."""
    for loss in losses:
        for variant in ("vectorized", "custom_autograd"):
            importlib.import_module(_module_name(variant, loss))


def _module_name(variant: str, loss: str) -> str:
    return f"rankproof.implementations.{variant}.{loss}"


def _check_triton(device_type: str) -> None:
    if not TRITON_INSTALLED:
        raise ImportError(
            "variant: got 'cuda', which needs Triton, and Triton is not installed; "
            "install it with pip install triton, or choose 'custom_autograd'"
        )
    if device_type != "cuda" and os.environ.get("TRITON_INTERPRET") != "1":
        raise ValueError(
            f"variant: got 'cuda' for a tensor on {device_type!r}, expected a CUDA tensor; move the tensor, choose "
            "'custom_autograd', or set TRITON_INTERPRET=1 before Python starts to interpret the kernels"
        )
