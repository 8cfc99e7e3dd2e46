"""What is put to a worker, clause after clause, and what is told where it was lost."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from rankproof.conformance.clause_worker import MOST_LOSSES, ClauseWorker
from rankproof.conformance.request import Request
from rankproof.conformance.shares import all_jobs
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.contained import FailureKind, Stopped, WorkerFailure
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Fault, Finding, Level, Verdict
from rankproof.conformance.verdict.waivers import Waiver

SPEC = load_builtin("margin_ranking")
REQUEST = Request("mine.py:loss", "margin_ranking", dtypes=("float64",))
JOBS = all_jobs(SPEC, REQUEST)
LOST = WorkerFailure(FailureKind.EXITED, "ended the process with status 7")


class Scripted:
    """Stands for a worker: notes what it is asked, and answers as the script of a task says."""

    def __init__(self, **script):
        self.script = script
        self.asked = []
        self.closed = 0

    def run_task(self, function, arguments, timeout):
        task = function.rpartition(":")[2]
        self.asked.append(task)
        told = self.script[task](arguments) if task in self.script else None
        if isinstance(told, Exception):
            raise told
        return told

    def close_process(self):
        self.closed += 1


def passes(arguments):
    about = ("margin_ranking", "mine.py:loss", "cpu", arguments["dtype"], arguments["clause"])
    return Finding(*about, Level.CORRECT, Verdict.CONFORMING).to_json()


def clause_worker(worker, waivers=()):
    return ClauseWorker(worker, SPEC, REQUEST, waivers)


def test_clauses_are_judged_one_after_another():
    judged = clause_worker(Scripted(judge_clause=passes)).judge(JOBS)

    assert list(judged) == JOBS
    assert [each.finding.clause for each in judged.values()] == [job.clause.id for job in JOBS]
    assert not any(each.lost for each in judged.values())


def test_the_subject_is_opened_anew_after_a_loss_and_no_more_after_the_last():
    worker = Scripted(judge_clause=lambda arguments: LOST)
    judged = clause_worker(worker).judge(JOBS)

    assert list(judged) == JOBS[:MOST_LOSSES]
    assert all(each.lost and each.finding.verdict is Verdict.DIVERGES for each in judged.values())
    assert worker.asked == ["judge_clause", *["import_subject", "probe_subject", "judge_clause"] * (MOST_LOSSES - 1)]


def test_a_loss_is_told_with_its_place():
    (judged,) = clause_worker(Scripted(judge_clause=lambda arguments: LOST)).judge(JOBS[:1]).values()

    assert judged.finding.reason == "it ended the process with status 7"
    assert judged.finding.fault is Fault.HARNESS  # no case was with the subject
    assert judged.finding.location == JOBS[0].clause.location


def test_an_error_of_the_harness_is_told_by_its_clause():
    worker = Scripted(judge_clause=lambda arguments: ZeroDivisionError("by nought"))
    (judged,) = clause_worker(worker).judge(JOBS[:1]).values()

    assert judged.lost
    assert judged.finding.reason == "judging it raised ZeroDivisionError: by nought"
    assert worker.closed == 1


@pytest.mark.parametrize("error", [SubjectError("no such file"), Stopped()])
def test_an_error_that_ends_the_check_is_raised(error):
    with pytest.raises(type(error)):
        clause_worker(Scripted(judge_clause=lambda arguments: error)).judge(JOBS)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("import_subject", "importing mine.py:loss ended the process with status 7"),
        ("probe_subject", "mine.py:loss in a first call ended the process with status 7"),
    ],
)
def test_a_subject_that_cannot_be_opened_is_told(task, words):
    with pytest.raises(SubjectError, match=words):
        clause_worker(Scripted(**{task: lambda arguments: LOST})).open()


def test_opening_a_subject_tells_how_it_is_asked():
    asked = Asked("margin_ranking", "mine.py:loss", "cpu", "loss(input1, input2, target)")

    assert clause_worker(Scripted(probe_subject=lambda arguments: asdict(asked))).open() == asked


def test_a_clause_that_is_waived_is_not_shrunk():
    shrunk = {}

    def note(arguments):
        shrunk[arguments["clause"]] = arguments["shrink"]
        return passes(arguments)

    waiver = Waiver("mine.py:loss", "margin_ranking", "value", "known", "https://example.org/1", "waivers.yaml:1")
    clause_worker(Scripted(judge_clause=note), [waiver]).judge(JOBS)

    assert [clause for clause, shrink in shrunk.items() if not shrink] == ["value"]


def test_what_comes_after_too_many_losses_is_not_run():
    finding = clause_worker(Scripted()).not_run(JOBS[5])

    assert (finding.clause, finding.verdict) == (JOBS[5].clause.id, Verdict.NOT_RUN)
    assert finding.reason == "the subject took its process with it 3 times"
