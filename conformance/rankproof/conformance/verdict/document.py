"""The JSON document of a run: written in one piece, and refused when it is empty, truncated or of another format."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rankproof.conformance.small_file import Unreadable, read_small
from rankproof.conformance.verdict.environment import version
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.json_numbers import numbers, plain
from rankproof.conformance.verdict.shape import Misshapen, check_depth, check_shape

FORMAT = 1
MOST_BYTES = 2**28  # a run of everything writes some 10**6
KEYS = {"rankproof": str, "format": int, "environment": dict, "findings": list}
NUMERIC = ("inputs", "parameters", "got", "expected", "share", "mask", "upstream")


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


def write(path: Path, document: Document) -> None:
    """Write the document beside its place first, so that a killed run leaves no half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(to_text(document), encoding="utf-8")
    partial.replace(path)


def to_text(document: Document) -> str:
    """Strict JSON: a NaN that slipped through is an error here, not in another language's reader."""
    data = {
        "rankproof": document.rankproof or version() or "not installed",
        "format": FORMAT,
        "environment": plain(document.environment),
        "findings": [plain(finding.to_json()) for finding in document.findings],
        "not_run": [asdict(skipped) for skipped in document.not_run],
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
            f"{path}: format {data['format']}, written by rankproof {data['rankproof'][:40]}; "
            f"this version reads format {FORMAT}: run again, or read it with that version"
        )
    try:
        check_depth(data)
        findings = tuple(_finding(entry) for entry in data["findings"])
        not_run = tuple(_not_run(entry) for entry in _entries(data))
    except Misshapen as problem:
        raise DocumentError(f"{path}: an entry is not as format {FORMAT} has it ({problem}); write it again") from None
    if not findings and not not_run:
        raise DocumentError(f"{path}: no finding in it, so nothing was run; run again")
    return Document(findings, data["environment"], not_run, data["rankproof"], str(path))


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
        raise DocumentError(f"{path}: holds a {type(data).__name__}, expected the object that rankproof writes")
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


def _entries(data: Mapping[str, Any]) -> list[Any]:
    entries = data.get("not_run", [])
    if not isinstance(entries, list):
        raise Misshapen(f"'not_run' holds {type(entries).__name__}, expected a list")
    return entries


def _not_run(entry: Any) -> NotRun:
    check_shape(NotRun, entry)
    return NotRun(**entry)
