"""A file that a user names is read when it is a small regular file, and what else it is is said."""

from __future__ import annotations

import os

import pytest

from rankproof.conformance.small_file import Unreadable, read_small


def test_a_small_file_is_read_whole(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")

    assert read_small(tmp_path / "a", 5) == b"12345"


def test_a_larger_file_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"123456")

    with pytest.raises(Unreadable, match="larger than 5 bytes"):
        read_small(tmp_path / "a", 5)


def test_what_is_no_file_is_called_what_it_is(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    for name, words in ((".", "is a directory"), ("absent", "does not exist"), ("pipe", "is a pipe or a device")):
        with pytest.raises(Unreadable, match=words):
            read_small(tmp_path / name, 5)


@pytest.mark.parametrize("name", ["nul\0l", "x" * 5000])
def test_a_name_that_no_file_can_have_is_no_crash(tmp_path, name):
    with pytest.raises(Unreadable):
        read_small(tmp_path / name, 5)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0)

    with pytest.raises(Unreadable, match="cannot be read"):
        read_small(tmp_path / "a", 5)
