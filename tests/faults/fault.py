"""What a fault is, and the decorator that says of a wrong loss where it was seen and which clauses must catch it."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.faults.defects import DEFECTS, Defect

Loss = Callable[..., Any]
STEPS = "tests.faults.steps"


@dataclass(frozen=True)
class Fault:
    """A loss with one known defect.

    Every one of ``clauses`` must catch it, others may; a prefix of ids ("edge" for all edge cases) is
    fulfilled by any clause that it fits. ``defect`` is None for a defect outside the classes. A ``planted``
    fault was written once for all losses. ``dtype`` is the one that shows the fault, and ``right`` the loss
    that differs from it in the fault alone.
    """

    id: str
    loss: str
    what: str
    defect: Defect | None
    source: str
    clauses: frozenset[str]
    target: str
    right: str
    planted: bool = False
    dtype: str = "float64"

    def names(self, clause: str) -> bool:
        """Whether the fault claims that this clause catches it."""
        return any(clause == named or clause.startswith(f"{named}.") for named in self.clauses)


@dataclass(frozen=True)
class Sighting:
    """Where a fault was seen, and the clauses that must catch it."""

    defect: Defect | None
    source: str
    clauses: frozenset[str]
    right: str
    planted: bool
    dtype: str


def seen(
    defect: int | None,
    *clauses: str,
    source: str = "",
    right: str = STEPS,
    dtype: str = "float64",
    planted: bool = False,
) -> Callable[[Loss], Loss]:
    """Mark a wrong loss as a fault; ``source`` replaces that of the class of defect.

    ``right`` is the package whose loss is right where this one is wrong.
    """
    known = None if defect is None else DEFECTS[defect]
    sighting = Sighting(known, source or (known.source if known else ""), frozenset(clauses), right, planted, dtype)

    def mark(loss: Loss) -> Loss:
        loss.sighting = sighting  # type: ignore[attr-defined]
        return loss

    return mark


def named_after(loss: Loss, wrong: Callable[..., Any]) -> Loss:
    """Give a loss the name and the description of what is wrong with it."""
    loss.__name__ = loss.__qualname__ = wrong.__name__
    loss.__doc__, loss.__module__ = wrong.__doc__, wrong.__module__
    return loss


def step_replacer(build: Callable[[Any], Loss], steps: Any) -> Callable[..., Callable[[Callable[..., Any]], Loss]]:
    """The decorator ``instead_of(step)``: the loss in which the decorated function takes the place of that step."""

    def instead_of(step: str, **others: Callable[..., Any]) -> Callable[[Callable[..., Any]], Loss]:
        def replace(wrong: Callable[..., Any]) -> Loss:
            return named_after(build(dataclasses.replace(steps, **{step: wrong, **others})), wrong)

        return replace

    return instead_of


def faults_in(module: ModuleType) -> tuple[Fault, ...]:
    """The faults that a module holds, in the order in which it defines them."""
    loss = module.__name__.rpartition(".")[2]
    return tuple(
        Fault(
            id=f"{loss}.{name}",
            loss=loss,
            what=inspect.getdoc(value) or "",
            defect=value.sighting.defect,
            source=value.sighting.source,
            clauses=value.sighting.clauses,
            target=f"{module.__name__}:{name}",
            right=f"{value.sighting.right}.{loss}:{loss}",
            planted=value.sighting.planted,
            dtype=value.sighting.dtype,
        )
        for name, value in vars(module).items()
        if hasattr(value, "sighting")
    )
