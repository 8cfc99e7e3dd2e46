"""The adapter for PyTorch: functions, ``nn.Module`` classes and instances, differentiated by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects import snippets
from rankproof.conformance.subjects.adapter import Adapter, raised_at, unlifted
from rankproof.conformance.subjects.pending import Recorder
from rankproof.conformance.subjects.plan import Arrangement, Plan, make_plan
from rankproof.conformance.subjects.quiet import quiet, seeded
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.subjects.torch_tensors import (
    as_passed,
    as_plain,
    contents,
    keyword_values,
    leaf,
    require_device,
    to_array,
    torch_device,
    torch_state,
)
from rankproof.conformance.subjects.torch_transforms import Surroundings, of_single_lists, shortened, way_of
from rankproof.conformance.subjects.torch_ways import Gradients, Loss, NoGradient, Tensors, Way
from rankproof.conformance.visible import kind_of

if TYPE_CHECKING:
    import torch


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
        self._compiled: dict[str, Loss] = {}

    def perform(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        plan = make_plan(self.spec, self.binding, case, call, arrangement)
        state = call.seed if call.global_seed is None else call.global_seed
        with quiet(), seeded(state), torch_state(state, self.device):
            leaves = {argument.name: leaf(argument, plan, self.device) for argument in plan.arguments}
            passed = {name: as_passed(tensor, plan.strided) for name, tensor in leaves.items()}
            before = {name: contents(tensor) for name, tensor in passed.items()}
            with self.guarded(call, torch=True) as told:
                outcome = self._outcome(lambda: self._way(plan, case, call, arrangement), call, plan, leaves, passed)
            modified = tuple(name for name, tensor in passed.items() if contents(tensor) != before[name])
        return replace(outcome, modified=modified, changes=tuple(told.changes), generators=told.generators)

    def _told_in_short(self, error: BaseException) -> tuple[str, str]:
        name, message = self.told(error)
        return name, shortened(message)

    def snippet(self, case: Case, call: Call = Call()) -> str:
        plan = self.plan(case, call)
        return snippets.torch_snippet(
            self.path,
            self.device,
            plan,
            gradient=call.gradient,
            transform=call.transform,
            batches_of_one=self._probed.arrangement.lifted and of_single_lists(plan, self.spec),
            notes=case.notes,
        )

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

    def _way(self, plan: Plan, case: Case, call: Call, arrangement: Arrangement) -> Way:
        """How the loss, as a function of the plan's tensors, is called and differentiated."""
        target, values = self.callable_for(plan), keyword_values(plan, self.device)
        count, names = len(plan.positional), tuple(plan.keyword)

        def loss(*tensors: torch.Tensor) -> Any:
            return target(*tensors[:count], **dict(zip(names, tensors[count:], strict=True)), **values)

        direction = {name: self._tensor(np.array(x), case.dtype) for name, x in case.notes.get("direction", {}).items()}
        around = Surroundings(self.spec, self.device, arrangement.lifted, direction, self._compiled)
        return way_of(call.transform, loss, plan, around)

    def _outcome(
        self, find_way: Callable[[], Way], call: Call, plan: Plan, leaves: Tensors, passed: Tensors
    ) -> Outcome:
        scores = {name: leaves[name] for name in plan.differentiated}
        tell = self.told if call.transform is None else self._told_in_short
        try:
            way = find_way()
            returned = way.output(passed, scores)
            self.after_call()
            output = as_plain(returned)
            value, dtype = _value_of(output)
        except BaseException as error:
            name, message = tell(error)
            return Outcome(error=name, message=message, where=raised_at(error))
        gradient: dict[str, Array] = {}
        gradient_error = None
        if call.gradient and scores:
            try:
                gradient = _arrays(plan, way.gradient(passed, scores, output), scores)
            except NoGradient as error:
                gradient_error = str(error)
            except BaseException as error:
                gradient_error = ": ".join(tell(error)) + raised_at(error)
        return Outcome(value=unlifted(plan, value), gradient=gradient, dtype=dtype, gradient_error=gradient_error)


def _value_of(output: Any) -> tuple[Array, str | None]:
    import torch

    if isinstance(output, torch.Tensor) and not output.is_complex():
        return to_array(output), str(output.dtype).removeprefix("torch.")
    if isinstance(output, int | float | np.floating | np.integer | np.ndarray):
        return np.array(output, dtype=np.float64), None
    kind = "a complex tensor" if isinstance(output, torch.Tensor) else kind_of(output)
    raise TypeError(f"returned {kind}; expected one real tensor, the loss")


def _arrays(plan: Plan, gradients: Gradients, leaves: Tensors) -> dict[str, Array]:
    """Gradients as arrays, 0 where there is none, without the axis that lifting added."""
    arrays = {
        name: np.zeros(tuple(leaves[name].shape)) if gradient is None else to_array(gradient)
        for name, gradient in gradients.items()
    }
    return {name: array[0] for name, array in arrays.items()} if plan.lifted else arrays
