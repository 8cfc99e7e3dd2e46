"""True runs of the sampling clause: subjects that draw, each run with other seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks import run_clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Call, Capabilities, Outcome, Subject
from rankproof.conformance.verdict.finding import Verdict

MINIATURE = Path(__file__).parents[1] / "conformance" / "data" / "miniature_warp.py"
WRONG = (
    "uniform_over_all_items",
    "repeats_items",
    "never_with_replacement",
    "one_trial_too_many",
    "cap_is_one_too_low",
)
RIGHT = ("vectorized", "custom_autograd")
SEEDS_OF_A_RUN = 1_000_000


@dataclass
class Reseeded:
    """A subject all of whose seeds are others."""

    subject: Any
    offset: int
    name: str = "reseeded"
    device: str = "cpu"

    def capabilities(self) -> Capabilities:
        return self.subject.capabilities()  # type: ignore[no-any-return]

    def run(self, case: Case, call: Call = Call()) -> Outcome:
        return self.subject.run(case, replace(call, seed=call.seed + self.offset))  # type: ignore[no-any-return]

    def snippet(self, case: Case, call: Call = Call()) -> str:
        return ""


def subjects() -> Iterator[tuple[str, bool, Subject]]:
    """Each subject with its name, and whether it is right."""
    warp = load_builtin("warp")
    for name in RIGHT:
        yield name, True, build_subject(f"rankproof.implementations.{name}.warp:warp", warp)
    for name in WRONG:
        yield name, False, build_subject(f"{MINIATURE}:{name}", warp)


def blamed_runs(subject: Subject, runs: int) -> int:
    """How many of so many runs of the clause blame the subject."""
    warp = load_builtin("warp")
    verdicts = []
    for number in range(1, runs + 1):
        (finding,) = run_clauses(warp, Reseeded(subject, number * SEEDS_OF_A_RUN), clauses=["sampling"])
        verdicts.append(finding.verdict)
    return sum(verdict is Verdict.DIVERGES for verdict in verdicts)
