"""What the adapters share: bind the signature once, probe once, then turn cases into outcomes."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.pending import Recorder
from rankproof.conformance.subjects.plan import Arrangement, Plan, make_plan
from rankproof.conformance.subjects.probing import Probed, probe
from rankproof.conformance.subjects.subject import Call, Capabilities, Outcome


class Adapter(abc.ABC):
    """A subject that is a Python callable.

    ``target`` is a function, a class (instantiated once per set of parameters) or a callable object;
    ``path`` is how a snippet imports it, "module:attribute" or "file.py:attribute". ``settings`` fix a
    parameter of the spec at a value, or are passed on to arguments that the spec does not know. With a
    ``recorder`` every case is noted while the subject works on it.
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
    ) -> None:
        self.name = name
        self.device = device
        self.target = target
        self.spec = spec
        self.settings = dict(settings or {})
        self.path = path or f"{getattr(target, '__module__', None)}:{getattr(target, '__qualname__', None)}"
        self.binding = bind(target, spec, self.settings, name)
        self.recorder = recorder
        self._instances: dict[str, Any] = {}

    def settle(self, settings: Mapping[str, Any]) -> None:
        """Fix parameters, and pass on arguments, as if they had been given at first."""
        self.settings = dict(settings)
        self.binding = bind(self.target, self.spec, self.settings, self.name)

    def capabilities(self) -> Capabilities:
        """What the subject can be asked; found by probing at the first call."""
        return self._probed.capabilities

    def run(self, case: Case, call: Call = Call()) -> Outcome:
        """Put a case to the subject; whatever the subject does short of ending the process is in the outcome."""
        return self.attempt(case, call, self._probed.arrangement)

    def plan(self, case: Case, call: Call = Call()) -> Plan:
        """The case in the subject's own terms."""
        return make_plan(self.spec, self.binding, case, call, self._probed.arrangement)

    def attempt(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        """Run a case in a given arrangement; ``run`` uses the one that probing found."""
        if self.recorder is None:
            return self.perform(case, call, arrangement)
        self.recorder.before(case, call)
        outcome = self.perform(case, call, arrangement)
        self.recorder.after()
        return outcome

    @abc.abstractmethod
    def perform(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        """What ``attempt`` runs, between noting the case and striking it out."""

    @abc.abstractmethod
    def snippet(self, case: Case, call: Call = Call()) -> str:
        """Python source that repeats the call and leaves ``value`` and ``gradient`` behind."""

    @property
    def offers_gradient(self) -> bool:
        """Whether it is certain, before any call, that a gradient can be asked for."""
        return True

    @property
    def untransformed(self) -> str:
        """Why the framework's transformations do not apply; empty where they do."""
        return ""

    @cached_property
    def _probed(self) -> Probed:
        return probe(self)

    def callable_for(self, plan: Plan) -> Any:
        """The function, or the instance of the class for the plan's parameters (made once for each)."""
        if plan.constructor is None:
            return self.target
        key = repr(sorted(plan.constructor.items()))
        if key not in self._instances:
            self._instances[key] = self.construct(plan.constructor)
        return self._instances[key]

    def construct(self, arguments: Mapping[str, Any]) -> Any:
        """A new instance of the class under test."""
        return self.target(**arguments)


def unlifted(plan: Plan, array: Array) -> Array:
    """An output without the leading axis that lifting added; other shapes are left for the checks to judge."""
    if plan.lifted and plan.unreduced and array.shape[:1] == (1,):
        first: Array = array[0]
        return first
    return array


def failure(error: BaseException) -> tuple[str, str]:
    """Type name and message of an exception, also of one whose message cannot be made."""
    try:
        return type(error).__name__, str(error)
    except Exception as broken:
        return type(error).__name__, f"(its message raises {type(broken).__name__})"
