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
    os.closerange(3, 64)
    time.sleep(60)


def leave_a_child(path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    Path(path).write_text(str(child.pid))
    os._exit(1)


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
