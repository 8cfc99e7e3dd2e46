"""Waivers: divergences that are accepted, by whom they concern, why, and where that is written down.

One that is not needed is a failure: where its clauses were run and none diverges. Where they were not run, or the
subject is not there, nothing is known about it; where the loss has no such clause, it is refused before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from rankproof.conformance.verdict.finding import Finding, Verdict

STALE = "waiver."  # begins the clause under which a waiver that no longer applies is reported


@dataclass(frozen=True)
class Waiver:
    """One accepted divergence; ``clause`` may be a pattern, and a device or dtype of None stands for all."""

    subject: str
    loss: str
    clause: str
    reason: str
    link: str
    location: str
    device: str | None = None
    dtype: str | None = None

    def covers(self, loss: str, subject: str, device: str, dtype: str, clause: str) -> bool:
        """Whether the waiver is meant for this clause of this subject."""
        return (
            (self.loss, self.subject) == (loss, subject)
            and self.device in (None, device)
            and self.dtype in (None, dtype)
            and fnmatchcase(clause, self.clause)
        )

    def concerns(self, finding: Finding) -> bool:
        """Whether the waiver is meant for what the finding is about."""
        return self.covers(finding.loss, finding.subject, finding.device, finding.dtype, finding.clause)


def waived(finding: Finding, waivers: Iterable[Waiver]) -> Finding:
    """The finding, its divergence accepted where a waiver says so."""
    if finding.verdict is not Verdict.DIVERGES:
        return finding
    for waiver in waivers:
        if waiver.concerns(finding):
            return replace(finding, verdict=Verdict.WAIVED, reason=f"{waiver.reason} ({waiver.link})")
    return finding


def stale(findings: Sequence[Finding], waivers: Iterable[Waiver]) -> tuple[Finding, ...]:
    """A diverging finding for each waiver whose clauses were run and do not diverge any more."""
    found = []
    for waiver in waivers:
        ran = [it for it in findings if it.verdict is not Verdict.NOT_RUN and waiver.concerns(it)]
        if ran and not any(it.verdict in (Verdict.DIVERGES, Verdict.WAIVED) for it in ran):
            found.append(_stale(waiver, ran))
    return tuple(found)


def is_stale_waiver(finding: Finding) -> bool:
    """Whether the finding is about a waiver and not about a clause."""
    return finding.clause.startswith(STALE)


def _stale(waiver: Waiver, ran: Sequence[Finding]) -> Finding:
    where = ", ".join(dict.fromkeys(f"{finding.device} {finding.dtype}".strip() for finding in ran))
    return replace(
        ran[0],
        clause=f"{STALE}{waiver.clause}",
        verdict=Verdict.DIVERGES,
        reason=f"the waiver of {waiver.clause} no longer applies: it was run ({where}) and does not diverge; "
        f"remove the waiver, or name the device or dtype that still needs it",
        location=waiver.location,
        cases=0,
        not_judged=0,
        worst_share=None,
        judged_cases=0,
        fault=None,
        counterexample=None,
    )


def apply(findings: Sequence[Finding], waivers: Sequence[Waiver]) -> tuple[Finding, ...]:
    """Every finding with its waiver applied, and after them a divergence for each waiver that is stale."""
    return (*(waived(finding, waivers) for finding in findings), *stale(findings, waivers))
