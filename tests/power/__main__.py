"""Measure how often the sampling clause catches a wrong sampler, and how often it blames a right one."""

from __future__ import annotations

import argparse
import sys

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.outcomes import ordered_cases
from rankproof.conformance.checks.sampling import ALARM, DRAWS, LISTS, clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from tests.power.limits import lower_limit, upper_limit
from tests.power.samplers import WRONG
from tests.power.simulate import detections
from tests.power.true_runs import MINIATURE, blamed_runs, subjects

NEEDED = 0.999


def cases_of(target: str) -> tuple[Case, ...]:
    """The lists on which the clause judges a subject."""
    warp = load_builtin("warp")
    subject = build_subject(target, warp)
    found = clauses(warp)[0].cases(Context(warp, subject, subject.capabilities(), "float64"))
    assert isinstance(found, tuple)
    return found


def simulated(runs: int) -> bool:
    """Print the power for a subject that takes every parameter and for one that takes next to none; whether it does."""
    warp, enough = load_builtin("warp"), True
    asked = {
        "takes every parameter": cases_of("rankproof.implementations.vectorized.warp:warp"),
        "takes none of them": cases_of(f"{MINIATURE}:uniform_over_all_items"),
    }
    for what, cases in asked.items():
        print(f"\n{runs:,} simulated runs of a subject that {what}: {len(cases)} lists, {DRAWS} draws each")
        blamed = detections(warp, cases, ordered_cases, runs)
        print(f"  {'a right sampler':32} blamed {blamed:6,} times, at most {upper_limit(blamed, runs):.5f} of runs")
        enough = enough and blamed == 0
        for orders, parameter in WRONG.items():
            if parameter and what == "takes none of them":
                continue
            caught = detections(warp, cases, orders, runs)
            low = lower_limit(caught, runs)
            print(f"  {orders.__name__:32} caught {caught:6,} times, at least {low:.5f} of runs")
            enough = enough and low > NEEDED
    return enough


def true(runs: int) -> bool:
    """Print how often true runs blame right and wrong subjects; whether all verdicts are right."""
    print(f"\n{runs} true runs each")
    right_verdicts = True
    for name, right, subject in subjects():
        blamed = blamed_runs(subject, runs)
        print(f"  {name:32} {'right' if right else 'wrong'}, blamed {blamed} times")
        right_verdicts = right_verdicts and blamed == (0 if right else runs)
    return right_verdicts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--simulated", type=int, default=20_000, help="simulated runs of each sampler")
    parser.add_argument("--true", type=int, default=40, help="true runs of each subject")
    options = parser.parse_args()
    print(f"A right sampler is blamed in at most {4 * LISTS * ALARM:.1e} of runs, by the union bound.")
    verdicts = [simulated(options.simulated), true(options.true)]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
