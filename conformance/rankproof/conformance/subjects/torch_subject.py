"""The adapter for PyTorch: functions, ``nn.Module`` classes and instances, differentiated by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects import snippets
from rankproof.conformance.subjects.adapter import Adapter, failure, unlifted
from rankproof.conformance.subjects.pending import Recorder
from rankproof.conformance.subjects.plan import Arrangement, Plan, make_plan
from rankproof.conformance.subjects.quiet import quiet, seeded
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.subjects.torch_tensors import (
    as_passed,
    contents,
    cotangent,
    keyword_values,
    leaf,
    require_device,
    to_array,
    torch_device,
    torch_state,
)

if TYPE_CHECKING:
    import torch

DETACHED = "the result has no graph (detached): its requires_grad is False although {names} require a gradient"
NOT_A_TENSOR = "returned a Python {kind}; expected a tensor, so that it can be differentiated"


@dataclass(frozen=True, eq=False)
class BoundCall:
    """A case as a function of its differentiated inputs alone: what vmap, compile or gradgradcheck are given."""

    leaves: Mapping[str, torch.Tensor]
    function: Callable[..., torch.Tensor]  # of the leaves, in that order
    upstream: torch.Tensor | None


class TorchSubject(Adapter):
    """A loss written in PyTorch."""

    def __init__(
        self,
        name: str,
        target: Any,
        spec: LossSpec,
        device: str = "cpu",
        settings: Mapping[str, Any] | None = None,
        path: str | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        require_device(device)
        super().__init__(name, target, spec, device, settings, path, recorder)

    def perform(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        plan = make_plan(self.spec, self.binding, case, call, arrangement)
        state = call.seed if call.global_seed is None else call.global_seed
        with quiet(), seeded(state), torch_state(state, self.device):
            leaves = {argument.name: leaf(argument, plan, self.device) for argument in plan.arguments}
            passed = {name: as_passed(tensor, plan.strided) for name, tensor in leaves.items()}
            before = {name: contents(tensor) for name, tensor in passed.items()}
            outcome = self._outcome(plan, call, leaves, passed)
            modified = tuple(name for name, tensor in passed.items() if contents(tensor) != before[name])
        return Outcome(**{**vars(outcome), "modified": modified})

    def snippet(self, case: Case, call: Call = Call()) -> str:
        return snippets.torch_snippet(self.path, self.device, self.plan(case, call), gradient=call.gradient)

    def bound(self, case: Case, call: Call = Call()) -> BoundCall:
        """The case as a function of its score tensors; nothing is captured, restored or copied in it."""
        plan = self.plan(case, call)
        tensors = {argument.name: leaf(argument, plan, self.device) for argument in plan.arguments}
        single = {name: tensors[name].detach()[0] if plan.lifted else tensors[name] for name in plan.differentiated}
        leaves = {name: tensor.requires_grad_() for name, tensor in single.items()}
        target, values = self.callable_for(plan), keyword_values(plan, self.device)

        def function(*scores: torch.Tensor) -> torch.Tensor:
            lifted = [score[None] if plan.lifted else score for score in scores]
            given = {**tensors, **dict(zip(leaves, lifted, strict=True))}
            positional = [given[argument.name] for argument in plan.positional]
            keyword = {name: given[argument.name] for name, argument in plan.keyword.items()}
            output: torch.Tensor = target(*positional, **keyword, **values)
            return output[0] if plan.lifted and plan.unreduced else output

        upstream = case.upstream
        return BoundCall(leaves, function, None if upstream is None else self._tensor(upstream, case.dtype))

    def construct(self, arguments: Mapping[str, Any]) -> Any:
        instance = self.target(**arguments)
        move = getattr(instance, "to", None)
        return move(torch_device(self.device)) if callable(move) else instance

    def _tensor(self, array: Array, dtype: str) -> torch.Tensor:
        import torch

        return torch.from_numpy(np.array(array)).to(device=torch_device(self.device), dtype=getattr(torch, dtype))

    def _outcome(
        self, plan: Plan, call: Call, leaves: Mapping[str, torch.Tensor], passed: Mapping[str, torch.Tensor]
    ) -> Outcome:
        try:
            output = self._called(plan, passed)
            value, dtype = _value_of(output)
        except (Exception, SystemExit) as error:
            name, message = failure(error)
            return Outcome(error=name, message=message)
        gradient: dict[str, Array] = {}
        gradient_error = None
        if call.gradient and plan.differentiated:
            try:
                gradient = _differentiated(plan, output, {name: leaves[name] for name in plan.differentiated})
            except _NoGradient as error:
                gradient_error = str(error)
            except (Exception, SystemExit) as error:
                gradient_error = ": ".join(failure(error))
        return Outcome(value=unlifted(plan, value), gradient=gradient, dtype=dtype, gradient_error=gradient_error)

    def _called(self, plan: Plan, passed: Mapping[str, torch.Tensor]) -> Any:
        positional = [passed[argument.name] for argument in plan.positional]
        keyword = {name: passed[argument.name] for name, argument in plan.keyword.items()}
        return self.callable_for(plan)(*positional, **keyword, **keyword_values(plan, self.device))


class _NoGradient(Exception):
    """The output cannot be differentiated; the message says why."""


def _value_of(output: Any) -> tuple[Array, str | None]:
    import torch

    if isinstance(output, torch.Tensor) and not output.is_complex():
        return to_array(output), str(output.dtype).removeprefix("torch.")
    if isinstance(output, int | float | np.floating | np.integer | np.ndarray):
        return np.array(output, dtype=np.float64), None
    kind = "complex tensor" if isinstance(output, torch.Tensor) else type(output).__name__
    raise TypeError(f"returned a {kind}; expected one real tensor, the loss")


def _differentiated(plan: Plan, output: Any, leaves: Mapping[str, torch.Tensor]) -> dict[str, Array]:
    import torch

    if not isinstance(output, torch.Tensor):
        raise _NoGradient(NOT_A_TENSOR.format(kind=type(output).__name__))
    if not output.requires_grad:
        raise _NoGradient(DETACHED.format(names=", ".join(leaves)))
    upstream = cotangent(plan, output)
    gradients = torch.autograd.grad(output, list(leaves.values()), grad_outputs=upstream, allow_unused=True)
    arrays = {
        name: np.zeros(tuple(tensor.shape)) if gradient is None else to_array(gradient)
        for (name, tensor), gradient in zip(leaves.items(), gradients, strict=True)
    }
    return {name: array[0] for name, array in arrays.items()} if plan.lifted else arrays
