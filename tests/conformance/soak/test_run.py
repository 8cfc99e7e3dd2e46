"""A soak run: it goes on until enough cases are judged, resumes, and fails on any alarm."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from click.testing import CliRunner

from rankproof.conformance.cli import main
from rankproof.conformance.soak import run as runs
from rankproof.conformance.soak.plan import Plan, conforming
from rankproof.conformance.soak.record import read
from rankproof.conformance.soak.unit import Alarm, Count, Result
from rankproof.conformance.verdict.exit_codes import ExitCode

MINIATURE = Path(__file__).parents[1] / "data" / "miniature.py"
PLAN = Plan(conforming("cpu"), cases=2)
LOSSES = ("warp", "margin_ranking")


class AtOnce:
    """Runs what is submitted in this process."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


@pytest.fixture
def judged(monkeypatch):
    """Units that were asked for; judging one counts ten cases, and under seed 3 raises an alarm."""
    asked = []

    def judge(unit, plan):
        asked.append(unit.key)
        alarms = [Alarm(3, "rankproof check ...", error="Traceback: it broke")] if unit.seed == 3 else []
        return Result(unit, 1.0, {"value": Count(10, 15, 0, 0.25, unit.key)}, alarms)

    monkeypatch.setattr(runs, "judge_unit", judge)
    monkeypatch.setattr("rankproof.conformance.soak.digest.digest", lambda: "one")
    monkeypatch.setattr(runs.workers, "pool", lambda processes: AtOnce())
    monkeypatch.setattr(runs.workers, "stop", lambda executor: None)
    return asked


def soak(path, target, losses=LOSSES, plan=PLAN):
    said = []
    status = runs.soak(plan, target=target, state=path, losses=losses, processes=1, say=said.append)
    return status, "\n".join(said)


def test_units_are_judged_until_enough_cases_are(tmp_path, judged):
    status, said = soak(tmp_path / "soak.json", 25)

    assert status is ExitCode.CONFORMS
    assert judged == ["1/warp", "1/margin_ranking", "2/warp"]
    assert "seed 2 warp: 10 cases in 1 s, 0 alarms, worst share 0.250; 30 of 25" in said
    assert "0 alarms: 0.00 per million cases, at most 99857.74 with 95% confidence" in said


def test_a_second_run_goes_on_where_the_first_stopped(tmp_path, judged):
    soak(tmp_path / "soak.json", 20)
    _, said = soak(tmp_path / "soak.json", 40)

    assert judged == ["1/warp", "1/margin_ranking", "2/warp", "2/margin_ranking"]
    assert "going on after 20 cases" in said


def test_a_run_that_is_done_judges_nothing_more(tmp_path, judged):
    soak(tmp_path / "soak.json", 20)
    status, said = soak(tmp_path / "soak.json", 20)

    assert judged == ["1/warp", "1/margin_ranking"]
    assert status is ExitCode.CONFORMS
    assert "20 cases (30 numbers) judged under 1 seeds" in said


def test_the_record_is_written_after_each_unit(tmp_path, judged, monkeypatch):
    def interrupt(line):
        if line.startswith("seed 1 margin_ranking"):
            raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        runs.soak(PLAN, target=99, state=tmp_path / "soak.json", losses=LOSSES, processes=1, say=interrupt)

    assert ended.value.code == 130
    assert read(tmp_path / "soak.json").units == {"1/warp": 10, "1/margin_ranking": 10}


def test_an_alarm_is_told_in_full_kept_and_fails_every_later_run(tmp_path, judged):
    path = tmp_path / "soak.json"
    status, said = soak(path, 50, losses=("warp",))
    again, _ = soak(path, 50, losses=("warp",))

    assert status is again is ExitCode.DIVERGES
    assert "ALARM under seed 3" in said
    assert "Traceback: it broke" in said
    assert "rankproof check ..." in said
    assert [alarm.seed for alarm in read(path).alarms] == [3]


def test_other_code_starts_a_new_count_and_keeps_the_old_one(tmp_path, judged, monkeypatch):
    path = tmp_path / "soak.json"
    soak(path, 20)
    monkeypatch.setattr("rankproof.conformance.soak.digest.digest", lambda: "another")
    _, said = soak(path, 20)

    assert judged == ["1/warp", "1/margin_ranking"] * 2
    assert "counting anew" in said
    assert "What changed: the judged code, the specs or the suite" in said
    assert [len(kept["units"]) for kept in read(path).earlier] == [2]


def test_another_plan_is_another_count(tmp_path, judged):
    path = tmp_path / "soak.json"
    soak(path, 20)
    _, said = soak(path, 20, plan=Plan(conforming("cpu"), cases=3))

    assert "What changed: cases (2 before, 3 now)" in said


def test_subjects_that_take_nothing_end_the_run(tmp_path, monkeypatch, judged):
    monkeypatch.setattr(runs, "judge_unit", lambda unit, plan: Result(unit))
    status, said = soak(tmp_path / "soak.json", 20)

    assert status is ExitCode.UNUSABLE
    assert "no case was judged" in said


def command(*arguments):
    return CliRunner().invoke(main, ["soak", *map(str, arguments)])


def test_a_damaged_record_is_an_error_in_a_line(tmp_path):
    (tmp_path / "soak.json").write_text("{")
    ran = command("--state", tmp_path / "soak.json")

    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"rankproof: {tmp_path / 'soak.json'}: is no record of a soak run")


def test_an_unknown_loss_is_told_in_a_line():
    ran = command("--loss", "wrap")

    assert ran.exit_code == 2
    assert ran.stderr.startswith("rankproof: ")
    assert "no built-in loss 'wrap'; did you mean 'warp'?" in ran.stderr


@pytest.mark.parametrize("option", ["--cases", "--cases-per-clause", "--processes"])
def test_counts_are_at_least_one(option):
    ran = command(option, 0)

    assert ran.exit_code == 2
    assert option in ran.stderr


def test_a_wrong_subject_fails_the_command(tmp_path):
    pytest.importorskip("torch")
    subject = f"wrong@float64={MINIATURE}:wrong_sign"
    options = ("--loss", "margin_ranking", "--cases-per-clause", 2, "--cases", 1, "--processes", 1)
    ran = command("--subject", subject, *options, "--state", tmp_path / "soak.json")

    assert ran.exit_code == 1, ran.output
    assert "Reproduce with:" in ran.output
    assert json.loads((tmp_path / "soak.json").read_text())["alarms"][0]["finding"]["verdict"] == "diverges"


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_a_record_and_no_process(tmp_path, sent):
    pytest.importorskip("torch")
    path = tmp_path / "soak.json"
    arguments = ["--loss", "margin_ranking", "--cases-per-clause", "1", "--cases", "1000000", "--processes", "1"]
    started = [sys.executable, "-m", "rankproof.conformance", "soak", *arguments, "--state", str(path)]
    # A shell that runs these tests in the background has them ignore Ctrl-C, and what they start as well.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    options = {"start_new_session": True, "env": dict(os.environ), "preexec_fn": heard}
    process = subprocess.Popen(started, stdout=subprocess.PIPE, **options)
    assert process.stdout.readline().startswith(b"seed 1 margin_ranking")
    os.kill(process.pid, sent)
    process.wait(30)
    process.stdout.close()

    assert read(path).cases > 0
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker outlived its parent")
