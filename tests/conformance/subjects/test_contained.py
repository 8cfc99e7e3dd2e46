"""Tasks that hang, crash, exit and fill the memory, and the harness that outlives them."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rankproof.conformance.subjects.contained import FailureKind, Stopped, Worker
from rankproof.conformance.subjects.subject import SubjectError

HERE = Path(__file__).parent


@pytest.fixture
def worker(monkeypatch):
    """A worker that can import the tasks beside this file."""
    monkeypatch.syspath_prepend(str(HERE))
    with Worker() as started:
        yield started


def test_a_result_comes_back(worker, capfd):
    assert worker.run_task("tasks:add", {"left": 1, "right": 2}, 20) == 3
    assert capfd.readouterr() == ("", "")


def test_a_large_result_comes_back(worker):
    result = worker.run_task("tasks:add", {"left": b"x" * 10**7, "right": b"y"}, 20)

    assert len(result) == 10**7 + 1


def test_the_process_is_kept_between_tasks(worker):
    one, other = (worker.run_task("tasks:process_id", {}, 20) for _ in range(2))

    assert one == other != os.getpid()


def test_the_search_path_is_the_parents(worker):
    searched = list(dict.fromkeys(os.path.abspath(entry) for entry in sys.path))

    assert worker.run_task("tasks:search_path", {}, 20)[: len(searched)] == searched


def test_an_exception_is_raised_here_with_the_workers_traceback(worker):
    with pytest.raises(SubjectError, match="no good") as caught:
        worker.run_task("tasks:reject", {"message": "no good"}, 20)

    assert str(caught.value) == "no good"
    assert "tasks.py" in caught.value.__notes__[0]


def test_an_exception_that_cannot_travel_is_described(worker):
    with pytest.raises(Exception, match="Unpicklable: one and other"):
        worker.run_task("tasks:reject_unpicklably", {}, 20)


def test_a_result_that_cannot_travel_is_an_error(worker):
    with pytest.raises(Exception, match="return_unpicklable"):
        worker.run_task("tasks:return_unpicklable", {}, 20)


@pytest.mark.parametrize("task", ["spin", "spin_in_c", "spin_without_a_look_at_signals"])
def test_a_hang_is_ended_within_seconds_of_its_limit_and_located(worker, task):
    worker.run_task("tasks:process_id", {}, 20)
    began = time.monotonic()
    failure = worker.run_task(f"tasks:{task}", {}, 0.5)

    assert time.monotonic() - began < 5
    assert failure.kind is FailureKind.TIMEOUT
    assert failure.detail.startswith("was still running after 0.5 s in ")
    assert f"({task})" in failure.detail


def test_a_process_that_ignores_the_request_to_end_is_killed(worker):
    worker.run_task("tasks:process_id", {}, 20)
    began = time.monotonic()
    failure = worker.run_task("tasks:ignore_the_request_to_end", {}, 0.5)

    assert 2 < time.monotonic() - began < 8
    assert failure.kind is FailureKind.TIMEOUT


def test_a_segmentation_fault_is_reported_with_its_place(worker):
    failure = worker.run_task("tasks:segfault", {}, 20)

    assert failure.kind is FailureKind.CRASHED
    assert failure.detail.startswith("died of signal 11 (SIGSEGV, a segmentation fault) in ")
    assert failure.detail.endswith("(segfault)")


@pytest.mark.parametrize("task", ["leave", "sys_exit"])
def test_an_exit_is_reported_with_its_status(worker, task):
    failure = worker.run_task(f"tasks:{task}", {"status": 3}, 20)

    assert failure.kind is FailureKind.EXITED
    assert failure.detail == "ended the process with status 3 (sys.exit or os._exit)"


def test_running_out_of_memory_is_reported(worker):
    failure = worker.run_task("tasks:allocate", {"size": 2**62}, 20)

    assert failure.kind is FailureKind.MEMORY
    assert "Unable to allocate" in failure.detail


@pytest.mark.skipif(sys.platform != "linux", reason="the address space can be limited on Linux only")
def test_memory_can_be_limited(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    with Worker(memory=2**31) as limited:
        inside = limited.run_task("tasks:allocate", {"size": 2**28}, 20)
        beyond = limited.run_task("tasks:allocate", {"size": 2**31}, 20)

    assert inside == 2**28
    assert beyond.kind is FailureKind.MEMORY


def test_a_connection_that_is_cut_is_a_crash(worker):
    assert worker.run_task("tasks:cut_connection", {}, 20).kind is FailureKind.CRASHED


def test_the_next_task_gets_a_new_process(worker):
    one = worker.run_task("tasks:process_id", {}, 20)
    worker.run_task("tasks:leave", {"status": 1}, 20)
    other = worker.run_task("tasks:process_id", {}, 20)

    assert one != other


def test_what_the_process_started_ends_with_it(worker, tmp_path):
    worker.run_task("tasks:leave_a_child", {"path": str(tmp_path / "child")}, 20)
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_running(child)


def is_running(process):
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        return not state.exists() or state.read_text().split()[2] != "Z"
    except ProcessLookupError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes that left their session are found on Linux only")
def test_what_has_left_the_session_ends_too(worker, tmp_path):
    worker.run_task("tasks:leave_a_child_in_a_session_of_its_own", {"path": str(tmp_path / "child")}, 20)
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_running(child)


def test_only_the_worker_itself_answers(worker):
    told = [worker.run_task("tasks:fork_and_return", {"value": "the worker's"}, 20) for _ in range(3)]

    assert told == ["the worker's"] * 3
    assert worker.run_task("tasks:add", {"left": 1, "right": 2}, 20) == 3


def test_descriptors_that_a_task_closes_are_not_the_workers(worker):
    before = worker.run_task("tasks:process_id", {}, 20)

    assert worker.run_task("tasks:close_descriptors", {"value": 7}, 20) == 7
    assert worker.run_task("tasks:process_id", {}, 20) == before


def test_a_hang_is_located_although_the_standard_streams_are_closed(worker):
    worker.run_task("tasks:close_descriptors", {"value": 7}, 20)
    failure = worker.run_task("tasks:spin", {}, 0.5)

    assert failure.kind is FailureKind.TIMEOUT
    assert "(spin)" in failure.detail


@pytest.mark.parametrize("then", ["wait", "return"])
def test_bytes_that_are_no_answer_are_told(worker, then):
    worker.run_task("tasks:process_id", {}, 20)
    failure = worker.run_task("tasks:write_to_the_connection", {"then": then}, 20)

    assert failure.kind is FailureKind.CRASHED
    assert "wrote to its connection to the harness" in failure.detail
    assert worker.run_task("tasks:add", {"left": 1, "right": 2}, 20) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is known on Linux only")
@pytest.mark.parametrize("task", ["eat_memory", "eat_memory_in_a_child"])
def test_who_holds_too_much_memory_is_stopped_before_the_machine_suffers(monkeypatch, task):
    monkeypatch.syspath_prepend(str(HERE))
    with Worker(resident=2**28) as limited:
        assert limited.run_task("tasks:eat_memory", {"limit": 2**26}, 20) == "full"

        failure = limited.run_task(f"tasks:{task}", {"limit": 2**31}, 30)

    assert failure.kind is FailureKind.MEMORY
    assert failure.detail == "held more than 0.25 GiB of memory and was stopped"


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "GeneratorExit", "Unprintable"])
def test_what_is_no_exception_is_raised_here_as_one(worker, kind):
    with pytest.raises(Exception, match=kind):
        worker.run_task("tasks:raise_base_exception", {"kind": kind}, 20)


def test_endless_output_fills_no_disk(worker):
    failure = worker.run_task("tasks:print_forever", {}, 1.5)

    assert failure.kind is FailureKind.TIMEOUT
    assert len(failure.output) <= 8192


def test_a_worker_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr("rankproof.conformance.subjects.contained.WORKER", "no_such_module_to_run")
    with Worker() as broken:
        failure = broken.run_task("tasks:add", {}, 20)

    assert failure.kind is FailureKind.EXITED
    assert "No module named no_such_module_to_run" in failure.output


def test_another_thread_stops_a_task_and_its_process(worker):
    process = worker.run_task("tasks:process_id", {}, 20)
    threading.Timer(0.2, worker.stop).start()

    with pytest.raises(Stopped):
        worker.run_task("tasks:spin", {}, 300)
    assert not is_running(process)


def test_a_worker_that_was_stopped_does_nothing_more(worker):
    worker.stop()

    with pytest.raises(Stopped):
        worker.run_task("tasks:process_id", {}, 20)


def test_closing_twice_is_allowed(worker):
    worker.run_task("tasks:process_id", {}, 20)
    worker.close()

    assert worker.close() is None


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("hangs", FailureKind.TIMEOUT), ("crashes", FailureKind.CRASHED), ("leaves", FailureKind.EXITED)],
)
def test_the_case_that_was_fatal_is_reported(worker, subject, kind):
    arguments = {"target": f"{HERE / 'numpy_miniatures.py'}:{subject}", "loss": "margin_ranking"}
    worker.run_task("tasks:open_subject", arguments, 20)
    failure = worker.run_task("tasks:run_subject", arguments, 1.5)

    assert failure.kind is kind
    assert failure.pending.case.inputs["input1"].shape == (5,)
    assert failure.pending.call.seed == 5


def test_a_torch_subject_runs_in_one_thread_and_is_not_blamed_when_it_was_not_at_work(worker, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    arguments = {"target": f"{HERE / 'miniatures.py'}:positional", "loss": "margin_ranking"}
    outcome = worker.run_task("tasks:run_subject", arguments, 60)
    threads = worker.run_task("tasks:threads", {}, 60)
    failure = worker.run_task("tasks:leave", {"status": 1}, 20)

    assert np.isfinite(outcome.value)
    assert threads == 1
    assert failure.pending is None
