"""``rankproof report``: the documents of several runs, merged and shown in one of the formats."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from rankproof.conformance.verdict import html, markdown, matrix
from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.document import Document, DocumentError, read, to_text
from rankproof.conformance.verdict.merge import merge


def gather(paths: Sequence[Path]) -> Document:
    """All documents of the files, and of the directories' ``*.json``, as one.

    Raises DocumentError where a file cannot be read as a report, and where there is none at all.
    """
    # os.path.isdir, unlike the method of Path, is False for a name that no file can have.
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if os.path.isdir(path) else [path])]
    if not files:
        named = ", ".join(map(str, paths)) or "no path"
        raise DocumentError(
            f"{named}: no report there; write one by rankproof check --json FILE, "
            "pytest with --rankproof-json FILE, or nox -s conformance"
        )
    return merge([read(file) for file in files])


def show(document: Document, format: str = "terminal", screen: Screen | None = None) -> str:
    """The document in a format of FORMATS."""
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
    return matrix.render(document, screen) if format == "terminal" else FORMATS[format](document)


def report(paths: Sequence[Path], format: str = "terminal") -> str:
    """Read, merge and show."""
    return show(gather(paths), format)


FORMATS: dict[str, Callable[[Document], str]] = {
    "terminal": matrix.render,
    "json": to_text,
    "markdown": markdown.render,
    "html": html.render,
}
