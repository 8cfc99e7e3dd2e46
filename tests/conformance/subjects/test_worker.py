"""The worker's own side: tasks by name, exceptions that travel or are described, memory that is limited."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from rankproof.conformance.subjects import worker
from rankproof.conformance.subjects.messages import Task, TaskError
from rankproof.conformance.subjects.subject import SubjectError


class Stubborn(Exception):
    """Cannot be read again: its constructor takes two arguments, and pickle gives it one."""

    def __init__(self, first, second):
        super().__init__(f"{first}, {second}")


@pytest.fixture
def task(monkeypatch):
    """Runs a function as a task; what would be sent comes back."""
    monkeypatch.setattr(worker, "framed", lambda message: message)
    monkeypatch.setattr(worker.faulthandler, "dump_traceback_later", lambda *a, **k: None)

    def run(function, **arguments):
        return worker._reply(Task(function, pickle.dumps(arguments), 60.0))

    return run


def test_a_task_that_there_is_not_is_an_error(task):
    assert isinstance(task("textwrap:absent").raised, AttributeError)
    assert isinstance(task("no_such_module:f").raised, ModuleNotFoundError)


def test_the_result_of_a_function_comes_back(task):
    assert task("textwrap:indent", text="a", prefix="> ").result == "> a"


def test_an_exception_travels_with_the_workers_traceback(task):
    told = task("json:loads", s="[")

    assert type(told.raised).__name__ == "JSONDecodeError"
    assert "In the worker:" in told.raised.__notes__[0]


def test_an_exception_that_cannot_be_read_again_is_described():
    described = worker._portable(Stubborn("one", "other"))

    assert isinstance(described, TaskError)
    assert "one, other" in str(described)
    assert isinstance(worker._portable(SubjectError("no good")), SubjectError)


def test_a_task_without_memory_says_so(task, monkeypatch):
    monkeypatch.setattr(worker, "_perform", lambda given: (_ for _ in ()).throw(MemoryError("32 GiB")))

    assert task("textwrap:indent").out_of_memory == "32 GiB"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of the address space is Linux's")
def test_memory_is_limited():
    source = (
        "from rankproof.conformance.subjects.worker import _limit_memory\n"
        "_limit_memory(2**30)\n"
        "try:\n    bytearray(2**31)\nexcept MemoryError:\n    print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)

    assert ran.stdout == "refused\n"
