"""The worker process: performs tasks, ``module:function`` with keyword arguments, until its parent is gone.

Run as ``python -m rankproof.conformance.subjects.worker FD MEMORY``: the socket to the parent, and a limit of
the address space in bytes (0: none; Linux only). Whatever ends the process is the parent's to explain.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import pickle
import socket
import sys
import traceback
from typing import Any

from rankproof.conformance.subjects.descriptors import out_of_reach
from rankproof.conformance.subjects.messages import Reply, Task, TaskError, framed, receive


def main() -> None:
    """Serve the parent."""
    connection = socket.socket(fileno=out_of_reach(int(sys.argv[1])))
    connection.set_inheritable(False)
    _limit_memory(int(sys.argv[2]))
    log, process = out_of_reach(2), os.getpid()
    faulthandler.enable(file=log)
    connection.sendall(framed("ready"))
    while (task := receive(connection)) is not None:
        reply = _reply(task, log)
        if os.getpid() != process:  # the subject has forked: only the worker itself may answer
            os._exit(0)
        connection.sendall(reply)


def _limit_memory(limit: int) -> None:
    if limit and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _reply(task: Task, log: int = 2) -> bytes:
    """What came of a task; ``log`` is where a hang is told, a descriptor that the subject does not know."""
    # Written by a thread of its own that needs no interpreter lock: the traceback at the limit shows where a
    # task hangs even in C, and a worker whose parent has died ends itself.
    faulthandler.dump_traceback_later(task.timeout, exit=True, file=log)
    try:
        return framed(Reply(result=_perform(task), number=task.number))
    except MemoryError as error:
        return framed(Reply(out_of_memory=str(error), number=task.number))
    except SystemExit:
        raise
    except BaseException as error:
        return framed(Reply(raised=_portable(error), number=task.number))
    finally:
        faulthandler.cancel_dump_traceback_later()


def _perform(task: Task) -> Any:
    module, _, name = task.function.partition(":")
    function = getattr(importlib.import_module(module), name)
    return function(**pickle.loads(task.arguments))


def _portable(error: BaseException) -> Exception:
    """The exception with its traceback as a note, if it can be pickled and read again."""
    try:
        described = "".join(traceback.format_exception(error))
    except BaseException as broken:  # its message cannot be made
        return TaskError(f"{type(error).__name__} (its message raises {type(broken).__name__})")
    try:
        error.add_note(f"In the worker:\n{described}")
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        return TaskError(described)
    return error if isinstance(error, Exception) and isinstance(again, type(error)) else TaskError(described)


if __name__ == "__main__":
    main()
