"""The clause on cost: the peak memory of a call grows with the list's length no faster than the spec declares."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.sized import sized
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.memory import MIB, NoMeter, gaps_filled, peak_bytes, settled
from rankproof.conformance.verdict.finding import Level

GROWTHS: dict[str, Callable[[float], float]] = {
    "1": lambda n: 1.0,
    "log n": lambda n: math.log2(n),
    "n": lambda n: n,
    "n log n": lambda n: n * math.log2(n),
    "n^2": lambda n: n**2,
    "n^2 log n": lambda n: n**2 * math.log2(n),
    "n^3": lambda n: n**3,
}
SMALLEST, TELLING, USUAL, LARGEST = 16, 2048, 4096, 16384
SPANS = (4, 16)  # a peak is compared with those at lengths so many times smaller
NOISE = MIB // 2  # by how much a smaller peak may have been read too small
WORST = 4  # by how much time and memory are expected to grow with the next length
SECONDS, MOST_SECONDS = 1.0, 4.0  # for all lengths together; while long ones look too large
MOST_BYTES, MOST_SUSPECT = 512 * MIB, 256 * MIB


@dataclass
class Peaks:
    """Peak memory by length, as far as it was measured; ``stopped`` says why it was measured no further."""

    growth: str
    measured: dict[int, int] = field(default_factory=dict)
    stopped: str = ""

    @property
    def largest(self) -> int:
        return max(self.measured, default=0)

    def above(self, length: int) -> int:
        """The peak above the least of all, which no length needs."""
        return self.measured[length] - min(self.measured.values())

    def smaller(self, length: int) -> tuple[int, ...]:
        """The lengths that a length is compared with, so far as they were measured."""
        return tuple(length // span for span in SPANS if length // span in self.measured)

    def factor(self, small: int, large: int) -> float:
        """By how much the peak may grow: as declared, and by half a power of n more."""
        grows = GROWTHS[self.growth]
        return math.sqrt(large / small) * grows(large) / grows(small)

    def limit(self, length: int) -> float:
        """What the peak may be above the least, by the stricter of its comparisons; without any there is no limit."""
        return min((self._limit(small, length) for small in self.smaller(length)), default=math.inf)

    def share(self) -> float:
        """The peak at the largest length in limits."""
        return self.above(self.largest) / self.limit(self.largest) if self.measured else 0.0

    def allowed(self) -> float:
        """The limit of the peak at the largest length."""
        return self.limit(self.largest) + min(self.measured.values())

    def strictest(self) -> int:
        """The smaller length of the stricter comparison."""
        return min(self.smaller(self.largest), key=lambda small: self._limit(small, self.largest))

    def _limit(self, small: int, large: int) -> float:
        return self.factor(small, large) * (self.above(small) + NOISE)

    def told(self) -> dict[str, str]:
        """The last lengths with their peaks, for people."""
        return {f"n = {length}": f"{peak / MIB:.2f} MiB" for length, peak in list(self.measured.items())[-5:]}


def case_of(context: Context, length: int) -> Case:
    """One list of random scores, in the subject's default convention."""
    able = context.capabilities
    return sized(
        context.spec,
        able.inputs,
        (length,),
        parameters_of(context, {}),
        reduction=able.default_reduction,
        dtype=context.dtype,
        family="growing",
    )


def measure(context: Context) -> Peaks:
    """Peaks at doubling lengths, until the usual length is reached, or the time or the memory spent."""
    peaks = Peaks(context.spec.cost["memory"])
    with settled():
        context.subject.run(case_of(context, SMALLEST))  # what is made once is made now
        with gaps_filled():
            _climb(context, peaks)
            if peaks.share() > 1:
                _again(context, peaks)
    return peaks


def _climb(context: Context, peaks: Peaks) -> None:
    spent, length = 0.0, SMALLEST
    while length <= (LARGEST if peaks.share() > 1 else USUAL):
        peak, taken, problem = _measured(context, length)
        if problem:
            peaks.stopped = f"at n = {length} it raised {problem}"
            return
        peaks.measured[length] = peak
        spent += taken
        sure = peaks.share() <= 1 or length < TELLING
        if spent + WORST * taken > (SECONDS if sure else MOST_SECONDS):
            peaks.stopped = f"n = {length} took {taken:.2g} s"
            return
        if WORST * peak > (MOST_BYTES if length < USUAL else MOST_SUSPECT):
            peaks.stopped = f"n = {length} took {peak / MIB:.0f} MiB"
            return
        length *= 2


def _measured(context: Context, length: int) -> tuple[int, float, str]:
    """The peak of a call in bytes, the seconds that it took, and what it raised."""
    case, taken, problem = case_of(context, length), 0.0, ""

    def call() -> None:
        nonlocal taken, problem
        began = time.thread_time()
        outcome = context.subject.run(case)
        taken = time.thread_time() - began
        problem = f"{outcome.error}: {outcome.message}" if outcome.raised else ""

    return peak_bytes(call, context.subject.device), taken, problem


def _again(context: Context, peaks: Peaks) -> None:
    """Of two measurements the one that speaks for the subject."""
    for length in (*peaks.smaller(peaks.largest), peaks.largest):
        better = min if length == peaks.largest else max
        peaks.measured[length] = better(peaks.measured[length], _measured(context, length)[0])


def check_cost(context: Context, case: Case, tally: Tally) -> None:
    """The peak at the largest length is within its limit."""
    try:
        peaks = measure(context)
    except NoMeter as problem:
        raise NotRun(str(problem)) from None
    share = peaks.share()
    if share <= 1 and peaks.largest < TELLING:
        raise NotRun(f"{peaks.stopped}: the growth of memory shows from n = {TELLING} on")
    tally.count(share)
    if share > 1:
        large, small = peaks.largest, peaks.strictest()
        grew = ", ".join(f"{peaks.measured[length] / MIB:.2f} MiB at n = {length}" for length in (small, large))
        raise Divergence(
            f"its peak memory grows faster than {peaks.growth}: {grew}",
            Observation(case.with_(inputs={}, notes=_of_snippet(context, peaks))),
            quantity="memory",
            got=peaks.told(),
            expected=f"growth as {peaks.growth}: at most {peaks.allowed() / MIB:.2f} MiB at n = {large}",
            share=share,
        )


def _of_snippet(context: Context, peaks: Peaks) -> dict[str, Any]:
    small, large = peaks.strictest(), peaks.largest
    factor = peaks.factor(small, large)
    return {"case": case_of(context, 3), "lengths": (SMALLEST, small, large), "factor": factor, "noise": NOISE}


def _cases(context: Context) -> tuple[Case, ...]:
    if context.subject.device == "interpreter":
        raise NotRun("the memory that Triton's interpreter takes says nothing about a GPU's")
    return (case_of(context, SMALLEST),)


def clauses(spec: LossSpec) -> list[Clause]:
    """The clause, where the spec declares a cost; one dtype tells the growth."""
    if "memory" not in spec.cost:
        return []
    return [Clause("cost", Level.FRUGAL, section("cost"), _cases, check_cost, dtypes=frozenset({"float32"}))]
