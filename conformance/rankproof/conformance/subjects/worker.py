"""The worker process: performs tasks, ``module:function`` with keyword arguments, until its parent is gone.

Run as ``python -m rankproof.conformance.subjects.worker FD MEMORY``: the socket to the parent, and a limit of
the address space in bytes (0: none; Linux only). Whatever ends the process is the parent's to explain.
"""

from __future__ import annotations

import faulthandler
import importlib
import pickle
import socket
import sys
import traceback
from typing import Any

from rankproof.conformance.subjects.messages import Reply, Task, TaskError, framed, receive


def main() -> None:
    """Serve the parent."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    _limit_memory(int(sys.argv[2]))
    faulthandler.enable(file=sys.__stderr__ or sys.stderr)
    connection.sendall(framed("ready"))
    while (task := receive(connection)) is not None:
        connection.sendall(_reply(task))


def _limit_memory(limit: int) -> None:
    if limit and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _reply(task: Task) -> bytes:
    # Written by a thread of its own that needs no interpreter lock: the traceback at the limit shows where a
    # task hangs even in C, and a worker whose parent has died ends itself.
    faulthandler.dump_traceback_later(task.timeout, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        return framed(Reply(result=_perform(task)))
    except MemoryError as error:
        return framed(Reply(out_of_memory=str(error)))
    except Exception as error:
        return framed(Reply(raised=_portable(error)))
    finally:
        faulthandler.cancel_dump_traceback_later()


def _perform(task: Task) -> Any:
    module, _, name = task.function.partition(":")
    function = getattr(importlib.import_module(module), name)
    return function(**pickle.loads(task.arguments))


def _portable(error: Exception) -> Exception:
    """The exception with its traceback as a note, if it can be pickled and read again."""
    described = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"In the worker:\n{described}")
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        return TaskError(described)
    return error if isinstance(again, type(error)) else TaskError(described)


if __name__ == "__main__":
    main()
