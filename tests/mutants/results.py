"""What became of the mutants, and the score that it comes to."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from scipy import stats

from tests.mutants.mutant import Mutant


class Fate(enum.StrEnum):
    """What became of a mutant."""

    KILLED = "killed"  # a clause diverges
    CHANGED = "changed"  # none diverges, but a verdict is another than usual: admissible, or not run
    STOPPED = "stopped"  # it ran into a limit, ended its process or could not be called at all
    SURVIVED = "survived"
    INERT = "inert"  # it survived, and detaches what never required a gradient: it changed nothing
    INCOMPETENT = "incompetent"  # it cannot be imported: no mutant, and no merit of the suite


_UNCOUNTED = (Fate.INERT, Fate.INCOMPETENT)


@dataclass(frozen=True)
class Result:
    """One judged mutant; ``proof`` is that of a mutant listed as equivalent."""

    mutant: Mutant
    fate: Fate
    by: str = ""  # the clause that killed it, or how it was stopped
    seconds: float = 0.0
    proof: str = ""

    @property
    def is_equivalent(self) -> bool:
        return self.fate is Fate.SURVIVED and bool(self.proof)

    @property
    def is_unlisted_survivor(self) -> bool:
        return self.fate is Fate.SURVIVED and not self.proof

    @property
    def is_stale(self) -> bool:
        """Whether it is listed as equivalent, and is not or need not be."""
        return bool(self.proof) and self.fate is not Fate.SURVIVED


@dataclass(frozen=True)
class Score:
    """Caught mutants out of those that are not equivalent, with the 95% interval of Wilson."""

    caught: int
    counted: int

    @property
    def value(self) -> float:
        return self.caught / self.counted if self.counted else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.counted:
            return 0.0, 1.0
        found = stats.binomtest(self.caught, self.counted).proportion_ci(0.95, method="wilson")
        return float(found.low), float(found.high)


def by_file(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The results of each file."""
    found: dict[str, list[Result]] = {}
    for each in results:
        found.setdefault(each.mutant.key.file, []).append(each)
    return found


def score(results: Iterable[Result]) -> Score:
    """The score of some results; those that are equivalent, inert or no mutants do not count."""
    counted = [each for each in results if each.fate not in _UNCOUNTED and not each.is_equivalent]
    return Score(sum(each.fate is not Fate.SURVIVED for each in counted), len(counted))
