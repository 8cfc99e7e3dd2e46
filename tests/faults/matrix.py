"""The kill matrix: which clause catches which fault, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.fault import Fault
from tests.faults.guards import Guard
from tests.faults.judging import Row


@dataclass(frozen=True)
class Matrix:
    """What every clause says of every fault.

    ``rows`` and ``right`` hold, for each id of a fault, what was said of the fault and of the right loss that differs
    from it in the fault alone; ``clauses`` are the ids of the clauses of each loss. Where clauses were left out, no
    fault is said to survive, and where anything was left out, no clause to be idle.
    """

    faults: Sequence[Fault]
    rows: Mapping[str, Row]
    right: Mapping[str, Row]
    clauses: Mapping[str, Sequence[str]]
    guards: Sequence[Guard] = ()
    every_fault: bool = True
    every_clause: bool = True

    def catchers(self, fault: Fault) -> tuple[str, ...]:
        """The clauses that catch a fault, in the order of the report."""
        return tuple(clause for clause in self.clauses[fault.loss] if clause in self.rows[fault.id].caught)

    def catches(self, loss: str, clause: str) -> int:
        """How many faults of a loss a clause catches."""
        return sum(fault.loss == loss and clause in self.rows[fault.id].caught for fault in self.faults)

    def idle(self) -> list[tuple[str, str]]:
        """Loss and clause wherever a clause catches no fault of its loss."""
        return [
            (loss, clause) for loss, ids in self.clauses.items() for clause in ids if not self.catches(loss, clause)
        ]

    def problems(self) -> list[str]:
        """One sentence for everything that must not be; empty where the suite can be trusted."""
        found = dict.fromkeys(problem for row in self.right.values() for problem in _of_right(row))
        found |= dict.fromkeys(problem for fault in self.faults for problem in self._of_fault(fault))
        found |= dict.fromkeys(self._of_clauses() if self.every_fault and self.every_clause else ())
        return list(found)

    def _of_fault(self, fault: Fault) -> Iterator[str]:
        row = self.rows[fault.id]
        if not row.caught:
            if row.crashed:
                yield f"{fault.id} is caught by nothing but a crash of the harness: {_told(row.crashed)}"
            elif self.every_clause:
                yield f"{fault.id} survives: no clause catches it ({fault.what})"
            return
        if row.crashed:
            yield f"{fault.id} crashes the harness: {_told(row.crashed)}"
        for name in unfulfilled(fault, row, self.clauses[fault.loss]):
            yield f"{fault.id} is not caught by {name}, which must catch it; it is caught by {_some(row.caught)}"
        if self.every_clause and not row.passed:
            yield f"{fault.id} passes no clause at all: it is broken, not a loss with one thing wrong"

    def _of_clauses(self) -> Iterator[str]:
        guarded = {(loss, clause): guard for guard in self.guards for loss, clause in self._guarded(guard)}
        idle = set(self.idle())
        for loss, clause in sorted(idle - set(guarded)):
            yield f"{clause} of {loss} catches no fault: add a fault that it alone can catch, or guards.py says why"
        for loss, clause in sorted(set(guarded) - idle):
            count = self.catches(loss, clause)
            yield f"{clause} of {loss} is no guard any more: faults that it catches: {count}; strike it from guards.py"
        for guard in self.guards:
            if not self._guarded(guard):
                yield f"there is no clause {guard.clause} of {guard.loss}, which is listed as a guard"

    def _guarded(self, guard: Guard) -> list[tuple[str, str]]:
        losses = self.clauses if guard.loss == "*" else [guard.loss]
        return [(loss, guard.clause) for loss in losses if guard.clause in self.clauses.get(loss, ())]


def _of_right(row: Row) -> Iterator[str]:
    for clause, reason in {**row.caught, **row.crashed}.items():
        yield f"{row.id} is right, and is blamed by {clause}: {reason}"


def unfulfilled(fault: Fault, row: Row, existing: Sequence[str]) -> list[str]:
    """The clauses that a fault names and that don't catch it.

    "edge" is fulfilled by any clause whose id starts with ``edge.``. A fault that is planted in every loss may name
    clauses that not every loss has: those that were not run are passed over.
    """
    found = []
    for name in sorted(fault.clauses):
        meant = [clause for clause in existing if clause == name or clause.startswith(f"{name}.")]
        if meant and not any(clause in row.caught for clause in meant):
            found.append(name)
    return found


def _some(clauses: Iterable[str], most: int = 6) -> str:
    ids = list(clauses)
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")


def _told(crashes: Mapping[str, str]) -> str:
    return "; ".join(f"{clause}: {text}" for clause, text in crashes.items())
