"""What the adapters share: bind the signature once, probe once, then turn cases into outcomes."""

from __future__ import annotations

import abc
import os
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.global_state import Change, Watched
from rankproof.conformance.subjects.guard import guarded
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
        self.changes: dict[str, Change] = {}  # what any call so far has changed of the state that all code shares
        self.after_call: Callable[[], None] = lambda: None  # to be called before the harness looks at a result
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
        if self.recorder is not None:
            self.recorder.before(case, call)
        outcome = self.perform(case, call, arrangement)
        if self.recorder is not None:
            self.recorder.after()
        return outcome

    @contextmanager
    def guarded(self, call: Call, *, torch: bool) -> Iterator[Watched]:
        """Around what the subject does: notes what that changes of the state that all code shares, and puts it back."""
        with guarded(torch=torch, every=call.watched, contained=self.recorder is not None) as told:
            self.after_call = told.put_back
            yield told
        if call.transform is None:  # a compiler sets variables and hooks of its own
            self.changes.update((change.name, change) for change in told.changes)

    def told(self, error: BaseException) -> tuple[str, str]:
        """Type name and message of what the subject raised; a user's interrupt is none of the subject's."""
        if isinstance(error, KeyboardInterrupt) and self.recorder is None:
            raise error
        return failure(error)

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


MOST_MESSAGE = 2000  # characters


def failure(error: BaseException) -> tuple[str, str]:
    """Type name and message of an exception, also of one whose message cannot be made."""
    name = type(error).__name__
    try:
        message = str(error)
    except BaseException as broken:
        return name, f"(its message raises {type(broken).__name__})"
    return name, message if len(message) <= MOST_MESSAGE else f"{message[:MOST_MESSAGE]}... ({len(message)} characters)"


def raised_at(error: BaseException) -> str:
    """`` in my_loss.py, line 12 (forward)``: the innermost frame that is not installed code and not the harness's."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename)]
    for frame in reversed(frames):
        path = os.path.relpath(frame.filename) if frame.filename.startswith(_here()) else frame.filename
        return f" in {path}, line {frame.lineno} ({frame.name})"
    return ""


def _is_own(file: str) -> bool:
    paths = sysconfig.get_paths()
    others = (paths["stdlib"], paths["purelib"], paths["platlib"], str(Path(__file__).parents[1]), "<")
    return not file.startswith(others)


def _here() -> str:
    try:
        return os.path.join(os.getcwd(), "")
    except OSError:  # the directory was removed
        return "/nowhere"
