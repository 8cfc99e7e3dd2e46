"""Peak memory: what a call takes and gives back is seen, what was there before and what is kept free is not."""

import sys

import numpy as np
import pytest

from rankproof.conformance.subjects import memory
from rankproof.conformance.subjects.memory import MIB, NoMeter, gaps_filled, peak_bytes, settled

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
CLOSE = MIB


def take(mebibytes):
    return lambda: np.ones(mebibytes * MIB, dtype=np.uint8)


@pytest.mark.parametrize("mebibytes", [4, 32])
def test_sees_what_a_call_takes_and_gives_back(mebibytes):
    with settled():
        assert abs(peak_bytes(take(mebibytes), "cpu") - mebibytes * MIB) < CLOSE


def test_sees_the_most_that_is_taken_at_once():
    def call():
        for _ in range(4):
            np.ones(8 * MIB, dtype=np.uint8)

    with settled():
        assert abs(peak_bytes(call, "cpu") - 8 * MIB) < CLOSE


def test_an_earlier_call_hides_nothing():
    with settled():
        peak_bytes(take(64), "cpu")
        small = [bytearray(4096) for _ in range(4096)]
        small.clear()

        assert abs(peak_bytes(take(16), "cpu") - 16 * MIB) < CLOSE
        assert peak_bytes(lambda: None, "cpu") < CLOSE


@pytest.mark.parametrize("size", [64, 128, 700])
def test_small_objects_show_in_a_heap_full_of_gaps(size):
    small = [bytes(size - sys.getsizeof(b"")) for _ in range(4 * MIB // size)]
    gaps = small[::40]  # with all between them given back, yet hardly a page that is free
    del small

    with settled(), gaps_filled():
        peak = peak_bytes(lambda: [bytes(size - sys.getsizeof(b"")) for _ in range(2 * MIB // size)], "cpu")

    assert gaps
    assert abs(peak - 2 * MIB) < CLOSE / 2


def test_memory_that_was_there_before_is_not_counted():
    kept = np.ones(32 * MIB, dtype=np.uint8)

    assert peak_bytes(lambda: kept.sum(), "cpu") < 2 * CLOSE


def test_a_meter_that_sees_nothing_is_not_believed(monkeypatch):
    memory._problem.cache_clear()
    monkeypatch.setattr(memory, "_resident", lambda name: 0)
    try:
        with pytest.raises(NoMeter, match=r"wrong here: 0\.0 MiB for 8 MiB"):
            peak_bytes(take(1), "cpu")
    finally:
        memory._problem.cache_clear()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_a_platform_without_proc_has_no_meter(monkeypatch, platform):
    memory._problem.cache_clear()
    monkeypatch.setattr(memory.sys, "platform", platform)
    try:
        with pytest.raises(NoMeter, match=platform):
            peak_bytes(take(1), "cpu")
    finally:
        memory._problem.cache_clear()
