"""Which verdicts changed between two runs, and whether each change is for the worse.

Worse is a divergence that was not there before, and a clause that ran and no longer runs: what is not asked any more
may have broken unseen. Better is a verdict that became conforming or admissible and was neither.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rankproof.conformance.verdict.document import Document, DocumentError
from rankproof.conformance.verdict.exit_codes import ExitCode
from rankproof.conformance.verdict.finding import Finding, Verdict
from rankproof.conformance.verdict.tally import abbreviated
from rankproof.conformance.verdict.waivers import is_stale_waiver

RIGHT = (Verdict.CONFORMING, Verdict.ADMISSIBLE)
ASTRAY = (Verdict.DIVERGES, Verdict.WAIVED)  # a problem is told with these
ABSENT = "absent"  # stands for the verdict where a run has no finding on the clause
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)


class Kind(enum.StrEnum):
    """What a change means, the most urgent first."""

    WORSE = "worse"
    BETTER = "better"
    OTHERWISE = "otherwise"  # another verdict or problem, neither better nor worse
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """What two runs say of one clause on one subject in one dtype on one device; None where a run says nothing."""

    kind: Kind
    before: Finding | None
    after: Finding | None

    @property
    def about(self) -> Finding:
        """The finding that names loss, subject, device, dtype and clause."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def transition(self) -> str:
        """``conforming -> diverges``."""
        return " -> ".join(ABSENT if it is None else it.verdict.value for it in (self.before, self.after))


@dataclass(frozen=True)
class Comparison:
    """All changes from one run to another, and what else differs between them."""

    old: Document
    new: Document
    changes: tuple[Change, ...]
    unchanged: int
    paired: tuple[str, str] | None = None  # two subjects that are compared although their names differ

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of a kind, in the order of the runs."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def exit_code(self) -> ExitCode:
        """1 where something got worse."""
        return ExitCode.DIVERGES if self.of(Kind.WORSE) else ExitCode.CONFORMS


def compare(old: Document, new: Document) -> Comparison:
    """What changed from one run to another, clause by clause.

    Two runs of one subject each are compared whatever the subjects are called, if the loss is the same: one variant
    against another. Raises DocumentError where the runs have otherwise no subject in common.
    """
    subjects = _subjects(old), _subjects(new)
    apart = all(subjects) and not set(subjects[0]) & set(subjects[1])
    if apart and (max(map(len, subjects)) > 1 or subjects[0][0].loss != subjects[1][0].loss):
        told = [
            f"{document.source or 'one'} has {abbreviated(tuple(map(str, each)), 4)}"
            for document, each in zip((old, new), subjects, strict=True)
        ]
        raise DocumentError(f"the runs have no subject in common, so nothing can be compared: {'; '.join(told)}")
    before, after = _by_place(old, named=not apart), _by_place(new, named=not apart)
    places = dict.fromkeys((*before, *after))
    pairs = [(before.get(place), after.get(place)) for place in places]
    kinds = [(kind_of(*pair), *pair) for pair in pairs]
    changes = tuple(Change(kind, *pair) for kind, *pair in kinds if kind is not None)
    paired = (str(subjects[0][0]), str(subjects[1][0])) if apart else None
    return Comparison(old, new, changes, len(pairs) - len(changes), paired)


class _Subject(NamedTuple):
    loss: str
    subject: str
    device: str

    def __str__(self) -> str:
        return f"{self.loss} {self.subject} ({self.device})"


def _subjects(document: Document) -> list[_Subject]:
    return list(dict.fromkeys(_Subject(it.loss, it.subject, it.device) for it in document.findings))


def _by_place(document: Document, *, named: bool) -> Mapping[tuple[str, ...], Finding]:
    """The findings by what they are about; of a document of one subject also without its name."""
    return {(*((it.loss, it.subject, it.device) if named else ()), it.dtype, it.clause): it for it in document.findings}


def kind_of(before: Finding | None, after: Finding | None) -> Kind | None:
    """What a change means; None where nothing changed."""
    if before is None or after is None:
        return _one_sided(before, after)
    if before.verdict is after.verdict:
        told_anew = after.verdict in ASTRAY and without_numbers(problem(before)) != without_numbers(problem(after))
        return Kind.OTHERWISE if told_anew else None
    if Verdict.NOT_RUN is after.verdict or Verdict.DIVERGES is after.verdict:
        return Kind.WORSE
    return Kind.BETTER if after.verdict in RIGHT and before.verdict not in RIGHT else Kind.OTHERWISE


def _one_sided(before: Finding | None, after: Finding | None) -> Kind:
    if after is not None:
        return Kind.WORSE if after.verdict is Verdict.DIVERGES else Kind.NEW
    assert before is not None
    if is_stale_waiver(before):
        return Kind.BETTER
    return Kind.GONE if before.verdict is Verdict.NOT_RUN else Kind.WORSE


def problem(finding: Finding | None) -> str:
    """What a finding reports as wrong, or as the reason of its verdict."""
    if finding is None:
        return ""
    return finding.counterexample.problem if finding.counterexample else finding.reason


def without_numbers(text: str) -> str:
    """A problem's text without its numbers, in which platforms and seeds differ."""
    return _NUMBER.sub("#", text)


def settings_changed(comparison: Comparison) -> Iterator[tuple[str, object, object]]:
    """Each fact of the environment in which the runs differ, with both values; None where a run does not tell it."""
    old = {"rankproof": comparison.old.rankproof, **comparison.old.environment}
    new = {"rankproof": comparison.new.rankproof, **comparison.new.environment}
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)
