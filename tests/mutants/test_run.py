"""Mutants are killed, survive, are stopped or are no mutants; what one does ends with its process."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.mutants import findings, judge
from tests.mutants.calls import WATCHER
from tests.mutants.files import TOP, Mutated, named
from tests.mutants.judge import Duty, Unready, duties, warm_up
from tests.mutants.mutant import Key, Mutant
from tests.mutants.processes import Limits, forked, more_time
from tests.mutants.results import Fate, Result
from tests.mutants.run import Court

(HINGE,) = named("reference/margin_ranking.py")
LIMITS = Limits(cpu_seconds=20)


@pytest.fixture(scope="module")
def court() -> Court:
    return Court([HINGE])


def judged(court: Court, before: str, after: str, *, limits: Limits = LIMITS, proof: str = "") -> Result:
    """The fate of the reference of the margin ranking loss with one change."""
    assert before in HINGE.source
    mutant = Mutant(Key(HINGE.path, "by_hand", before, after), 1, HINGE.source.replace(before, after))
    proofs = {mutant.key: proof} if proof else {}
    (result,) = court.judge([(HINGE, mutant)], proofs, processes=2, limits=limits, seconds=60.0)
    return result


def test_a_wrong_loss_is_killed_by_a_clause(court: Court) -> None:
    result = judged(court, "margin - target *", "margin + target *")

    assert result.fate is Fate.KILLED
    assert result.by in [duty.id for duty in duties(HINGE)]


def test_a_change_that_changes_nothing_survives(court: Court) -> None:
    result = judged(court, "np.where(shortfall > 0, target, 0.0)", "np.where(0 < shortfall, target, 0.0)")

    assert result.fate is Fate.SURVIVED
    assert result.is_unlisted_survivor


def test_another_member_of_the_gradient_set_is_told(court: Court) -> None:
    result = judged(court, "np.where(shortfall > 0, target", "np.where(shortfall >= 0, target")

    assert result.fate is Fate.CHANGED
    assert "is admissible" in result.by


@pytest.mark.parametrize(
    ("value", "fate"), [("target.to(dtype)", Fate.INERT), ("(input1.to(dtype) - input2.to(dtype))", Fate.KILLED)]
)
def test_what_has_no_graph_is_detached_without_effect(value: str, fate: Fate) -> None:
    (file,) = named("vectorized/margin_ranking")
    sources = [file.source.replace(value, each) for each in (f"{value}.detach()", f"{WATCHER}({value})")]
    mutant = Mutant(Key(file.path, "graph", "", value), 1, *sources)
    (result,) = Court([file]).judge([(file, mutant)], {}, processes=1, limits=LIMITS, seconds=60.0)

    assert result.fate is fate


def test_an_endless_mutant_is_stopped(court: Court) -> None:
    endless = "while True: pass\n    shortfall = margin - target *"
    started = time.monotonic()
    result = judged(court, "shortfall = margin - target *", endless, limits=Limits(cpu_seconds=2, wall_seconds=30.0))

    assert result.fate is Fate.STOPPED
    assert "SIGXCPU" in result.by
    assert time.monotonic() - started < 30


def test_a_mutant_that_sleeps_is_stopped(court: Court) -> None:
    asleep = "import time; time.sleep(100)\n    shortfall = margin - target *"
    result = judged(court, "shortfall = margin - target *", asleep, limits=Limits(wall_seconds=1.0))

    assert (result.fate, result.by) == (Fate.STOPPED, "ended by SIGKILL")


def test_a_mutant_that_ends_its_process_is_stopped(court: Court) -> None:
    result = judged(court, "shortfall = margin - target *", "import os; os._exit(3)\n    shortfall = margin - target *")

    assert (result.fate, result.by) == (Fate.STOPPED, "ended itself with 3")


@pytest.mark.parametrize("source", ["nothing_of_that_name", "def"])
def test_what_cannot_be_imported_is_no_mutant(court: Court, source: str) -> None:
    mutant = Mutant(Key(HINGE.path, "by_hand", "", source), 1, source)
    (result,) = court.judge([(HINGE, mutant)], {}, processes=1, limits=LIMITS, seconds=60.0)

    assert result.fate is Fate.INCOMPETENT


def test_a_mutant_of_a_shared_file_reaches_every_loss(court: Court) -> None:
    (batching,) = named("reference/batching.py")
    file = dataclasses.replace(batching, losses=HINGE.losses)
    mutant = Mutant(Key(file.path, "by_hand", "", ""), 1, file.source.replace("return values\n", "return -values\n"))
    (result,) = Court([file]).judge([(file, mutant)], {}, processes=1, limits=LIMITS, seconds=60.0)

    assert result.fate is Fate.KILLED


def test_a_mutant_of_what_the_variants_share_reaches_them() -> None:
    (reduction,) = named("implementations/reduction")
    file = dataclasses.replace(reduction, losses=("margin_ranking",))
    mutant = Mutant(Key(file.path, "by_hand", "", ""), 1, file.source.replace("values.sum()", "-values.sum()"))
    (result,) = Court([file]).judge([(file, mutant)], {}, processes=1, limits=LIMITS, seconds=60.0)

    assert result.fate is Fate.KILLED


def test_mutants_leave_the_process_as_it_was(court: Court) -> None:
    module = sys.modules[HINGE.module]
    judged(court, "margin - target *", "margin + target *")

    assert sys.modules[HINGE.module] is module


def test_a_mutant_listed_as_equivalent_that_is_killed_is_stale(court: Court) -> None:
    result = judged(court, "margin - target *", "margin + target *", proof="It looks alike.")

    assert result.is_stale


def test_a_loss_is_warmed_up_once_for_all_files_that_make_it_up(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    (batching,) = named("reference/batching.py")
    monkeypatch.setattr(judge, "run_clause", None)

    assert warm_up(dataclasses.replace(batching, losses=HINGE.losses)) == warm_up(HINGE)


def test_wrong_code_is_refused_before_it_is_mutated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "wrong_family"
    package.mkdir()
    (package / "margin_ranking.py").write_text(HINGE.source.replace("margin - target *", "margin + target *"))
    monkeypatch.syspath_prepend(tmp_path)
    wrong = Mutated("wrong", "wrong_family.margin_ranking", "wrong_family", HINGE.losses, HINGE.operators)

    with pytest.raises(Unready, match="wrong diverges unmutated"):
        warm_up(wrong)


def test_costly_clauses_are_left_out() -> None:
    (warp,) = named("vectorized/warp.py")
    asked = {duty.clause.id for duty in duties(warp)}

    assert {"value", "gradient", "sampling"} <= asked
    assert not {each for each in asked if each.startswith(("transforms", "cost"))}


def test_clauses_that_kill_most_in_the_least_time_are_asked_first(court: Court) -> None:
    by = "margin_ranking::float64::determinism"
    court.kills[by] += 1_000_000

    first: Duty = court._ordered(HINGE)[0]

    assert first.id == by


def test_children_answer_and_are_limited_in_memory() -> None:
    def work(job: int) -> int:
        return len(bytearray(job))

    ended = dict(forked([10, 2**33], work, processes=2, limits=Limits(memory=2**28)))

    assert ended[10].answer == 10
    assert "MemoryError" in ended[2**33].lost


def test_each_part_of_the_work_has_its_own_time() -> None:
    limits = Limits(cpu_seconds=1)

    def work(parts: int) -> int:
        for _ in range(parts):
            more_time(limits)
            until = time.process_time() + 0.8
            while time.process_time() < until:
                pass
        return parts

    (ended,) = dict(forked([3], work, processes=1, limits=limits)).values()

    assert ended.answer == 3


def test_command_judges_a_file_and_says_so(tmp_path: Path) -> None:
    report = tmp_path / "mutants.json"
    command = [sys.executable, "-m", "tests.mutants", "--file", "reference/margin", "--sample", "3", "--json", report]
    ran = subprocess.run(command, cwd=TOP, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 mutants judged" in ran.stdout
    assert report.exists()


def test_command_judges_survivors_again_and_keeps_the_other_fates(tmp_path: Path) -> None:
    mutants = HINGE.mutants[:3]
    fates = ["killed", "survived", "stopped"]
    entries = [
        {
            **dataclasses.asdict(mutant.key),
            "line": mutant.line,
            "fate": fate,
            "by": "somehow",
            "seconds": 0.1,
            "proof": "",
        }
        for mutant, fate in zip(mutants, fates, strict=True)
    ]
    report = tmp_path / "mutants.json"
    report.write_text(json.dumps({"mutants": [*entries, {**entries[0], "before": "no line of the file"}]}))
    command = [sys.executable, "-m", "tests.mutants", "--file", "reference/margin", "--again", report, "--json", report]
    ran = subprocess.run(command, cwd=TOP, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 mutants judged" in ran.stdout
    told = [each["by"] for each in json.loads(report.read_text())["mutants"]]
    assert (len(told), told.count("somehow")) == (3, 1)


@pytest.mark.parametrize("text", ["", "{}", '{"mutants": [{}]}', '{"mutants": 1}'])
def test_what_holds_no_findings_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mutants.json"
    path.write_text(text)

    with pytest.raises(findings.FindingsError, match=r"mutants\.json: no findings"):
        findings.read(path, [HINGE], {})


def test_command_refuses_a_file_that_is_not_mutated() -> None:
    command = [sys.executable, "-m", "tests.mutants", "--file", "no_such_file"]
    ran = subprocess.run(command, cwd=TOP, capture_output=True, text=True)

    assert ran.returncode == 2
    assert "'no_such_file'" in ran.stderr
