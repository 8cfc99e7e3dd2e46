"""The verdict on one subject, made for reading: a line per clause, then each divergence in full."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.places import openable
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.clause_table import clause_table, gathered, remark
from rankproof.conformance.verdict.console import COLOURS, Screen, table, to_text
from rankproof.conformance.verdict.error_size import error_text
from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Verdict
from rankproof.conformance.verdict.foremost import foremost
from rankproof.conformance.verdict.preamble import shared, split
from rankproof.conformance.verdict.tally import EVERYTHING, Scope, item_id, summary
from rankproof.conformance.verdict.values import as_text, share_text

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN = 3  # divergences in full, where there are more
WRITTEN = {"examples": "worked case", "edge": "edge case", "invalid": "invalid input"}
FAULTS = {
    Fault.SUBJECT: "the subject's",
    Fault.SPEC: "the spec file's: its formula, gradient and examples do not agree",
    Fault.ADAPTER: "rankproof's, in the adapter that called the subject: please report it",
    Fault.HARNESS: "rankproof's: please report it",
}


def render(
    findings: Sequence[Finding],
    screen: Screen | None = None,
    asked: Sequence[Asked] = (),
    *,
    full: bool = False,
    scope: Scope = EVERYTHING,
) -> str:
    """The report of ``rankproof check``; without a screen plain text of a fixed width.

    ``asked`` tells how the subjects were called; ``full`` shows every divergence in full, however many there are;
    ``scope`` is told in the last line, so that a part is not taken for the whole.
    """
    from rich.text import Text

    screen = screen or Screen()
    parts: list[RenderableType] = []
    for members in gathered(findings, _subject):
        first, dtypes = members[0], dict.fromkeys(finding.dtype for finding in members)
        parts.append(Text(f"{first.loss}: {first.subject} on {first.device}, {', '.join(dtypes)}", style="bold"))
        parts += [Text(line) for each in asked if _subject(each) == _subject(first) for line in each.lines()]
        parts += ["", *clause_table(members, screen), ""]
        parts += _divergences([finding for finding in members if finding.verdict is Verdict.DIVERGES], full=full)
    parts.append(Text(summary(findings, scope), style="bold"))
    return to_text(parts, screen)


def _subject(about: Finding | Asked) -> Hashable:
    return about.loss, about.subject, about.device


def _divergences(findings: Sequence[Finding], *, full: bool) -> Iterator[RenderableType]:
    """The foremost clauses in full, each in the first dtype in which it diverges, and a line for each of the others.

    What prepares the snippets is shown once.
    """
    from rich.text import Text

    clauses = {members[0].clause: members for members in gathered(findings, lambda finding: finding.clause)}
    firsts = [members[0] for members in clauses.values()]
    shown = firsts if full else foremost(firsts, SHOWN)
    snippets = [first.counterexample.snippet for first in shown if first.counterexample]
    common = shared(snippets) if len(snippets) > 1 else ""
    if common:
        yield from (Text("Paste this once, before any of the snippets below:"), "", common, "")
    for first in shown:
        yield from divergence(first, prepared=bool(common))
        for other in clauses[first.clause][1:]:
            yield ""
            yield Text(f"In {other.dtype} too: {remark(other) or 'no more is known'}")
        yield ""
    named = {first.clause for first in shown}
    yield from _in_short([first for first in firsts if first.clause not in named])


def _in_short(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """A line for each clause, cut where the screen ends, and how to see more of it."""
    from rich.padding import Padding
    from rich.text import Text

    if not findings:
        return
    count = f"{len(findings)} more clauses diverge" if len(findings) > 1 else "One more clause diverges"
    yield Text(f"{count} (in full with --full, --clause NAME or --json FILE):")
    width = max(len(finding.clause) for finding in findings)
    for finding in findings:
        shown = finding.counterexample
        told = f"got {as_text(shown.got)}, expected {as_text(shown.expected)}" if shown else finding.reason
        yield Padding(Text(f"{finding.clause:{width}}  {told}", no_wrap=True, overflow="ellipsis"), (0, 0, 0, 2))
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
        yield from _origin(finding.clause, shown.family)
        yield "got", as_text(shown.got)
        yield "expected", as_text(shown.expected)
        if shown.share is not None:
            error = error_text(shown.got, shown.expected)
            budgets = f"{share_text(shown.share)} of the error budget, of which at most 1 may be used"
            yield "error", f"{error}: {budgets}" if error else budgets
    if finding.fault:
        yield "fault", FAULTS[finding.fault]
    if finding.location:
        yield "stated in", openable(finding.location)


def _call(shown: Counterexample) -> dict[str, Any]:
    """The smallest failing call: every input, parameter and setting by its name."""
    call = {name: _of_shape(value, shown.shapes.get(name)) for name, value in shown.inputs.items()}
    if shown.mask is not None:
        call["mask"] = shown.mask
    call |= {**shown.parameters, "reduction": shown.reduction, "dtype": shown.dtype}
    if shown.upstream is not None:
        call["upstream"] = shown.upstream
    return call


def _of_shape(value: Any, shape: Any) -> Any:
    return value if shape is None else f"{as_text(value)} of shape {as_text(shape)}"


def _origin(clause: str, family: str) -> Iterator[tuple[str, str]]:
    """Where the case is from: the spec's own are named, others are drawn."""
    written, _, name = clause.partition(".")
    if family:
        yield (WRITTEN[written], name) if written in WRITTEN and name == family else ("drawn as", family)
