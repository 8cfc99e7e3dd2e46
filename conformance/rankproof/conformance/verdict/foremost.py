"""Which divergences are shown in full where there are many: one wrong sign breaks a clause after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rankproof.conformance.verdict.diff import problem, without_numbers
from rankproof.conformance.verdict.finding import Finding, Level


def foremost(diverging: Sequence[Finding], count: int) -> list[Finding]:
    """The ``count`` that tell most: each another problem where there are so many, of the lowest level, the smallest.

    What is wrong with the numbers explains what is wrong with the memory, and a short input is read sooner.
    """
    order = list(Level)
    simplest = sorted(diverging, key=lambda finding: (order.index(finding.level), _size(finding)))
    first: dict[str, Finding] = {}
    for finding in simplest:
        first.setdefault(without_numbers(problem(finding)), finding)
    return _with_others(first.values(), simplest)[:count]


def _with_others(first: Iterable[Finding], others: Iterable[Finding]) -> list[Finding]:
    chosen = list(first)
    return chosen + [finding for finding in others if not any(finding is each for each in chosen)]


def _size(finding: Finding) -> int:
    """How many numbers the smallest failing call has."""
    shown = finding.counterexample
    return 0 if shown is None else _numbers(shown.inputs)


def _numbers(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_numbers, value.values()))
    return sum(map(_numbers, value)) if isinstance(value, list | tuple) else 1
