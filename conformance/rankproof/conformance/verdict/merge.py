"""Several runs as one: the documents of the devices, or of the seeds of a soak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.document import Document, NotRun
from rankproof.conformance.verdict.finding import Finding, Verdict

SEVERITY = (Verdict.NOT_RUN, Verdict.CONFORMING, Verdict.ADMISSIBLE, Verdict.WAIVED, Verdict.DIVERGES)


def merge(documents: Sequence[Document]) -> Document:
    """One document: of findings on the same clause, subject, device and dtype the most severe, with all their cases."""
    findings: dict[tuple[str, ...], Finding] = {}
    for document in documents:
        for finding in document.findings:
            key = (finding.loss, finding.subject, finding.device, finding.dtype, finding.clause)
            findings[key] = combined(findings[key], finding) if key in findings else finding
    not_run = dict.fromkeys(skipped for document in documents for skipped in document.not_run)
    versions = dict.fromkeys(document.rankproof for document in documents)
    return Document(
        findings=tuple(findings.values()),
        environment=_environments(documents),
        not_run=tuple(_still_missing(not_run, findings.values())),
        rankproof=", ".join(versions),
        source=", ".join(document.source for document in documents),
        asked=_asked(documents),
    )


def combined(first: Finding, second: Finding) -> Finding:
    """Two findings on the same thing: the more severe one, which then stands for the cases of both."""
    severe = max(first, second, key=lambda finding: SEVERITY.index(finding.verdict))
    shares = [finding.worst_share for finding in (first, second) if finding.worst_share is not None]
    return replace(
        severe,
        cases=first.cases + second.cases,
        judged_cases=first.judged_cases + second.judged_cases,
        not_judged=first.not_judged + second.not_judged,
        worst_share=max(shares, default=None),
    )


def _asked(documents: Sequence[Document]) -> tuple[Asked, ...]:
    """How each subject was called, in the last of the runs that say it."""
    told = {(each.loss, each.subject, each.device): each for document in documents for each in document.asked}
    return tuple(told.values())


def _still_missing(not_run: Any, findings: Any) -> list[NotRun]:
    """A device that another document did run on is not missing."""
    ran = {finding.device for finding in findings if finding.verdict is not Verdict.NOT_RUN}
    return [skipped for skipped in not_run if skipped.device not in ran]


def _environments(documents: Sequence[Document]) -> dict[str, Any]:
    """What the runs share; where they differ, the list of what each had."""
    names = dict.fromkeys(name for document in documents for name in document.environment)
    merged: dict[str, Any] = {}
    for name in names:
        values = [document.environment[name] for document in documents if name in document.environment]
        distinct = [value for place, value in enumerate(values) if value not in values[:place]]
        merged[name] = distinct[0] if len(distinct) == 1 else distinct
    return merged
