"""Findings counted: one row per loss, subject, device and dtype, and reasons with all that they hold for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rankproof.conformance.verdict.finding import Finding, Level, Verdict

DTYPES = ("float64", "float32", "float16", "bfloat16")
FOREMOST = ("value", "gradient")  # a verdict without them is no verdict on the numbers
DEVICES = ("cpu", "interpreter", "cuda")


@dataclass(frozen=True)
class Scope:
    """What was asked of a subject; by default everything."""

    level: Level = Level.FRUGAL  # and all below it
    clauses: tuple[str, ...] = ()  # patterns; empty for all clauses of these levels

    @property
    def where(self) -> str:
        """How far a verdict reaches: ``at level correct``."""
        if self.clauses:
            return f" in the clauses asked ({', '.join(self.clauses)})"
        if not self._left_out:
            return ""
        word = "at" if self.level is Level.CORRECT else "up to"
        return f" {word} level {self.level} ({', '.join(self._left_out)} {_was(self._left_out)} not asked)"

    @property
    def _left_out(self) -> tuple[Level, ...]:
        levels = tuple(Level)
        return levels[levels.index(self.level) + 1 :]


EVERYTHING = Scope()


def _was(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"


@dataclass(frozen=True)
class Row:
    """What is known of one variant of one loss on one device in one dtype."""

    loss: str
    subject: str
    device: str
    dtype: str
    clauses: dict[Verdict, int]  # how many clauses got each verdict
    cases: int  # judged
    not_judged: int
    worst_share: float | None

    @property
    def verdict(self) -> Verdict:
        """The row in one word: the worst that was found, and not run only where nothing was run."""
        for verdict in (Verdict.DIVERGES, Verdict.WAIVED, Verdict.ADMISSIBLE, Verdict.CONFORMING):
            if self.clauses[verdict]:
                return verdict
        return Verdict.NOT_RUN


@dataclass(frozen=True)
class Group:
    """One reason, and everything that it was given for."""

    reason: str
    clauses: tuple[str, ...]
    subjects: tuple[str, ...]  # "margin_ranking reference (cpu)"
    count: int


def rows(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """One row per loss, subject, device and dtype; losses by name, subjects as they were given."""
    members: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        members.setdefault((finding.loss, finding.subject, finding.device, finding.dtype), []).append(finding)
    subjects = list(dict.fromkeys(subject for _, subject, _, _ in members))

    def order(key: tuple[str, str, str, str]) -> tuple[object, ...]:
        loss, subject, device, dtype = key
        return loss, _place(device, DEVICES), device, subjects.index(subject), _place(dtype, DTYPES), dtype

    return tuple(_row(key, members[key]) for key in sorted(members, key=order))


def _row(key: tuple[str, str, str, str], findings: Sequence[Finding]) -> Row:
    shares = [finding.worst_share for finding in findings if finding.worst_share is not None]
    return Row(
        *key,
        clauses={verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict},
        cases=sum(finding.cases for finding in findings),
        not_judged=sum(finding.not_judged for finding in findings),
        worst_share=max(shares, default=None),
    )


def _place(name: str, known: Sequence[str]) -> int:
    return known.index(name) if name in known else len(known)


def groups(findings: Iterable[Finding], verdict: Verdict) -> tuple[Group, ...]:
    """The reasons given with a verdict, the most frequent first."""
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict is verdict:
            members.setdefault(finding.reason or "no reason given", []).append(finding)
    return tuple(
        Group(
            reason=reason,
            clauses=tuple(dict.fromkeys(finding.clause for finding in found)),
            subjects=tuple(dict.fromkeys(f"{it.loss} {it.subject} ({it.device})" for it in found)),
            count=len(found),
        )
        for reason, found in sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def item_id(finding: Finding) -> str:
    """The finding's name in every report: ``warp.yaml::custom_autograd-cpu-float32::gradient``."""
    return f"{finding.loss}.yaml::{finding.subject}-{finding.device}-{finding.dtype}::{finding.clause}"


def summary(findings: Sequence[Finding], scope: Scope = EVERYTHING) -> str:
    """One line that says how a run ended, of what was asked, and on whom it says nothing of value or gradient."""
    count = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    if count[Verdict.DIVERGES]:
        word = f"diverges{scope.where}"
    elif count[Verdict.NOT_RUN] == len(findings):
        word = "nothing was run"
    else:
        word = f"conforms{scope.where}{' in what was run' if count[Verdict.NOT_RUN] else ''}"
    told = (
        f"{word}: {count[Verdict.CONFORMING]} conforming, {count[Verdict.ADMISSIBLE]} admissible, "
        f"{count[Verdict.WAIVED]} waived, {count[Verdict.DIVERGES]} diverging, {count[Verdict.NOT_RUN]} not run, "
        f"of {len(findings)} check{'' if len(findings) == 1 else 's'} (a clause in a dtype each)"
    )
    return "; ".join([told, *_unheard(findings)]) if count[Verdict.NOT_RUN] < len(findings) else told


def _unheard(findings: Iterable[Finding]) -> list[str]:
    """Which of the clauses that matter most ran in no dtype, and on which subjects."""
    ran: dict[tuple[str, str], bool] = {}
    for it in findings:
        if it.clause in FOREMOST:
            place = (it.clause, f"{it.loss} {it.subject} ({it.device})")
            ran[place] = ran.get(place, False) or it.verdict is not Verdict.NOT_RUN
    subjects: dict[str, list[str]] = {}
    for (clause, subject), heard in ran.items():
        if not heard:
            subjects.setdefault(subject, []).append(clause)
    alike: dict[str, list[str]] = {}
    for subject, clauses in subjects.items():
        alike.setdefault(" and ".join(clauses), []).append(subject)
    return [f"not run: {clauses} of {abbreviated(names, 4)}" for clauses, names in alike.items()]


def abbreviated(names: Sequence[str], limit: int = 6) -> str:
    """The names with commas between them; of many, how many more there are."""
    more = len(names) - limit
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:limit])} and {more} more"
