"""Readers that do what no reader may on the input "bad": they test what watches the readers."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.target import Target

BAD = b"bad"


def _raise() -> None:
    raise KeyError("scores")


def _spin() -> None:
    7 ** (7**9)  # in C, where no Python signal handler would be run


def _eat() -> None:
    bytearray(2**40)


def _target(name: str, misbehave: Callable[[], object]) -> Target:
    def read(data: bytes) -> bool:
        if data == BAD:
            misbehave()
        return data.startswith(b"a")

    return Target(name, read, lambda: st.sampled_from((b"a", b"b")), lambda: [b"a", BAD, b"b"], share=1, seconds=0.5)


RAISES = _target("raises", _raise)
SPINS = _target("spins", _spin)
EATS = _target("eats", _eat)
SLEEPS = _target("sleeps", lambda: time.sleep(60))
CRASHES = _target("crashes", lambda: ctypes.string_at(0))
LEAVES = _target("leaves", lambda: os._exit(3))
