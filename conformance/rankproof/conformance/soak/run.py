"""The soak run: units are judged in parallel until enough cases are, and the record is kept after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import click

from rankproof.conformance.soak import record as records
from rankproof.conformance.soak import workers
from rankproof.conformance.soak.digest import differences, identity
from rankproof.conformance.soak.errors import SoakError
from rankproof.conformance.soak.plan import Plan, Unit, units
from rankproof.conformance.soak.record import Record
from rankproof.conformance.soak.report import alarm_text, rate, summary, unit_line
from rankproof.conformance.soak.unit import Result, judge_unit
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.exit_codes import ExitCode

Say = Callable[[str], None]
INTERRUPTED = 130  # the exit status after Ctrl-C, as shells have it


def resume(path: Path, plan: Plan, say: Say) -> Record:
    """The record that a run goes on with: an empty one where there is none, or where something changed since."""
    now = identity(plan.identity())
    known = records.read(path)
    if known is None:
        return Record(now)
    if known.identity == now:
        if known.units:
            say(f"going on after {known.cases:,} cases, recorded in {path}")
        return known
    say(f"{path} holds {known.cases:,} cases of another state of things, which is kept there; counting anew.")
    say(f"What changed: {differences(known.identity, now)}")
    return known.renewed(now)


def judged(executor: Executor, plan: Plan, pending: Iterator[Unit], at_once: int) -> Iterator[Result]:
    """The results of units as they come, never more units ahead than there are processes."""
    running: set[Future[Result]] = set()
    while True:
        while len(running) < at_once:
            running.add(executor.submit(judge_unit, next(pending), plan))
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def soak(
    plan: Plan,
    *,
    target: int,
    state: Path,
    losses: Sequence[str] = (),
    processes: int = 2,
    say: Say = click.echo,
    screen: Screen | None = None,
) -> ExitCode:
    """Judge units until ``target`` cases are counted in ``state``; every alarm is told in full, and kept."""
    ids = tuple(losses) or builtin_ids()
    for loss in ids:
        load_builtin(loss)
    screen = screen or Screen()
    record = resume(state, plan, say)
    pending = (unit for unit in units(ids) if not record.has(unit))
    executor = workers.pool(processes)
    idle = 0
    try:
        results = judged(executor, plan, pending, processes)
        while record.cases < target and idle < len(ids):
            result = next(results)
            record.add(result)
            records.write(state, record)
            idle = 0 if result.cases or result.alarms else idle + 1
            say(unit_line(result, record, target))
            for alarm in result.alarms:
                say(alarm_text(alarm, screen))
    except BrokenProcessPool:
        raise SoakError(
            f"a process that judged ended by itself (killed for want of memory?). {record.cases:,} cases are "
            f"recorded in {state}; the same command goes on from there"
        ) from None
    except KeyboardInterrupt:
        say(f"stopped. {rate(len(record.alarms), record.cases)}. The same command goes on from {state}")
        raise SystemExit(INTERRUPTED) from None
    finally:
        workers.stop(executor)
    say(summary(record, screen))
    if record.alarms:
        return ExitCode.DIVERGES
    return ExitCode.CONFORMS if record.cases else ExitCode.UNUSABLE
