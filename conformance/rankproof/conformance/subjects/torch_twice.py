"""A torch loss differentiated twice: by its scores again, and by the upstream gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rankproof.conformance.subjects.torch_ways import Gradients, Tensors, Way, by_autograd, cotangent_of

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Twice(Way):
    """The gradient is that of the gradient's product with a direction, under a constant upstream gradient.

    A penalty on the gradient of the mean loss is differentiated so. Where the gradient has no graph, the
    penalty's derivative is 0, and nothing tells the caller.
    """

    direction: Tensors

    def gradient(self, tensors: Tensors, leaves: Tensors, output: Any) -> Gradients:
        along = self.along(output, leaves, cotangent_of(self.plan, output, leaves))
        return _collected(along, leaves)

    def along(self, output: torch.Tensor, leaves: Tensors, upstream: torch.Tensor) -> torch.Tensor:
        """The gradient's product with the direction, with its graph."""
        total = output.new_zeros(())
        for name, gradient in zip(leaves, by_autograd(output, leaves, upstream, again=True), strict=True):
            if gradient is not None and name in self.direction:
                total = total + (gradient * self.direction[name].view_as(gradient)).sum()
        return total


@dataclass(frozen=True)
class ByUpstream(Twice):
    """The value is the derivative of the gradient's product with a direction by the upstream gradient.

    A loss that is squared, or weighted by what the scores decide, is differentiated twice through that too.
    """

    def output(self, tensors: Tensors, leaves: Tensors) -> Any:
        output = super().output(tensors, leaves)
        upstream = cotangent_of(self.plan, output, leaves).requires_grad_()
        slope = _collected(self.along(output, leaves, upstream), {"upstream": upstream})["upstream"]
        return upstream.detach() * 0 if slope is None else slope

    def gradient(self, tensors: Tensors, leaves: Tensors, output: Any) -> Gradients:
        return {}


def _collected(along: torch.Tensor, leaves: Tensors) -> Gradients:
    """What ``backward`` leaves in the leaves; it reaches errors that a search for their gradients passes by."""
    if not along.requires_grad:
        return dict.fromkeys(leaves)
    along.backward()  # type: ignore[no-untyped-call]
    return {name: leaf.grad for name, leaf in leaves.items()}
