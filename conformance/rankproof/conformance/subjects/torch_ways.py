"""How a torch loss is called and differentiated: the usual way, from which the transformations depart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rankproof.conformance.subjects.plan import Plan
from rankproof.conformance.subjects.torch_tensors import cotangent

if TYPE_CHECKING:
    import torch

Loss = Callable[..., Any]  # of a plan's tensors, in their order
Tensors = Mapping[str, "torch.Tensor"]
Gradients = Mapping[str, "torch.Tensor | None"]

DETACHED = "the result has no graph (detached): its requires_grad is False although {names} require a gradient"
NOT_A_TENSOR = "returned a Python {kind}; expected a tensor, so that it can be differentiated"


class NoGradient(Exception):
    """The output cannot be differentiated; the message says why."""


@dataclass(frozen=True)
class Way:
    """The usual way: a call, and autograd's gradient of what it returns."""

    loss: Loss
    plan: Plan

    def output(self, tensors: Tensors, leaves: Tensors) -> Any:
        """The value; ``tensors`` are what the loss is given, made of the ``leaves`` that require a gradient."""
        return self.loss(*tensors.values())

    def gradient(self, tensors: Tensors, leaves: Tensors, output: Any) -> Gradients:
        """The gradient of the output by each of the leaves."""
        upstream = cotangent_of(self.plan, output, leaves)
        return dict(zip(leaves, by_autograd(output, leaves, upstream), strict=True))


def cotangent_of(plan: Plan, output: Any, leaves: Tensors) -> torch.Tensor:
    """The upstream gradient of an output; raises NoGradient where that cannot be differentiated."""
    import torch

    if not isinstance(output, torch.Tensor):
        raise NoGradient(NOT_A_TENSOR.format(kind=type(output).__name__))
    if not output.requires_grad:
        raise NoGradient(DETACHED.format(names=", ".join(leaves)))
    return cotangent(plan, output)


def by_autograd(
    output: torch.Tensor, leaves: Tensors, upstream: torch.Tensor, *, again: bool = False
) -> tuple[torch.Tensor | None, ...]:
    """Autograd's gradients; ``again`` keeps what it takes to differentiate them in their turn."""
    import torch

    inputs = list(leaves.values())
    return torch.autograd.grad(output, inputs, upstream, create_graph=again, allow_unused=True)
