"""``rankproof check``, run as a user runs it: verdicts, exit statuses, clear errors, hangs, crashes, two processes."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from importlib import resources
from pathlib import Path

import pytest

from rankproof.conformance import check as module
from rankproof.conformance import shares
from rankproof.conformance.request import Request
from rankproof.conformance.subjects.contained import FailureKind, Stopped, WorkerFailure
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Fault, Finding, Level, Verdict

pytest.importorskip("torch")

DATA = Path(__file__).parent / "data"
MINIATURE = DATA / "miniature.py"
SPECS = Path(str(resources.files("rankproof.spec")))
QUICK = ("--dtypes", "float64", "--cases", "5")
LONGEST = 9  # times one clause: 20 seconds where torch is imported in 2


def check(*arguments, timeout=300):
    command = [sys.executable, "-m", "rankproof.conformance", "check", *map(str, arguments)]
    # Given a copy: readline, which a debugger imports, tells a width to children behind the back of os.environ.
    variables = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=DATA, env=variables)


def verdict_file(document):
    """What a verdict file pins: the words, not the platform's numbers, nor the line in which a clause is stated."""
    keys = ("clause", "dtype", "level", "verdict", "reason", "location")
    found = [{key: entry[key] for key in keys} for entry in document["findings"]]
    return [{**entry, "location": re.sub(r":\d+ ", " ", entry["location"])} for entry in found]


def processor_seconds(*arguments):
    """A check, and the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = check(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ran, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_torch_margin_ranking_conforms_in_its_numbers_and_is_told_what_it_does_differently(tmp_path):
    torch_s = ("torch.nn:MarginRankingLoss", "--loss", "margin_ranking")
    # Most of one clause is to import torch: a yardstick for the speed of the machine, with other tests beside this one.
    _, least = processor_seconds(*torch_s, "--clause", "shift", "--dtypes", "float64")
    ran, taken = processor_seconds(*torch_s, "--json", tmp_path / "found.json")
    found = verdict_file(json.loads((tmp_path / "found.json").read_text()))

    assert ran.returncode == 1, ran.stderr
    assert found == json.loads((DATA / "torch_margin_ranking.json").read_text())
    assert taken < LONGEST * least
    diverging = {entry["clause"] for entry in found if entry["verdict"] == "diverges"}
    assert {"edge.empty_mean", "invalid.target_zero", "invalid.column_against_row"} <= diverging


def test_torch_margin_ranking_passes_at_the_level_of_its_numbers():
    ran = check("torch.nn:MarginRankingLoss", "--loss", "margin_ranking", "--level", "correct")

    assert ran.returncode == 0, ran.stdout


def test_a_wrong_hinge_is_shown_by_its_smallest_input(snapshot):
    ran = check(DATA / "wrong_hinge.py:wrong", "--loss", "pairwise_hinge", "--clause", "value", "--dtypes", "float64")

    assert ran.returncode == 1
    assert ran.stdout.replace(str(DATA), "DATA").replace(str(SPECS), "SPECS") == snapshot


@pytest.mark.parametrize("clause", ["value", "gradient", "ties"])
def test_the_printed_snippet_fails_in_the_same_way(tmp_path, clause):
    check(
        "wrong_hinge.py:wrong",
        "--loss",
        "pairwise_hinge",
        "--clause",
        clause,
        *QUICK,
        "--json",
        tmp_path / "found.json",
    )
    (finding,) = json.loads((tmp_path / "found.json").read_text())["findings"]

    ran = subprocess.run([sys.executable, "-c", finding["counterexample"]["snippet"]], capture_output=True, text=True)

    assert ran.returncode == 1
    assert "AssertionError: got" in ran.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("raises", "it raised RuntimeError: out of luck"), ("returns_nan", "the value is"), ("prints", "conforming")],
)
def test_a_subject_that_fails_gets_a_verdict_and_the_other_clauses_still_run(name, words):
    ran = check(
        f"miniature.py:{name}", "--loss", "margin_ranking", "--clause", "value", "--clause", "examples.summed", *QUICK
    )

    assert words in ran.stdout, ran.stderr
    assert "examples.summed" in ran.stdout
    assert ran.returncode == (0 if name == "prints" else 1)


def test_a_subject_that_spins_in_c_is_stopped_and_the_case_is_told():
    ran = check(
        "miniature.py:spins_on_big_inputs",
        *("--loss", "margin_ranking", "--clause", "value"),
        *("--timeout", "3"),
        *QUICK,
    )

    assert ran.returncode == 1, ran.stderr
    assert "was still running after 3 s" in ran.stdout
    assert "input1" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no_such_module:loss", "--loss", "warp"), "no_such_module"),
        (("miniature.py:rihgt", "--loss", "margin_ranking"), "right"),
        (("miniature.py:exits", "--loss", "margin_ranking"), "miniature.py:exits"),
        (("absent.py:loss", "--loss", "warp"), "absent.py"),
        (("miniature.py:right", "--loss", "margin_rankin"), "margin_ranking"),
        (("miniature.py:right", "--loss", "warp", "--dtypes", "float8"), "float8"),
        (("miniature.py:right",), "--loss"),
    ],
)
def test_bad_arguments_are_told_in_a_line_with_status_2(arguments, words):
    ran = check(*arguments)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


PATIENCE = 60  # seconds, of a test that fails
TWO_CORES = """
import signal, sys
from rankproof.conformance import cli, shares
shares.usable_cores = lambda: 2
shares.default_limit = lambda: 2**34
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(5))
sys.argv[0] = "rankproof"
cli.main()
"""
HANGS = """
import inspect, os, pathlib, time, torch

def hangs(input1, input2, target, margin=0.0, reduction="mean"):
    if any(frame.function == "run_clause" for frame in inspect.stack()):
        pathlib.Path(__file__).with_name(f"{os.getpid()}.process").touch()
        time.sleep(10_000)
    units = torch.relu(margin - target * (input1 - input2))
    return units if reduction == "none" else units.sum()
"""


@pytest.mark.parametrize(("number", "status", "words"), [(signal.SIGINT, 1, "Aborted!"), (signal.SIGTERM, 5, "")])
def test_an_interrupt_ends_both_processes_at_once(tmp_path, number, status, words):
    (tmp_path / "hanging.py").write_text(HANGS)
    arguments = ["check", f"{tmp_path / 'hanging.py'}:hangs", "--loss", "margin_ranking", "--timeout", "1000"]
    with subprocess.Popen([sys.executable, "-c", TWO_CORES, *arguments], stderr=subprocess.PIPE, text=True) as ran:
        while len(hanging := [int(path.stem) for path in tmp_path.glob("*.process")]) < 2 and ran.poll() is None:
            time.sleep(0.05)
        ran.send_signal(number)
        _, told = ran.communicate(timeout=PATIENCE)

    assert ran.returncode == status
    assert told.strip() == words
    assert not [process for process in hanging if Path(f"/proc/{process}").exists()]


MINE = ("margin_ranking", "mine.py:loss", "cpu")


class Meeting:
    """Stands for a worker; what happens in each process is set by a test."""

    judge = staticmethod(lambda worker, clause, dtype: None)
    open = staticmethod(lambda worker: None)
    made = ()

    def __init__(self, **options):
        self.number = len(Meeting.made)
        self.stopped = threading.Event()
        Meeting.made = (*Meeting.made, self)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def stop(self):
        self.stopped.set()

    def run_task(self, function, arguments, timeout):
        if function.endswith(":import_subject"):
            Meeting.open(self)
        if not function.endswith(":judge_clause"):
            return asdict(Asked(*MINE, "loss(input1, input2, target)"))
        about = (*MINE, arguments["dtype"], arguments["clause"], Level.CORRECT)
        instead = Meeting.judge(self, arguments["clause"], arguments["dtype"])
        return instead or Finding(*about, Verdict.CONFORMING).to_json()


@pytest.fixture
def meeting(monkeypatch):
    """Checks whose workers are such; with what happens in them and on how many cores."""
    monkeypatch.setattr(module, "Worker", Meeting)
    monkeypatch.setattr(shares, "default_limit", lambda: 2**34)

    def judged(cores=2, **happens):
        monkeypatch.setattr(shares, "usable_cores", lambda: cores)
        monkeypatch.setattr(Meeting, "made", ())
        for name, function in happens.items():
            monkeypatch.setattr(Meeting, name, staticmethod(function))
        return module.judge(Request("mine.py:loss", "margin_ranking"))

    return judged


def test_two_processes_judge_at_the_same_time_and_the_findings_come_in_order(meeting):
    met, seen = threading.Barrier(2), set()

    def judge(worker, clause, dtype):
        if worker not in seen:
            seen.add(worker)
            met.wait(PATIENCE)

    two, one = meeting(judge=judge), meeting(cores=1, judge=lambda *asked: None)

    assert len(seen) == 2
    assert two == one
    assert list(dict.fromkeys(each.dtype for each in two)) == ["float64", "float32", "float16", "bfloat16"]


LOST = WorkerFailure(FailureKind.CRASHED, "died")


@pytest.mark.parametrize("every", [1, 7, 20, 30, 40, 60])
@pytest.mark.parametrize("faster", [0, 1])
def test_losses_are_counted_in_the_order_of_the_findings_however_many_processes_there_are(
    meeting, monkeypatch, every, faster
):
    jobs = [(each.clause, each.dtype) for each in meeting(cores=1)]
    fatal = jobs[every - 1 :: every]

    def one_after_the_other(tasks, stop):
        done = {number: tasks[number]() for number in (faster, 1 - faster) if number < len(tasks)}
        return [done[number] for number in sorted(done)]

    monkeypatch.setattr(module, "side_by_side", one_after_the_other)
    one, two = (meeting(cores, judge=lambda worker, *job: LOST if job in fatal else None) for cores in (1, 2))
    run = [each for each in two if each.verdict is not Verdict.NOT_RUN]

    assert two == one
    assert len(two) == len(jobs)
    assert [(each.clause, each.dtype) for each in run if each.verdict is Verdict.DIVERGES] == fatal[:3]
    assert len(fatal) < 3 or len(run) == 3 * every


def test_an_error_in_one_process_is_raised_and_the_other_does_not_go_on(meeting):
    def judge(worker, clause, dtype):
        if worker.number == 1:
            raise SubjectError("it is gone")
        assert worker.stopped.wait(PATIENCE)
        raise Stopped

    with pytest.raises(SubjectError, match="it is gone"):
        meeting(judge=judge)


def test_the_first_process_judges_all_where_the_subject_lets_in_no_second(meeting):
    judged = []

    def admit_one(worker):
        if worker.number == 1:
            raise SubjectError("somebody is in there")

    found = meeting(open=admit_one, judge=lambda worker, clause, dtype: judged.append((worker.number, clause, dtype)))

    assert {number for number, *_ in judged} == {0}
    assert sorted((each.clause, each.dtype) for each in found) == sorted(tuple(job) for _, *job in judged)
    assert found == meeting(cores=1, open=lambda worker: None, judge=lambda *asked: None)


def test_a_subject_that_cannot_be_opened_starts_no_second_process(meeting):
    def refuse(worker):
        raise SubjectError(f"process {worker.number} says no")

    with pytest.raises(SubjectError, match="process 0 says no"):
        meeting(open=refuse)


def test_two_processes_find_what_one_finds(monkeypatch):
    found = {}
    monkeypatch.setattr(shares, "START", 0.0)  # a second process even for little
    monkeypatch.setattr(shares, "default_limit", lambda: 2**34)
    for cores in (1, 2):
        monkeypatch.setattr(shares, "usable_cores", lambda cores=cores: cores)
        asked = {"clauses": ("value", "gradient", "shift"), "dtypes": ("float64", "float32"), "cases": 4}
        found[cores] = module.judge(Request(f"{DATA / 'hostile.py'}:leaves", "margin_ranking", **asked))

    assert found[1] == found[2]
    assert [each.fault for each in found[2]].count(Fault.SUBJECT) == 2
