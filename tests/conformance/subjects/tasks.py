"""What a worker is asked to do in the tests."""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import sys
import time
from pathlib import Path


def add(left, right):
    print("adding")
    return left + right


def process_id():
    return os.getpid()


def threads():
    import torch

    return torch.get_num_threads()


def search_path():
    return sys.path


def reject(message):
    from rankproof.conformance.subjects.subject import SubjectError

    raise SubjectError(message)


class Unpicklable(Exception):
    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def reject_unpicklably():
    raise Unpicklable("one", "other")


def return_unpicklable():
    return lambda: None


def spin():
    while True:
        pass


def spin_without_a_look_at_signals():
    7 ** (7**10) % 2


def spin_in_c():
    import numpy as np

    np.linalg.svd(np.eye(6000) + 1)


def ignore_the_request_to_end():
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    import faulthandler

    faulthandler.cancel_dump_traceback_later()
    spin()


def segfault():
    ctypes.string_at(0)


def leave(status):
    os._exit(status)


def sys_exit(status):
    sys.exit(status)


def allocate(size):
    import numpy as np

    return np.empty(size, dtype=np.uint8).nbytes


def cut_connection():
    os.closerange(3, 4096)
    time.sleep(60)


def leave_a_child(path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    Path(path).write_text(str(child.pid))
    os._exit(1)


def leave_a_child_in_a_session_of_its_own(path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    Path(path).write_text(str(child.pid))
    os._exit(1)


def fork_and_return(value):
    """Both processes return: the second answer is nobody's."""
    child = os.fork()
    return f"{value} of the child" if child == 0 else value


def close_descriptors(value):
    """All that a subject can guess, the standard ones among them."""
    os.closerange(0, 64)
    return value


def write_to_the_connection(then):
    connection = next(each for each in map(_socket, range(3, 1024)) if each is not None)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    if then == "wait":
        time.sleep(60)


def _socket(descriptor):
    import socket
    import stat

    try:
        is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        return socket.socket(fileno=os.dup(descriptor)) if is_socket else None
    except OSError:
        return None


def eat_memory(limit):
    kept = []
    while sum(map(len, kept)) < limit:
        kept.append(bytearray(b"x" * 2**24))
        time.sleep(0.01)
    return "full"


def eat_memory_in_a_child(limit):
    source = f"import time; kept = bytearray(b'x' * {limit}); time.sleep(60)"
    subprocess.run([sys.executable, "-c", source])


class Unprintable(BaseException):
    def __str__(self):
        raise ValueError("no words")


def raise_base_exception(kind):
    raise {"KeyboardInterrupt": KeyboardInterrupt, "GeneratorExit": GeneratorExit, "Unprintable": Unprintable}[kind]()


def print_forever():
    line = "x" * 100_000
    while True:
        print(line, flush=True)


@functools.cache
def subject_kept(target, loss):
    from rankproof.conformance.specification import load_builtin
    from rankproof.conformance.subjects.build import build_subject

    return build_subject(target, load_builtin(loss))


def open_subject(target, loss):
    subject_kept(target, loss)


def run_subject(target, loss):
    from rankproof.conformance.subjects import probes
    from rankproof.conformance.subjects.plan import Arrangement
    from rankproof.conformance.subjects.subject import Call

    subject = subject_kept(target, loss)
    case = probes.single(subject.spec, subject.spec.defaults(), "mean")
    return subject.attempt(case, Call(seed=5), Arrangement())
