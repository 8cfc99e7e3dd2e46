"""Faults that are written once and planted in every loss that they fit, by a rule."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.faults.fault import STEPS, Loss, named_after, seen
from tests.faults.judging import spec_of


@dataclass(frozen=True)
class Fit:
    """What a loss must have for a fault to be planted in it: arguments that it takes, and some that it does not."""

    needs: tuple[str, ...] = ()  # all of them
    one_of: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    right: str = STEPS  # the package of the right loss to plant in
    of_sums: bool = False  # shows in the gradient of a sum, which that of coupled values may not have

    def holds(self, loss: Loss) -> bool:
        """Whether the fault fits this loss."""
        takes = inspect.signature(loss).parameters
        if self.of_sums and spec_of(loss.__name__).coupled:
            return False
        if self.one_of and takes.keys().isdisjoint(self.one_of):
            return False
        return takes.keys() >= set(self.needs) and takes.keys().isdisjoint(self.unless)


def everywhere(
    defect: int | None,
    *clauses: str,
    source: str = "",
    dtype: str = "float64",
    needs: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
    right: str = STEPS,
    of_sums: bool = False,
) -> Callable[[Callable[..., Any]], Callable[[Loss], Loss]]:
    """Turn ``wrong(loss, arguments)`` into a fault of every right loss that takes the arguments that the fault needs.

    ``arguments`` maps every parameter of the loss to what the call gave, defaults included.
    """

    def decorate(wrong: Callable[[Loss, dict[str, Any]], Any]) -> Callable[[Loss], Loss]:
        def plant(loss: Loss) -> Loss:
            signature = inspect.signature(loss)

            @functools.wraps(loss)
            def faulty(*args: Any, **kwargs: Any) -> Any:
                bound = signature.bind(*args, **kwargs)
                bound.apply_defaults()
                return wrong(loss, dict(bound.arguments))

            marked = seen(defect, *clauses, source=source, right=right, dtype=dtype, planted=True)
            return marked(named_after(faulty, wrong))

        plant.fit = Fit(needs, one_of, unless, right, of_sums)  # type: ignore[attr-defined]
        return named_after(plant, wrong)

    return decorate


def for_each(
    parameters: Callable[[Loss], Iterable[str]], defect: int | None, *clauses: str, source: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn ``wrong(loss, arguments, name)`` into one fault for each of the parameters of every right loss."""

    def decorate(wrong: Callable[[Loss, dict[str, Any], str], Any]) -> Callable[..., Any]:
        def of(name: str) -> Callable[[Loss, dict[str, Any]], Any]:
            def wrong_in(loss: Loss, arguments: dict[str, Any]) -> Any:
                return wrong(loss, arguments, name)

            wrong_in.__name__ = wrong.__name__.replace("parameter", name, 1)
            wrong_in.__doc__ = str(wrong.__doc__).replace("The parameter", f"``{name}``", 1)
            wrong_in.__module__ = wrong.__module__
            return wrong_in

        def plant(loss: Loss) -> dict[str, Loss]:
            each = [everywhere(defect, *clauses, source=source)(of(name))(loss) for name in parameters(loss)]
            return {fault.__name__: fault for fault in each}

        plant.fit, plant.several = Fit(), True  # type: ignore[attr-defined]
        return named_after(plant, wrong)

    return decorate


def in_every(
    step: str,
    defect: int | None,
    *clauses: str,
    source: str = "",
    dtype: str = "float64",
    needs: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
    **others: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Plant the decorated step in the place of ``step`` in every loss that has a step of this name."""

    def decorate(wrong: Callable[..., Any]) -> Callable[..., Any]:
        sighting = {"source": source, "dtype": dtype, "planted": True}
        wrong.planted_as = (step, others, seen(defect, *clauses, **sighting))  # type: ignore[attr-defined]
        wrong.fit = Fit(needs, unless=unless)  # type: ignore[attr-defined]
        return wrong

    return decorate


def planted_in(steps: ModuleType, *generic: ModuleType) -> Mapping[str, Loss]:
    """The faults of modules of generic ones that fit the loss that a module of steps makes."""
    loss = steps.__name__.rpartition(".")[2]
    return {name: fault for module in generic for name, fault in _planted(steps, loss, module)}


def _planted(steps: ModuleType, loss: str, generic: ModuleType) -> Iterator[tuple[str, Loss]]:
    for name, wrong in vars(generic).items():
        if not hasattr(wrong, "fit") or wrong.__module__ != generic.__name__:
            continue
        right = getattr(importlib.import_module(f"{wrong.fit.right}.{loss}"), loss)
        if not wrong.fit.holds(right):
            continue
        if hasattr(wrong, "several"):
            yield from wrong(right).items()
            continue
        if not hasattr(wrong, "planted_as"):
            yield name, wrong(right)
            continue
        step, others, mark = wrong.planted_as
        if hasattr(steps.Steps(), step):
            yield name, mark(steps.instead_of(step, **others)(wrong))
