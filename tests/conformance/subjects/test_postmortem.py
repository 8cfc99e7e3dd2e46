"""Sentences about how a process ended."""

from __future__ import annotations

import os
import signal

import pytest

from rankproof.conformance.subjects.postmortem import culprit, explain_exit

TRACEBACK = """Timeout (0:00:01)!
Thread 0x00007f0000000001 (most recent call first):
  File "/home/me/pool.py", line 9 in wait

Thread 0x00007f0000000000 (most recent call first):
  File "{stdlib}/ctypes/__init__.py", line 519 in string_at
  File "/home/me/my_loss.py", line 3 in forward
  File "/home/me/check.py", line 30 in run
"""


@pytest.mark.parametrize(
    ("status", "output", "kind", "part"),
    [
        (0, "", "exited", "with status 0"),
        (3, "", "exited", "with status 3"),
        (1, "Traceback:\nMemoryError\n", "memory", "ran out of memory"),
        (1, "MemoryError\nother\n", "exited", "with status 1"),
        (-signal.SIGSEGV, "", "crashed", "(SIGSEGV, a segmentation fault)"),
        (-signal.SIGUSR1, "", "crashed", "(SIGUSR1)"),
        (-64, "", "crashed", "signal 64"),
        (-signal.SIGKILL, "", "memory", "killed by the system"),
        (-signal.SIGABRT, "terminate called after throwing std::bad_alloc", "memory", "(SIGABRT)"),
        (None, "", "crashed", "cut its connection"),
    ],
)
def test_each_end_has_its_sentence(status, output, kind, part):
    found, sentence = explain_exit(status, output)

    assert found == kind
    assert part in sentence


def test_the_culprit_is_in_the_main_thread_and_not_in_the_library():
    text = TRACEBACK.format(stdlib=os.path.dirname(os.__file__))

    assert culprit(text) == " in /home/me/my_loss.py, line 3 (forward)"


def test_a_traceback_of_the_c_stack_is_passed_over():
    text = TRACEBACK.format(stdlib="/x") + "\nCurrent thread's C stack trace (most recent call first):\n  Binary file\n"

    assert culprit(text).endswith("(string_at)")


def test_no_traceback_no_culprit():
    assert culprit("Killed") == ""
