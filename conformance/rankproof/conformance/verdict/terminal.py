"""The verdict on one subject, made for reading: a line per clause, then each divergence in full."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import COLOURS, Screen, table, to_text
from rankproof.conformance.verdict.diff import without_numbers
from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Verdict
from rankproof.conformance.verdict.preamble import shared, split
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
    for members in _gathered(findings, _subject):
        first, dtypes = members[0], dict.fromkeys(finding.dtype for finding in members)
        parts += [Text(f"{first.loss}: {first.subject} on {first.device}, {', '.join(dtypes)}", style="bold"), ""]
        parts += [_clauses(members), ""]
        parts += _divergences([finding for finding in members if finding.verdict is Verdict.DIVERGES])
    parts.append(Text(summary(findings), style="bold"))
    return to_text(parts, screen or Screen())


def _gathered(findings: Sequence[Finding], key: Callable[[Finding], Hashable]) -> list[list[Finding]]:
    members: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        members.setdefault(key(finding), []).append(finding)
    return list(members.values())


def _subject(finding: Finding) -> Hashable:
    return finding.loss, finding.subject, finding.device


def _alike(finding: Finding) -> Hashable:
    """What dtypes have in common that share a line."""
    return finding.clause, finding.verdict, without_numbers(_remark(finding))


def _clauses(findings: Sequence[Finding]) -> RenderableType:
    from rich.text import Text

    grid = table("verdict", "clause", "level", *COUNTS, "", numeric=COUNTS, folded=("",))
    everywhere = {finding.dtype for finding in findings}
    for members in _gathered(findings, _alike):
        first, dtypes = members[0], dict.fromkeys(finding.dtype for finding in members)
        only = "" if everywhere == set(dtypes) else f" ({', '.join(dtypes)})"
        cases, not_judged = sum(it.cases for it in members), sum(it.not_judged for it in members)
        shares = [it.worst_share for it in members if it.worst_share is not None]
        grid.add_row(
            Text(first.verdict, style=COLOURS[first.verdict]),
            Text(f"{first.clause}{only}"),
            Text(first.level),
            str(cases or "-"),
            str(not_judged or "-"),
            share_text(max(shares, default=None)) or "-",
            Text(_remark(first)),
        )
    return grid


def _remark(finding: Finding) -> str:
    """What stands beside a clause: its reason, or what is wrong with it."""
    if finding.verdict is Verdict.DIVERGES and finding.counterexample:
        return finding.counterexample.problem
    return finding.reason


def _divergences(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Each clause in full in the first dtype in which it diverges; what prepares their snippets is shown once."""
    from rich.text import Text

    clauses = _gathered(findings, lambda finding: finding.clause)
    snippets = [first.counterexample.snippet for first, *_ in clauses if first.counterexample]
    common = shared(snippets) if len(snippets) > 1 else ""
    if common:
        yield from (Text("Paste this once, before any of the snippets below:"), "", common, "")
    for first, *others in clauses:
        yield from divergence(first, prepared=bool(common))
        for other in others:
            yield ""
            yield Text(f"In {other.dtype} too: {_remark(other) or 'no more is known'}")
        yield ""


def divergence(finding: Finding, *, prepared: bool = False) -> Iterator[RenderableType]:
    """One divergence in full, ending in something to paste: all of it, or after what was ``prepared`` the call."""
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
        source = split(shown.snippet)[1] if prepared else shown.snippet
        yield from ("", Text("Reproduce with:"), "", source.rstrip())


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
