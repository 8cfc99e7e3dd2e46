"""Cost: a subject is blamed for the growth of its memory, and not for noise, constants or slowness."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from rankproof.conformance.checks import cost
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.run import Settings, run_clause
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.memory import MIB
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import able, clause_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
QUADRATIC = "rankproof.implementations.vectorized.pairwise_hinge:pairwise_hinge"


@dataclass
class Taking:
    """A subject that does nothing but take memory, as a function of the length says."""

    spec: Any
    take: Any
    name: str = "taking"
    device: str = "cpu"
    lengths: list = field(default_factory=list)

    def capabilities(self):
        return able(self.spec)

    def run(self, case, call=Call()):
        self.lengths.append(case.inputs["scores"].shape[-1])
        try:
            self.take(self.lengths[-1])
        except ValueError as error:
            return Outcome(error="ValueError", message=str(error))
        return Outcome(value=np.array(0.0))

    def snippet(self, case, call=Call()):
        return "scores = [1, 2, 3]\n"


def numbers(count):
    return np.ones(int(count), dtype=np.float32)


def verdict(take, *, growth="n", device="cpu"):
    spec = load_builtin("pairwise_hinge")
    spec = replace(spec, cost={"time": "n", "memory": growth})
    subject = Taking(spec, take, device=device)
    return run_clause(Context(spec, subject, subject.capabilities(), "float32"), clause_of(spec, "cost"), Settings())


@pytest.mark.parametrize(
    ("growth", "take"),
    [
        ("n", lambda n: None),
        ("n", numbers),
        ("n", lambda n: numbers(1000 * n)),
        ("n", lambda n: numbers(n * np.log2(n) ** 2)),
        ("n", lambda n: numbers(4 * MIB)),  # a workspace of a fixed size
        ("n", lambda n: [numbers(n) for _ in range(8)]),
        ("n log n", lambda n: numbers(200 * n * np.log2(n))),
        ("n^2", lambda n: numbers(n * n)),
        ("1", lambda n: numbers(8)),
    ],
)
def test_memory_that_grows_as_declared_is_right(growth, take):
    finding = verdict(take, growth=growth)

    assert (finding.verdict, finding.reason) == (Verdict.CONFORMING, "")
    assert finding.worst_share <= 0.75


@pytest.mark.parametrize("mebibytes", [4, 16, 32, 64])
def test_tiles_that_fill_a_workspace_of_a_fixed_size_are_right(mebibytes):
    assert verdict(lambda n: numbers(min(n * n, mebibytes * MIB // 4))).verdict is Verdict.CONFORMING


@pytest.mark.parametrize(
    ("growth", "take"),
    [
        ("n", lambda n: numbers(n * n)),
        ("n", lambda n: [numbers(n * n) for _ in range(6)]),
        ("n", lambda n: np.ones((n, n), dtype=np.bool_)),
        ("n", lambda n: [numbers(n * n), numbers(8 * MIB)]),
        ("n log n", lambda n: numbers(n * n)),
        ("1", lambda n: numbers(1000 * n)),
        ("n", lambda n: [[0.5] * n for _ in range(n)]),
    ],
)
def test_memory_that_grows_faster_diverges_and_the_report_names_growth_and_sizes(growth, take):
    finding = verdict(take, growth=growth)
    shown = finding.counterexample

    assert finding.verdict is Verdict.DIVERGES
    assert f"grows faster than {growth}: " in finding.reason
    assert all(word in finding.reason for word in (" MiB at n = ", ", "))
    assert shown.inputs == {}
    assert "n = 4096" in shown.got
    assert f"growth as {growth}: at most " in shown.expected
    assert finding.worst_share > 1


def test_a_right_subject_is_not_blamed_under_noise_and_a_wrong_one_always():
    generator = random.Random(0)
    kept = []

    def noise():
        kept.append([bytearray(generator.randrange(16, 4096)) for _ in range(generator.randrange(200))])
        if generator.random() < 0.2:
            kept.append(bytearray(generator.randrange(MIB)))
        if generator.random() < 0.3:
            del kept[: len(kept) // 2]

    def right(n):
        noise()
        numbers(64 * n)

    def wrong(n):
        noise()
        numbers(n * n)

    assert [verdict(right).verdict for _ in range(10)] == [Verdict.CONFORMING] * 10
    assert [verdict(wrong).verdict for _ in range(3)] == [Verdict.DIVERGES] * 3


def test_a_right_subject_is_not_blamed_where_gaps_in_the_heap_hide_its_small_peaks():
    def small_objects(n):
        if n > 1024:
            raise ValueError("at most 1024 items")
        return [bytes(95) for _ in range(64 * n)]  # 8 MiB

    blocks = small_objects(320)
    gaps = blocks[::40]
    del blocks

    assert verdict(small_objects).verdict is Verdict.NOT_RUN
    assert gaps


def test_one_measurement_that_went_wrong_is_no_divergence():
    seen = []

    def once(n):
        seen.append(n)
        numbers(n * n if n == cost.USUAL and seen.count(n) == 1 else n)

    assert verdict(once).verdict is Verdict.CONFORMING


def test_a_subject_too_slow_to_reach_telling_lengths_is_not_run():
    def slow(n):
        until = time.thread_time() + n**2 * 1e-5
        while time.thread_time() < until:
            pass

    finding = verdict(slow)

    assert finding.verdict is Verdict.NOT_RUN
    assert "took" in finding.reason
    assert "n = 2048" in finding.reason


def test_a_slow_subject_whose_memory_tells_early_diverges():
    def slow(n):
        until = time.thread_time() + n**2 * 1e-5
        while time.thread_time() < until:
            pass
        numbers(400 * n * n)

    assert verdict(slow).verdict is Verdict.DIVERGES


def test_a_subject_that_refuses_long_lists_is_measured_on_those_that_it_takes():
    def refusing(n):
        if n > 512:
            raise ValueError("at most 512 items")

    assert verdict(refusing).reason == (
        "at n = 1024 it raised ValueError: at most 512 items: the growth of memory shows from n = 2048 on"
    )


def test_interpreted_kernels_are_not_measured():
    assert verdict(numbers, device="interpreter").verdict is Verdict.NOT_RUN


def test_the_snippet_of_a_divergence_fails_by_itself():
    spec = load_builtin("pairwise_hinge")
    subject = build_subject(QUADRATIC, spec)
    context = Context(spec, subject, subject.capabilities(), "float32")
    finding = run_clause(context, clause_of(spec, "cost"), Settings())

    ran = subprocess.run([sys.executable, "-c", finding.counterexample.snippet], capture_output=True, text=True)

    assert finding.verdict is Verdict.DIVERGES
    assert "AssertionError" in ran.stderr
    assert " MiB at n = " in ran.stderr
