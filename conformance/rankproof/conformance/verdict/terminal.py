"""The verdict on one subject, made for reading: a line per clause, then each divergence in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import COLOURS, Screen, table, to_text
from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Verdict
from rankproof.conformance.verdict.tally import item_id, summary
from rankproof.conformance.verdict.values import as_text, share_text

if TYPE_CHECKING:
    from rich.console import RenderableType

COUNTS = ("cases", "not judged", "worst")
FAULTS = {
    Fault.SUBJECT: "the subject's",
    Fault.SPEC: "the spec file's: its formula, gradient and examples do not agree",
    Fault.ADAPTER: "rankproof's, in the adapter that called the subject: please report it",
    Fault.HARNESS: "rankproof's: please report it",
}


def render(findings: Sequence[Finding], screen: Screen | None = None) -> str:
    """The report of ``rankproof check``; without a screen plain text of a fixed width."""
    from rich.text import Text

    parts: list[RenderableType] = []
    for members in _groups(findings):
        first = members[0]
        parts += [Text(f"{first.loss}: {first.subject} on {first.device}, {first.dtype}", style="bold"), ""]
        parts += [_clauses(members), ""]
    for finding in findings:
        if finding.verdict is Verdict.DIVERGES:
            parts += [*divergence(finding), ""]
    parts.append(Text(summary(findings), style="bold"))
    return to_text(parts, screen or Screen())


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    members: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        members.setdefault((finding.loss, finding.subject, finding.device, finding.dtype), []).append(finding)
    return list(members.values())


def _clauses(findings: Sequence[Finding]) -> RenderableType:
    from rich.text import Text

    grid = table("verdict", "clause", "level", *COUNTS, "", numeric=COUNTS, folded=("",))
    for finding in findings:
        grid.add_row(
            Text(finding.verdict, style=COLOURS[finding.verdict]),
            Text(finding.clause),
            Text(finding.level),
            str(finding.cases) if finding.cases else "-",
            str(finding.not_judged) if finding.not_judged else "-",
            share_text(finding.worst_share) or "-",
            Text(_remark(finding)),
        )
    return grid


def _remark(finding: Finding) -> str:
    """What stands beside a clause: its reason, or what is wrong with it."""
    if finding.verdict is Verdict.DIVERGES and finding.counterexample:
        return finding.counterexample.problem
    return finding.reason


def divergence(finding: Finding) -> Iterator[RenderableType]:
    """One divergence in full, ending in something to paste."""
    from rich.text import Text

    yield Text(f"diverges: {item_id(finding)}", style=COLOURS[Verdict.DIVERGES])
    shown = finding.counterexample
    problem = shown.problem if shown else finding.reason
    yield Text(f"  {problem[:1].upper()}{problem[1:]}" if problem else "  No more is known.")
    yield ""
    grid = table("", " ", headed=False, folded=(" ",))
    for name, value in facts(finding):
        grid.add_row(f"  {name}", Text(value))
    yield grid
    if shown and shown.snippet:
        # Neither indented nor wrapped: it is there to be pasted.
        yield from ("", Text("Reproduce with:"), "", shown.snippet.rstrip())


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """What is known of a divergence, name by name: the call, got and expected, whose fault, where it is stated."""
    shown = finding.counterexample
    if shown:
        yield from ((name, as_text(value)) for name, value in _call(shown).items())
        yield "got", as_text(shown.got)
        yield "expected", as_text(shown.expected)
        if shown.share is not None:
            yield "error", f"{share_text(shown.share)} of the error budget, of which at most 1 may be used"
    if finding.fault:
        yield "fault", FAULTS[finding.fault]
    if finding.location:
        yield "stated in", finding.location


def _call(shown: Counterexample) -> dict[str, Any]:
    """The smallest failing call: every input, parameter and setting by its name."""
    call = {**shown.inputs}
    if shown.mask is not None:
        call["mask"] = shown.mask
    call |= {**shown.parameters, "reduction": shown.reduction, "dtype": shown.dtype}
    if shown.upstream is not None:
        call["upstream"] = shown.upstream
    if shown.family:
        call["drawn as"] = shown.family
    return call
