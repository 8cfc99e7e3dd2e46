"""The files of the spec package: under which name they are kept in findings, and where a reader opens them.

A finding says ``warp.yaml:12 (formula)`` on every machine; a report shows where that file is on this one.
"""

from __future__ import annotations

import os
from importlib import resources

_PACKAGE = "rankproof.spec"


def kept_name(path: str) -> str:
    """A spec file's name in findings.

    One of the package by its name alone; any other by its path, from the current directory where it is below it,
    and never so that it could be taken for one of the package.
    """
    if _exists(path) and os.path.realpath(path) == os.path.realpath(_packaged(os.path.basename(path))):
        return os.path.basename(path)
    shown = from_here(path) if os.path.isabs(path) else path
    return os.path.join(".", shown) if _is_packaged(shown) else shown


def openable(location: str) -> str:
    """``warp.yaml:12 (formula)`` with the path of that file on this machine, another file's location as it is."""
    file, colon, rest = location.partition(":")
    return f"{from_here(_packaged(file))}{colon}{rest}" if _is_packaged(file) else location


def from_here(path: str) -> str:
    """An absolute path from the current directory, where it is below that; any other as it is."""
    try:
        here = os.path.join(os.getcwd(), "")
    except OSError:  # the directory was removed
        return path
    return path.removeprefix(here)


def _packaged(name: str) -> str:
    return str(resources.files(_PACKAGE) / name)


def _is_packaged(file: str) -> bool:
    return os.path.basename(file) == file and file.endswith((".yaml", ".md")) and _exists(_packaged(file))


def _exists(path: str) -> bool:
    """os.path.isfile, unlike the method of Path, is False for a name that no file can have."""
    return os.path.isfile(path)
