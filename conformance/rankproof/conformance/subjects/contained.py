"""Work done in a process that can be killed: a subject that hangs, crashes, exits or runs out of memory is reported."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rankproof.conformance.subjects.messages import Garbled, Reply, Task, framed, unframed
from rankproof.conformance.subjects.pending import VARIABLE, PendingCase, read_pending
from rankproof.conformance.subjects.postmortem import culprit, explain_exit
from rankproof.conformance.subjects.process_group import GRACE, end_group
from rankproof.conformance.subjects.resident import resident
from rankproof.conformance.subjects.worker_failure import FailureKind, WorkerFailure

__all__ = ["FailureKind", "Stopped", "Worker", "WorkerFailure"]

POLL = 0.1  # seconds between two looks at whether the process is still there, and what it holds
SESSION = 10  # looks at the process alone for one at all that it started
OVERTIME = 0.5  # seconds in which the worker writes down where it hangs, and ends itself
KEPT_OUTPUT = 8192  # bytes
MOST_OUTPUT = 2**20  # bytes on disk before the older ones are dropped
WORKER = "rankproof.conformance.subjects.worker"
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # torch and numpy read them when imported


class Stopped(Exception):
    """The worker was told to stop while it had something to do."""


class Worker:
    """A process that performs one task after another and is replaced when a task destroys it.

    It is started at the first task, with the parent's ``sys.path``. ``memory`` limits its address space in
    bytes (importing torch alone takes some GiB of it), and ``resident`` what it and all that it started hold
    in fact, at which they are killed; both on Linux only. ``start_limit`` is in seconds.
    """

    def __init__(self, *, memory: int | None = None, resident: int | None = None, start_limit: float = 60.0) -> None:
        self._memory = memory or 0
        self._resident = resident
        self._lost: tuple[FailureKind, str] | None = (
            None  # why the process was given up, where its exit status does not tell
        )
        self._stopped = False
        self._number = 0
        self._start_limit = start_limit
        self._directory = tempfile.TemporaryDirectory(prefix="rankproof-")
        self._pending = Path(self._directory.name) / "pending"
        self._output = tempfile.TemporaryFile(mode="a+b")  # noqa: SIM115 (lives as long as the worker)
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run_task(self, function: str, arguments: Mapping[str, Any], timeout: float) -> Any:
        """The result of ``module:function`` called with the arguments in the worker, or a ``WorkerFailure``.

        Arguments and result are pickled. What the function raises is raised here, with the worker's
        traceback as a note; ``MemoryError`` is a failure. Returns at most some seconds after ``timeout``.

        Raises:
            Stopped: another thread has called ``stop``; the process is ended.
        """
        self._number += 1
        task = Task(function, pickle.dumps(dict(arguments)), timeout, self._number)
        began = time.monotonic()
        try:
            if not self._alive():
                self.close_process()
                self._start()
                if self._exchange(None, self._start_limit) != "ready":
                    return self._failure(began, self._start_limit, "starting")
            self._output.truncate(0)
            self._pending.write_bytes(b"")  # and never another file: the worker keeps this one open
            began = time.monotonic()
            reply = self._exchange(framed(task), timeout + OVERTIME)
        except BaseException:
            self.close_process()
            raise
        if not isinstance(reply, Reply) or reply.number != task.number:
            return self._failure(began, timeout, "running")
        if reply.out_of_memory is not None:
            return WorkerFailure(FailureKind.MEMORY, f"ran out of memory: {reply.out_of_memory}", self._last_case())
        if reply.raised is not None:
            raise reply.raised
        return reply.result

    def stop(self) -> None:
        """To be called from another thread than the one that runs tasks, which ends the process and stops."""
        self._stopped = True

    def close(self) -> None:
        """End the process and remove its files."""
        self.close_process()
        self._output.close()
        self._directory.cleanup()

    def close_process(self) -> None:
        """End the process and everything that it started; the next task gets a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            end_group(self._process, str(self._pending).encode(), at_once=self._lost is not None)
            self._process = None

    def _alive(self) -> bool:
        """Whether the process is there, and nothing came from it that nobody asked for."""
        if self._process is None or self._connection is None or self._process.poll() is not None:
            return False
        return not select.select([self._connection], [], [], 0)[0]

    def _start(self) -> None:
        self._lost = None
        parent, child = socket.socketpair()
        self._connection = parent
        self._output.truncate(0)
        with child:
            self._process = subprocess.Popen(
                # -P: the search path is the parent's, without the current directory in front
                [sys.executable, "-P", "-m", WORKER, str(child.fileno()), str(self._memory)],
                env=self._environment(),
                pass_fds=(child.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        searched = [os.path.abspath(entry) for entry in sys.path]
        threads = {name: os.environ.get(name, "1") for name in ONE_THREAD}
        return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(searched), VARIABLE: str(self._pending)}

    def _exchange(self, message: bytes | None, limit: float) -> Any:
        """Send a message and wait for the answer; None when the time is up or the process gone."""
        assert self._connection is not None
        assert self._process is not None
        deadline = time.monotonic() + limit
        received = bytearray()
        looks = 0
        try:
            if message is not None:
                self._connection.settimeout(limit)
                self._connection.sendall(message)
            while (remaining := deadline - time.monotonic()) > 0:
                if self._stopped:
                    raise Stopped
                complete, answer = unframed(received)
                if complete:
                    return answer
                self._connection.settimeout(min(remaining, POLL))
                with contextlib.suppress(TimeoutError):
                    chunk = self._connection.recv(2**20)
                    if not chunk:
                        return None
                    received += chunk
                    continue
                self._bound_output()
                looks += 1
                if self._process.poll() is not None or self._holds_too_much(looks):
                    return None  # its end of the socket may live on in its own children
        except (ConnectionError, TimeoutError):
            return None
        except Garbled as problem:
            self._lost = FailureKind.CRASHED, f"wrote to its connection to the harness ({problem})"
        return None

    def _holds_too_much(self, looks: int) -> bool:
        assert self._process is not None
        if self._resident is None or resident(self._process.pid, session=looks % SESSION == 0) <= self._resident:
            return False
        self._lost = FailureKind.MEMORY, f"held more than {self._resident / 2**30:.3g} GiB of memory"
        return True

    def _bound_output(self) -> None:
        if os.fstat(self._output.fileno()).st_size > MOST_OUTPUT:
            self._output.truncate(0)

    def _failure(self, began: float, limit: float, doing: str) -> WorkerFailure:
        """What happened to the process, which is over after this."""
        assert self._process is not None
        if self._lost is not None:
            return self._given_up(*self._lost)
        timed_out = time.monotonic() - began >= limit
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if timed_out else GRACE)
        status = self._process.returncode
        self.close_process()
        output = self._printed()
        if timed_out:
            return WorkerFailure(
                FailureKind.TIMEOUT,
                f"was still {doing} after {limit:g} s{culprit(output)} and was stopped",
                self._last_case(),
                output,
            )
        kind, sentence = explain_exit(status, output)
        return WorkerFailure(FailureKind(kind), sentence + culprit(output), self._last_case(), output)

    def _given_up(self, kind: FailureKind, problem: str) -> WorkerFailure:
        self.close_process()
        return WorkerFailure(kind, f"{problem} and was stopped", self._last_case(), self._printed())

    def _printed(self) -> str:
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), KEPT_OUTPUT, max(0, size - KEPT_OUTPUT)).decode(errors="replace")

    def _last_case(self) -> PendingCase | None:
        return read_pending(self._pending)
