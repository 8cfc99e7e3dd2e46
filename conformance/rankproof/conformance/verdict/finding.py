"""A finding: what one clause says about one subject, in a form that travels between processes."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "rankproof"  # the name under which a finding travels with a pytest report


class Verdict(enum.StrEnum):
    """The words of a report; only DIVERGES fails a run."""

    CONFORMING = "conforming"
    ADMISSIBLE = "admissible"  # another member of the gradient set, or another declared convention
    DIVERGES = "diverges"
    NOT_RUN = "not run"  # always with its reason, never counted as passed
    WAIVED = "waived"  # diverges, and a waiver says why that is accepted


class Level(enum.StrEnum):
    """The levels in the order in which they build on each other."""

    CORRECT = "correct"
    ROBUST = "robust"
    INTEGRATED = "integrated"
    FRUGAL = "frugal"


class Fault(enum.StrEnum):
    """Whose fault a divergence is."""

    SUBJECT = "subject"
    SPEC = "spec"
    ADAPTER = "adapter"
    HARNESS = "harness"


@dataclass(frozen=True)
class Counterexample:
    """The smallest failing case that was found, as text and JSON values only."""

    problem: str  # one sentence: "the value is 1.5 budgets away", "raised IndexError: ..."
    inputs: Mapping[str, Any]  # nested lists, in the order of the spec; "mask", parameters and reduction beside them
    parameters: Mapping[str, Any]
    reduction: str
    dtype: str
    got: Any
    expected: Any
    share: float | None  # of the error budget; None where no budget is involved
    snippet: str  # Python that, executed, fails in the same way
    mask: Any = None
    upstream: Any = None
    family: str = ""
    shapes: Mapping[str, Any] = field(default_factory=dict)  # of inputs without a number, which lists do not tell


@dataclass(frozen=True)
class Finding:
    """The verdict of one clause on one subject in one dtype on one device."""

    loss: str
    subject: str
    device: str
    dtype: str
    clause: str
    level: Level
    verdict: Verdict
    reason: str = ""  # why not run, what is admissible, the waiver's reason
    location: str = ""  # the YAML's line, or for a generic clause the section of the format's README beside it
    cases: int = 0  # judged numbers: a case may have several
    judged_cases: int = 0  # cases of which at least one number was judged
    not_judged: int = 0
    worst_share: float | None = None  # largest share of the budget among judged cases
    fault: Fault | None = None
    counterexample: Counterexample | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that ``to_json`` wrote."""
        fields = dict(data)
        fields["level"] = Level(fields["level"])
        fields["verdict"] = Verdict(fields["verdict"])
        fields["fault"] = Fault(fields["fault"]) if fields.get("fault") else None
        if fields.get("counterexample"):
            fields["counterexample"] = Counterexample(**fields["counterexample"])
        return cls(**fields)
