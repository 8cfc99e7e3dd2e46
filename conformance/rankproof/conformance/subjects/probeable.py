"""A subject as probing sees it, so that what probes does not depend on what is probed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rankproof.conformance.cases.case import Case
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.binding import Binding
from rankproof.conformance.subjects.plan import Arrangement
from rankproof.conformance.subjects.subject import Call, Outcome


class Probeable(Protocol):
    """What was bound to which spec and how, and a call in any arrangement."""

    path: str
    target: Any
    spec: LossSpec
    settings: dict[str, Any]
    binding: Binding

    @property
    def offers_gradient(self) -> bool:
        """Whether it is certain, before any call, that a gradient can be asked for."""
        ...

    @property
    def untransformed(self) -> str:
        """Why the framework's transformations do not apply; empty where they do."""
        ...

    def settle(self, settings: Mapping[str, Any]) -> None:
        """Fix parameters, and pass on arguments, as if they had been given at first."""
        ...

    def attempt(self, case: Case, call: Call, arrangement: Arrangement) -> Outcome:
        """Run a case in a given arrangement."""
        ...
