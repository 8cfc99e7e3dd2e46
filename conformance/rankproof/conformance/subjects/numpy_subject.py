"""The adapter for numpy: a function of arrays, with its gradient returned beside the value or by a second function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects import snippets
from rankproof.conformance.subjects.adapter import Adapter, raised_at, unlifted
from rankproof.conformance.subjects.binding import Binding, bind
from rankproof.conformance.subjects.pending import Recorder
from rankproof.conformance.subjects.plan import Argument, Arrangement, Kind, Plan, make_plan
from rankproof.conformance.subjects.quiet import quiet, seeded
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.visible import kind_of

NO_GRADIENT = (
    "offers no gradient; return (value, {input: gradient}) or define a function of the same arguments, "
    "named with _gradient at the end, beside it"
)
NO_UPSTREAM = (
    "offers the gradient of the sum of its values alone, each of which depends on many scores; define the function "
    "that gives the gradient with a parameter named upstream, the gradient that reaches the values"
)


class NumpySubject(Adapter):
    """A loss written in numpy.

    ``target`` returns the value, or ``(value, {input: gradient})``. ``gradient_target`` takes the same
    arguments, and ``upstream`` if it wants the upstream gradient, and returns ``{input: gradient}``.
    Gradients that were worked out for an upstream gradient of one are multiplied by it here, except where each
    value depends on many scores: its gradients are a matrix then, and ``upstream`` has to be taken.
    """

    def __init__(
        self,
        name: str,
        target: Any,
        spec: LossSpec,
        device: str = "cpu",
        settings: Mapping[str, Any] | None = None,
        path: str | None = None,
        recorder: Recorder | None = None,
        gradient_target: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(name, target, spec, device, settings, path, recorder)
        self.gradient_target = gradient_target
        self._gradient_binding = gradient_target and self._bound_companion(gradient_target)

    def perform(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        plan = make_plan(self.spec, self.binding, case, call, arrangement)
        passed = {argument.name: as_passed(argument, plan) for argument in plan.arguments}
        before = {name: array.tobytes() for name, array in passed.items()}
        state = call.seed if call.global_seed is None else call.global_seed
        with quiet(), seeded(state), self.guarded(call, torch=False) as told:
            outcome = self._outcome(plan, case, call, arrangement, passed)
        modified = tuple(name for name, array in passed.items() if array.tobytes() != before[name])
        return replace(outcome, modified=modified, changes=tuple(told.changes), generators=told.generators)

    def settle(self, settings: Mapping[str, Any]) -> None:
        """Fix parameters in both functions."""
        super().settle(settings)
        self._gradient_binding = self.gradient_target and self._bound_companion(self.gradient_target)

    def snippet(self, case: Case, call: Call = Call()) -> str:
        companion = None
        if self._gradient_binding is not None:
            plan = make_plan(self.spec, self._gradient_binding, case, call, self._probed.arrangement)
            companion = snippets.Companion(f"{self.path}_gradient", plan, self._gradient_binding.upstream)
        gradient = call.gradient and "gradient" not in self.capabilities().missing
        return snippets.numpy_snippet(self.path, self.plan(case, call), companion, gradient=gradient)

    @property
    def offers_gradient(self) -> bool:
        """Whether a second function gives the gradient; one that comes beside the value shows in a call only."""
        return self._gradient_binding is not None and (not self.spec.coupled or self._gradient_binding.upstream)

    @property
    def untransformed(self) -> str:
        """numpy has no transformations."""
        return "is a numpy function, which no framework transforms or differentiates"

    def _outcome(
        self, plan: Plan, case: Case, call: Call, arrangement: Arrangement, passed: Mapping[str, Array]
    ) -> Outcome:
        try:
            returned = _called(self.callable_for(plan), plan, passed)
            self.after_call()
            output, beside = returned if _is_pair(returned) else (returned, None)
            value, dtype = _value_of(output)
        except BaseException as error:
            name, message = self.told(error)
            return Outcome(error=name, message=message, where=raised_at(error))
        gradient: dict[str, Array] = {}
        gradient_error = None
        if call.gradient and plan.differentiated:
            try:
                gradient = self._gradient(plan, case, call, arrangement, passed, beside)
            except _NoGradient as error:
                gradient_error = str(error)
            except BaseException as error:
                gradient_error = ": ".join(self.told(error)) + raised_at(error)
        return Outcome(value=unlifted(plan, value), gradient=gradient, dtype=dtype, gradient_error=gradient_error)

    def _gradient(
        self,
        plan: Plan,
        case: Case,
        call: Call,
        arrangement: Arrangement,
        passed: Mapping[str, Array],
        beside: Mapping[str, Any] | None,
    ) -> dict[str, Array]:
        upstream = plan.upstream
        if beside is None:
            if self.gradient_target is None or self._gradient_binding is None:
                raise _NoGradient(NO_GRADIENT)
            companion = make_plan(self.spec, self._gradient_binding, case, call, arrangement)
            extra = {"upstream": upstream} if self._gradient_binding.upstream else {}
            beside = _called(self.gradient_target, companion, passed, extra)
            upstream = None if extra else upstream
        if self.spec.coupled and not (self._gradient_binding and self._gradient_binding.upstream):
            raise _NoGradient(NO_UPSTREAM)
        if not isinstance(beside, Mapping):
            raise _NoGradient(f"the gradient is {kind_of(beside)}; expected a dict from input to array")
        absent = [name for name in plan.differentiated if name not in beside]
        if absent:
            raise _NoGradient(f"the gradient has {', '.join(beside) or 'no entry'}; expected also {', '.join(absent)}")
        arrays = {name: _scaled(beside[name], upstream) for name in plan.differentiated}
        return {name: array[0] for name, array in arrays.items()} if plan.lifted else arrays

    def _bound_companion(self, target: Callable[..., Any]) -> Binding:
        """The second function's signature, with those of the settings that it takes."""
        taken = inspect.signature(target).parameters
        settings = {name: value for name, value in self.settings.items() if name in taken}
        return bind(target, self.spec, settings, f"{self.name}_gradient")


class _NoGradient(Exception):
    """There is no gradient; the message says why."""


def as_passed(argument: Argument, plan: Plan) -> Array:
    """A copy of an argument in its element type; strided, every second element of a larger buffer; or expanded."""
    single = argument.kind is Kind.FLOAT and plan.dtype == "float32"
    element = {Kind.FLOAT: np.float32 if single else np.float64, Kind.INTEGER: np.int64, Kind.BOOLEAN: np.bool_}
    array: Array = np.array(argument.array, dtype=element[argument.kind], order="C")
    if plan.expanded:
        return expanded(array)
    if not plan.strided or array.ndim == 0:
        return array
    garbage = {Kind.FLOAT: np.nan, Kind.INTEGER: -(2**31), Kind.BOOLEAN: True}[argument.kind]
    buffer = np.full((*array.shape[:-1], 2 * array.shape[-1]), garbage, dtype=array.dtype)
    buffer[..., ::2] = array
    view: Array = buffer[..., ::2]
    return view


def expanded(array: Array) -> Array:
    """The same numbers with a stride of 0 along every axis along which they do not change; such a view is read-only."""
    for axis in range(array.ndim):
        first = np.broadcast_to(array[(slice(None),) * axis + (slice(1),)], array.shape) if array.size else array
        array = first if np.array_equal(array, first) else array
    return array


def _called(target: Any, plan: Plan, passed: Mapping[str, Array], extra: Mapping[str, Any] | None = None) -> Any:
    options = {**plan.options, **(extra or {})}
    if plan.generator:
        options["generator"] = np.random.default_rng(plan.seed)
    positional = [passed[argument.name] for argument in plan.positional]
    keyword = {name: passed[argument.name] for name, argument in plan.keyword.items()}
    return target(*positional, **keyword, **options)


def _is_pair(returned: Any) -> bool:
    return isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], Mapping)


def _value_of(output: Any) -> tuple[Array, str | None]:
    if isinstance(output, bool | np.bool_) or not isinstance(output, int | float | np.generic | np.ndarray):
        raise TypeError(f"returned {kind_of(output)}; expected a number, an array or (value, {{input: gradient}})")
    array = np.asarray(output)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"returned an array of {array.dtype}; expected real numbers")
    # np.float64 is a float too, and does have a dtype.
    return array.astype(np.float64), str(output.dtype) if isinstance(output, np.generic | np.ndarray) else None


def _scaled(gradient: Any, upstream: Array | None) -> Array:
    array = np.array(gradient, dtype=np.float64)
    if upstream is None:
        return array
    scaled: Array = array * np.reshape(upstream, upstream.shape + (1,) * (array.ndim - upstream.ndim))
    return scaled
