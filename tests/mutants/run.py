"""Judging many mutants: the suite is warmed up on the unmutated files, then each mutant has a child of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.finding import Verdict
from tests.mutants.calls import WATCHER
from tests.mutants.files import Mutated
from tests.mutants.judge import Duty, Usual, duties, judge, telling, warm_up
from tests.mutants.mutant import Key, Mutant
from tests.mutants.patch import Incompetent, put_in_place
from tests.mutants.processes import Ended, Limits, forked, more_time
from tests.mutants.results import Fate, Result
from tests.mutants.watch import Watcher

Task = tuple[Mutated, Mutant]


class Court:
    """The suite, warmed up for some files; clauses that kill most in the least time come first."""

    def __init__(self, files: Sequence[Mutated], told: Callable[[str], None] = lambda line: None) -> None:
        """Judge the unmutated files; raises Unready where one diverges."""
        self.kills: Counter[str] = Counter()
        self._usual: dict[str, dict[str, Usual]] = {}
        self._duties: dict[str, list[Duty]] = {}
        for file in files:
            told(f"warming up for {file.path}")
            self._usual[file.path] = warm_up(file)
            self._duties[file.path] = duties(file)

    def judge(
        self, tasks: Sequence[Task], equivalents: Mapping[Key, str], *, processes: int, limits: Limits, seconds: float
    ) -> Iterator[Result]:
        """The fate of each mutant, until the time is up."""
        until = time.monotonic() + seconds
        unhurried = (task for task in tasks if time.monotonic() < until)
        work = partial(self._work, limits)
        for (_, mutant), ended in forked(unhurried, work, processes=processes, limits=limits):
            fate, by, took = _fate(ended)
            if fate is Fate.KILLED:
                self.kills[by] += 1
            yield Result(mutant, fate, by, took, equivalents.get(mutant.key, ""))

    def _ordered(self, file: Mutated) -> list[Duty]:
        """By kills a second; those without a kill follow, the quickest first."""
        seconds = {duty: usual.seconds for duty, usual in self._usual[file.path].items()}
        rate = {duty: self.kills[duty] / took for duty, took in seconds.items()}
        return sorted(self._duties[file.path], key=lambda duty: (-rate[duty.id], seconds[duty.id]))

    def _work(self, limits: Limits, task: Task) -> dict[str, Any]:
        """What a child does; the seconds are those of the processor."""
        file, mutant = task
        started = time.process_time()
        fate, by = self._judged(file, mutant, limits)
        return {"fate": fate.value, "by": by, "seconds": time.process_time() - started}

    def _judged(self, file: Mutated, mutant: Mutant, limits: Limits) -> tuple[Fate, str]:
        asked = self._ordered(file)
        try:
            put_in_place(file.module, file.package, mutant.source)
            found = telling(file, _each_in_its_time(asked, limits), self._usual[file.path])
        except Incompetent as error:
            return Fate.INCOMPETENT, str(error)
        except SubjectError as error:
            return Fate.STOPPED, f"refused: {error}"
        if found is None:
            inert = bool(mutant.watched) and _detaches_nothing(file, mutant, _each_in_its_time(asked, limits))
            return (Fate.INERT if inert else Fate.SURVIVED), ""
        duty, finding = found
        if finding.verdict is Verdict.DIVERGES:
            return Fate.KILLED, duty.id
        return Fate.CHANGED, f"{duty.id} is {finding.verdict}: {finding.reason}"


def _each_in_its_time(asked: Iterable[Duty], limits: Limits) -> Iterator[Duty]:
    for duty in asked:
        more_time(limits)
        yield duty


def _detaches_nothing(file: Mutated, mutant: Mutant, asked: Iterable[Duty]) -> bool:
    """Whether what a mutant detaches never requires a gradient, on any duty."""
    watcher = Watcher()
    put_in_place(file.module, file.package, mutant.watched, {WATCHER: watcher})
    for _ in judge(file, asked):
        if watcher.saw_a_graph:
            return False
    return watcher.saw_none


def _fate(ended: Ended) -> tuple[Fate, str, float]:
    if ended.lost:
        return Fate.STOPPED, ended.lost, 0.0
    return Fate(ended.answer["fate"]), ended.answer["by"], ended.answer["seconds"]
