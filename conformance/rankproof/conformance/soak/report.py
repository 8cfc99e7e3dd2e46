"""What a soak run prints: a line for each unit, each alarm in full, and the rate of alarms with its limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rankproof.conformance.soak.rate import upper_limit
from rankproof.conformance.soak.record import Record
from rankproof.conformance.soak.unit import Alarm, Count, Result
from rankproof.conformance.verdict.console import Screen, table, to_text
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.values import share_text

if TYPE_CHECKING:
    from rich.console import RenderableType

MILLION = 1_000_000
NUMERIC = ("cases", "numbers", "not judged", "worst share")


def unit_line(result: Result, record: Record, target: int) -> str:
    """One unit, and how far the run is."""
    return (
        f"seed {result.unit.seed} {result.unit.loss}: {result.cases:,} cases in {result.seconds:.0f} s, "
        f"{len(result.alarms)} alarms, worst share {result.worst_share:.3f}; {record.cases:,} of {target:,}"
    )


def alarm_text(alarm: Alarm, screen: Screen) -> str:
    """An alarm in full, ending in the command that repeats it."""
    from rankproof.conformance.verdict.terminal import divergence

    parts: list[RenderableType] = ["", f"ALARM under seed {alarm.seed}"]
    if alarm.finding is not None:
        parts += list(divergence(Finding.from_json(alarm.finding)))
    else:
        parts += ["an error of rankproof itself:", alarm.error.rstrip()]
    return to_text([*parts, "", f"The whole clause: {alarm.command}", ""], screen)


def summary(record: Record, screen: Screen) -> str:
    """Counts per clause, the worst share, and the rate of alarms."""
    grid = table("clause", *NUMERIC, "at", numeric=NUMERIC, folded=("at",))
    for clause, count in sorted(record.counts.items(), key=lambda item: -item[1].cases):
        shown = (f"{count.cases:,}", f"{count.numbers:,}", f"{count.not_judged:,}", share_text(count.worst_share))
        grid.add_row(clause, *shown, count.worst_at)
    return to_text([grid, "", *_totals(record)], screen)


def _totals(record: Record) -> Sequence[str]:
    total = Count()
    for count in record.counts.values():
        total.add(count)
    seeds = len({key.split("/")[0] for key in record.units})
    lines = [f"{total.cases:,} cases ({total.numbers:,} numbers) judged under {seeds} seeds"]
    if total.worst_share:
        lines.append(f"worst share of an error budget: {total.worst_share:.3f} ({total.worst_at})")
    return [*lines, rate(len(record.alarms), record.cases)]


def rate(alarms: int, cases: int) -> str:
    """Alarms per million cases, with the upper limit."""
    if not cases:
        return f"{alarms} alarms; no case was judged"
    scale = MILLION / cases
    return (
        f"{alarms} alarms: {alarms * scale:.2f} per million cases, "
        f"at most {upper_limit(alarms) * scale:.2f} with 95% confidence"
    )
