"""The JSON document of a run: written in one piece, and refused when it is empty, truncated or of another format."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rankproof.conformance.small_file import Unreadable, read_small
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.environment import version
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.json_numbers import numbers, plain
from rankproof.conformance.verdict.shape import Misshapen, check_depth, check_shape
from rankproof.conformance.visible import kind_of, visible

FORMAT = 1
MOST_BYTES = 2**28  # a run of everything writes some 10**6
KEYS = {"rankproof": str, "format": int, "environment": dict, "findings": list}
NUMERIC = ("inputs", "parameters", "got", "expected", "share", "mask", "upstream")

Part = TypeVar("Part")


class DocumentError(Exception):
    """A report that cannot be read; the message names the file, what is wrong with it and what to do."""


@dataclass(frozen=True)
class NotRun:
    """A device on which nothing was run, and why."""

    device: str
    reason: str


@dataclass(frozen=True)
class Document:
    """What one run found, and what it ran on."""

    findings: tuple[Finding, ...]
    environment: Mapping[str, Any]
    not_run: tuple[NotRun, ...] = ()
    rankproof: str = ""
    source: str = ""  # the file that it was read from
    asked: tuple[Asked, ...] = ()  # how each subject was called, as far as it is known


def refuse_unwritable(path: Path) -> None:
    """Raise DocumentError where a document cannot be written, before a long run is made for nothing.

    The directory is made, as ``write`` makes it; what is in the place already stays as it is.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = _partial(path)
        partial.touch()
        partial.unlink()
    except (OSError, ValueError) as problem:
        raise _unwritable(path, problem) from None


def write(path: Path, document: Document) -> None:
    """Write the document beside its place first, so that a killed run leaves no half of one. Raises DocumentError."""
    text = to_text(document)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = _partial(path)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as problem:
        raise _unwritable(path, problem) from None


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.partial")


def _unwritable(path: Path, problem: OSError | ValueError) -> DocumentError:
    told = problem.strerror if isinstance(problem, OSError) else problem
    return DocumentError(f"{path}: cannot be written: {told}; name another file")


def to_text(document: Document) -> str:
    """Strict JSON: a NaN that slipped through is an error here, not in another language's reader."""
    data = {
        "rankproof": document.rankproof or version() or "not installed",
        "format": FORMAT,
        "environment": plain(document.environment),
        "findings": [plain(finding.to_json()) for finding in document.findings],
        "not_run": [asdict(skipped) for skipped in document.not_run],
        "subjects": [plain(asdict(asked)) for asked in document.asked],
    }
    return json.dumps(data, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def read(path: Path) -> Document:
    """The document in a file.

    Raises DocumentError where the file cannot be opened, is empty, is no whole JSON document, is of another format,
    or holds neither a finding nor a reason why nothing was run.
    """
    data = _whole(path)
    for key, kind in KEYS.items():
        if not isinstance(data.get(key), kind):
            found = type(data[key]).__name__ if key in data else "nothing"
            raise DocumentError(f"{path}: {key!r} holds {found}, expected {kind.__name__}; write it again")
    if data["format"] != FORMAT:
        raise DocumentError(
            f"{path}: format {str(data['format'])[:20]}, written by rankproof {visible(data['rankproof'][:40])}; "
            f"this version reads format {FORMAT}: run again, or read it with that version"
        )
    try:
        check_depth(data)
        findings = tuple(_finding(entry) for entry in data["findings"])
        not_run = tuple(_made(NotRun, entry) for entry in _entries(data, "not_run"))
        asked = tuple(_made(Asked, entry) for entry in _entries(data, "subjects"))
    except Misshapen as problem:
        raise DocumentError(f"{path}: an entry is not as format {FORMAT} has it ({problem}); write it again") from None
    if not findings and not not_run:
        raise DocumentError(f"{path}: no finding in it, so nothing was run; run again")
    return Document(findings, data["environment"], not_run, data["rankproof"], str(path), asked)


def _whole(path: Path) -> dict[str, Any]:
    try:
        text = read_small(path, MOST_BYTES).decode("utf-8")
    except (Unreadable, UnicodeDecodeError) as problem:
        raise DocumentError(f"{path}: cannot be read: {problem}") from None
    if not text.strip():
        raise DocumentError(f"{path}: is empty: the run that should have written it did not end; run it again")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as problem:
        raise DocumentError(f"{path}:{problem.lineno}: truncated, or no JSON ({problem.msg}); run it again") from None
    except (ValueError, RecursionError) as problem:
        raise DocumentError(f"{path}: no report: {problem}; expected the object that rankproof writes") from None
    if not isinstance(data, dict):
        raise DocumentError(f"{path}: holds {kind_of(data)}, expected the object that rankproof writes")
    return data


def _finding(entry: Mapping[str, Any]) -> Finding:
    if not isinstance(entry, dict):
        raise Misshapen(f"a finding holds {type(entry).__name__}, expected an object")
    fields = {**entry, "worst_share": numbers(entry.get("worst_share"))}
    shown = entry.get("counterexample")
    if isinstance(shown, dict):
        fields["counterexample"] = {**shown, **{key: numbers(shown[key]) for key in NUMERIC if key in shown}}
    check_shape(Finding, fields)
    return Finding.from_json(fields)


def _entries(data: Mapping[str, Any], name: str) -> list[Any]:
    entries = data.get(name, [])
    if not isinstance(entries, list):
        raise Misshapen(f"{name!r} holds {type(entries).__name__}, expected a list")
    return entries


def _made(kind: type[Part], entry: Any) -> Part:
    """An object of a flat dataclass."""
    check_shape(kind, entry)
    return kind(**entry)
