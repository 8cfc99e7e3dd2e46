"""Arrays to tensors and back, and the state of torch that a call must leave as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rankproof.conformance.cases.case import Array
from rankproof.conformance.subjects.plan import Argument, Kind, Plan
from rankproof.conformance.subjects.subject import SubjectError

if TYPE_CHECKING:
    import torch


def torch_device(device: str) -> str:
    """The device that tensors live on: interpreted kernels run on CPU tensors."""
    return "cpu" if device == "interpreter" else device


def require_device(device: str) -> None:
    """Raise SubjectError for a device that there is not."""
    import torch

    if device not in ("cpu", "interpreter") and not device.startswith("cuda"):
        raise SubjectError(f'device "{device}": expected cpu, interpreter, cuda or cuda:<index>')
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise SubjectError(f'device "{device}": torch sees no GPU here; use device "cpu" or "interpreter"')


def element_type(kind: Kind, dtype: str) -> torch.dtype:
    """The torch dtype of an argument in a case of ``dtype``."""
    import torch

    names = {Kind.FLOAT: dtype, Kind.INTEGER: "int64", Kind.BOOLEAN: "bool"}
    return getattr(torch, names[kind])  # type: ignore[no-any-return]


def leaf(argument: Argument, plan: Plan, device: str) -> torch.Tensor:
    """A tensor of an argument, requiring a gradient where one is asked for; contiguous if it is not to be expanded."""
    import torch

    array = np.array(argument.array, order="C")  # a copy: nothing that the subject does reaches the case
    tensor = torch.from_numpy(array).to(device=torch_device(device), dtype=element_type(argument.kind, plan.dtype))
    return (expanded(tensor) if plan.expanded else tensor).requires_grad_(argument.differentiated)


def expanded(tensor: torch.Tensor) -> torch.Tensor:
    """The same numbers with a stride of 0 along every axis along which they do not change."""
    for axis, size in enumerate(tensor.shape):
        first = tensor.narrow(axis, 0, min(size, 1)).expand(tensor.shape) if tensor.numel() else tensor
        tensor = first if bool((tensor == first).all()) else tensor
    return tensor


def as_passed(tensor: torch.Tensor, strided: bool) -> torch.Tensor:
    """What the subject gets: never a leaf, as from a model; strided, every second element of a larger buffer.

    Of a tensor with a stride of 0 a view, since a copy would have another.

    The other elements of the buffer are NaN, or for integers and booleans the wrong label.
    """
    import torch

    if 0 in tensor.stride():
        return tensor.view_as(tensor)
    if not strided or tensor.dim() == 0:
        return tensor.clone() if tensor.requires_grad else tensor
    garbage = torch.nan if tensor.is_floating_point() else tensor.dtype == torch.bool or -(2**31)
    buffer = tensor.new_full((*tensor.shape[:-1], 2 * tensor.shape[-1]), garbage)
    buffer[..., ::2] = tensor
    return buffer[..., ::2]


def contents(tensor: torch.Tensor) -> bytes:
    """The bits of a tensor, so that a NaN equals itself."""
    import torch

    # A tensor of at most one element counts as contiguous whatever its stride; only a copy can be viewed as bytes.
    copy = torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.detach().reshape(-1))
    return bytes(copy.view(torch.uint8).numpy().tobytes())


MOST_NUMBERS = 2**24  # of a result: an expanded tensor may claim more than the memory holds


def as_plain(output: Any) -> Any:
    """A tensor without the methods of a subclass of the subject's; anything else as it is.

    Raises TypeError for a tensor of more numbers than any loss of a case has.
    """
    import torch

    if isinstance(output, torch.Tensor) and type(output) is not torch.Tensor:
        with torch._C.DisableTorchFunctionSubclass():
            output = torch.Tensor.as_subclass(output, torch.Tensor)
    if isinstance(output, torch.Tensor) and torch.Tensor.numel(output) > MOST_NUMBERS:
        raise TypeError(f"returned a tensor of shape {list(output.shape)}; expected the loss, or one for each unit")
    return output


def to_array(tensor: torch.Tensor) -> Array:
    """A float64 copy on the CPU."""
    import torch

    return np.array(tensor.detach().to(device="cpu", dtype=torch.float64).numpy())


def cotangent(plan: Plan, output: torch.Tensor) -> torch.Tensor:
    """The upstream gradient of a case; ones where it states none."""
    import torch

    if plan.upstream is None:
        return torch.ones_like(output)
    # from_numpy, unlike as_tensor, heeds no default device.
    return torch.from_numpy(np.array(plan.upstream)).to(device=output.device, dtype=output.dtype)


@contextlib.contextmanager
def torch_state(seed: int, device: str) -> Iterator[None]:
    """Seed torch; random state, default dtype and device and grad mode are put back afterwards."""
    import torch

    accelerator = torch.cuda if torch_device(device).startswith("cuda") else None
    state, default_dtype = torch.get_rng_state(), torch.get_default_dtype()
    default_device = torch.get_default_device()
    accelerator_state = accelerator.get_rng_state(device) if accelerator else None
    torch.default_generator.manual_seed(seed)  # torch.manual_seed asks every backend, at 100 times the cost
    if accelerator:
        accelerator.manual_seed_all(seed)
    try:
        with torch.enable_grad():
            yield
    finally:
        torch.set_rng_state(state)
        torch.set_default_dtype(default_dtype)
        if torch.get_default_device() != default_device:
            torch.set_default_device(default_device)
        if accelerator and accelerator_state is not None:
            accelerator.set_rng_state(accelerator_state, device)


def keyword_values(plan: Plan, device: str) -> Mapping[str, Any]:
    """Parameters by name, and a seeded generator where the subject takes one."""
    import torch

    options = dict(plan.options)
    if plan.generator:
        options["generator"] = torch.Generator(device=torch_device(device)).manual_seed(plan.seed)
    return options
