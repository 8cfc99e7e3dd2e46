"""A descriptor out of reach is the same file, and survives the closing of all the usual ones."""

from __future__ import annotations

import os

import pytest

from rankproof.conformance.subjects.descriptors import FIRST, out_of_reach


def test_the_file_is_the_same_under_a_high_number_that_children_do_not_inherit(tmp_path):
    pytest.importorskip("fcntl")
    low = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY)
    high = out_of_reach(low)
    os.write(high, b"still here")
    inherited = os.get_inheritable(high)
    os.close(high)

    assert high >= FIRST
    assert not inherited
    assert (tmp_path / "a").read_bytes() == b"still here"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(low)


def test_the_standard_streams_stay_open():
    pytest.importorskip("fcntl")
    high = out_of_reach(2)
    os.close(high)

    assert os.fstat(2)


def test_where_there_is_no_higher_number_it_stays_where_it_is(monkeypatch, tmp_path):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments):
        raise OSError

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    low = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY)

    assert out_of_reach(low) == low
    os.close(low)
