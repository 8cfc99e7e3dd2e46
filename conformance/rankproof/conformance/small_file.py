"""Reads a file that a user names, which may be anything: a directory, a pipe, a device without end."""

from __future__ import annotations

from pathlib import Path


class Unreadable(Exception):
    """A path that holds no file that could be read; the message says what it is."""


def read_small(path: Path, most: int) -> bytes:
    """The contents of a regular file of at most ``most`` bytes.

    Raises
    ------
    Unreadable
        For a file that is missing, no regular file, not permitted, or larger.
    """
    try:
        if not path.is_file():
            raise Unreadable(_kind(path))
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except (OSError, ValueError) as error:  # a name with a null character or half of one, or too long a name
        raise Unreadable(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > most:
        raise Unreadable(f"the file is larger than {most} bytes")
    return raw


def _kind(path: Path) -> str:
    if path.is_dir():
        return "the path is a directory"
    return "the path is a pipe or a device" if path.exists() else "the path does not exist"
