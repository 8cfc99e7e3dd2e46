"""A torch loss called or differentiated through one of torch's transformations."""

from __future__ import annotations

import contextlib
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.plan import Plan
from rankproof.conformance.subjects.subject import Transform
from rankproof.conformance.subjects.torch_tensors import cotangent, torch_device
from rankproof.conformance.subjects.torch_twice import ByUpstream, Twice
from rankproof.conformance.subjects.torch_ways import Gradients, Loss, Tensors, Way

LONGEST = 300  # characters of the first line of a message


class Unavailable(Exception):
    """The installed torch cannot transform anything in this way; the message says why."""


@dataclass(frozen=True)
class Surroundings:
    """What the choice of a way depends on, beside the transformation, the loss and its plan."""

    spec: LossSpec
    device: str
    lifted: bool  # the subject takes batches only
    direction: Tensors
    compiled: MutableMapping[str, Loss]  # what was compiled before


def way_of(transform: Transform | None, loss: Loss, plan: Plan, around: Surroundings) -> Way:
    """How the loss is called and differentiated under a transformation."""
    match transform:
        case Transform.VMAP:
            return Mapped(loss, plan, around.lifted and of_single_lists(plan, around.spec))
        case Transform.GRAD:
            return ByFunction(loss, plan)
        case Transform.COMPILE | Transform.COMPILED:
            return Compiled(loss, plan, around.compiled, transform is Transform.COMPILE)
        case Transform.AUTOCAST | Transform.DEVICE:
            return Within(loss, plan, transform, around.device)
        case Transform.TWICE:
            return Twice(loss, plan, around.direction)
        case Transform.BY_UPSTREAM:
            return ByUpstream(loss, plan, around.direction)
    return Way(loss, plan)


def of_single_lists(plan: Plan, spec: LossSpec) -> bool:
    """Whether the inputs have one batch axis, so that vmap over it gives the loss a list without any."""
    first = next(argument for argument in plan.arguments if argument.name in spec.inputs)
    return first.array.ndim == len(spec.inputs[first.name].axes) + 1


@dataclass(frozen=True)
class Mapped(Way):
    """Called by vmap over the first axis, each list alone; ``lifted`` makes each of them a batch of one."""

    lifted: bool

    def output(self, tensors: Tensors, leaves: Tensors) -> Any:
        import torch

        def one(*rows: torch.Tensor) -> Any:
            if not self.lifted:
                return self.loss(*rows)
            output = self.loss(*(row[None] for row in rows))
            return output[0] if self.plan.unreduced else output

        return torch.func.vmap(one, randomness="different")(*tensors.values())


@dataclass(frozen=True)
class ByFunction(Way):
    """Differentiated by torch.func.grad, with tensors none of which requires a gradient."""

    def gradient(self, tensors: Tensors, leaves: Tensors, output: Any) -> Gradients:
        import torch

        plain = {name: tensor.detach() for name, tensor in tensors.items()}

        def total(*scores: torch.Tensor) -> torch.Tensor:
            found = self.loss(*{**plain, **dict(zip(leaves, scores, strict=True))}.values())
            product: torch.Tensor = found * cotangent(self.plan, found)
            return product.sum()

        gradients = torch.func.grad(total, argnums=tuple(range(len(leaves))))(*(plain[name] for name in leaves))
        return dict(zip(leaves, gradients, strict=True))


@dataclass(frozen=True)
class Compiled(Way):
    """Called as torch.compile makes it: whole, and for any size."""

    known: MutableMapping[str, Loss]
    anew: bool  # whether it may be compiled now

    def output(self, tensors: Tensors, leaves: Tensors) -> Any:
        import torch

        kinds = [(argument.name, argument.kind, argument.array.ndim) for argument in self.plan.arguments]
        key = repr((self.plan.constructor, self.plan.options, self.plan.dtype, kinds))
        if key not in self.known:
            self.known[key] = compiled(self.loss)
        with contextlib.nullcontext() if self.anew else torch.compiler.set_stance("fail_on_recompile"):
            return self.known[key](*tensors.values())


def compiled(loss: Loss) -> Loss:
    """The loss as it will be compiled at its first call.

    Raises:
        Unavailable: torch does not compile under this Python.
    """
    import torch

    def function(*tensors: torch.Tensor) -> Any:
        return loss(*tensors)

    # torch keeps what it compiled with the code object, which all functions made here would share.
    function.__code__ = function.__code__.replace()
    try:
        made: Loss = torch.compile(function, fullgraph=True, dynamic=True, backend="aot_eager")
    except RuntimeError as error:
        raise Unavailable(str(error)) from error
    return made


@dataclass(frozen=True)
class Within(Way):
    """Called within automatic mixed precision, or within a default device on which there is no data.

    Mixed precision is left before differentiating, as training loops do; a default device is not.
    """

    transform: Transform
    device: str

    def output(self, tensors: Tensors, leaves: Tensors) -> Any:
        with self._context():
            return super().output(tensors, leaves)

    def gradient(self, tensors: Tensors, leaves: Tensors, output: Any) -> Gradients:
        with self._context() if self.transform is Transform.DEVICE else contextlib.nullcontext():
            return super().gradient(tensors, leaves, output)

    def _context(self) -> contextlib.AbstractContextManager[Any]:
        import torch

        if self.transform is Transform.DEVICE:
            return torch.device("meta")
        return torch.autocast(torch_device(self.device).partition(":")[0], dtype=torch.bfloat16)


def shortened(message: str) -> str:
    """The first line of what torch says, with the last line of the loss's source that it points to."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    first = lines[0] if lines else ""
    places = [number for number, line in enumerate(lines) if line.startswith('File "') and number + 1 < len(lines)]
    where = f" ({lines[places[-1]]}: {lines[places[-1] + 1]})" if places else ""
    return f"{first[:LONGEST]}{where}"
