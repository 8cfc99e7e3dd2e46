"""YAML with positions: a file as plain values, with the line of every key and every list entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rankproof.conformance.small_file import Unreadable, read_small
from rankproof.conformance.specification.errors import Problem, SpecError
from rankproof.conformance.specification.model import Constant, Location
from rankproof.conformance.specification.scalars import resolve
from rankproof.conformance.specification.suggest import shorten

MAX_BYTES = 2**20
MAX_DEPTH = 40
MAX_NODES = 10_000  # the largest built-in file has some 1,500

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One YAML file: its values, where they stand, and what is wrong with it as YAML.

    ``data`` holds dict, list, str, bool, None, int and ``Constant``; keys are always text.
    """

    file: str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int]
    problems: tuple[Problem, ...]

    def location(self, path: KeyPath) -> Location:
        """Where a key stands; a key that is missing stands where its mapping does."""
        known = path
        while known not in self.lines:
            known = known[:-1]
        return Location(self.file, self.lines[known], key_text(path))


def key_text(path: KeyPath) -> str:
    """A path as a reader writes it: ``examples[2].inputs.scores``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{shorten(part)}" for part in path)
    return text.removeprefix(".")


def read_bytes(path: Path, file: str) -> bytes:
    """The contents of a spec file.

    Raises
    ------
    SpecError
        For a file that is missing, unreadable, no regular file, or larger than 1 MiB.
    """
    try:
        return read_small(path, MAX_BYTES)
    except Unreadable as error:
        raise _refusal(file, 1, f"no spec file: {error}; a spec file has some 10,000 bytes") from error


def read_document(raw: bytes, file: str) -> Document:
    """The values and positions of one YAML document.

    Duplicate keys, aliases, tags and unreadable numbers are collected in ``problems``.

    Raises
    ------
    SpecError
        For what cannot be read on from: not UTF-8, not YAML, several documents, no mapping, nested too
        deeply, too many values.
    """
    text = _decode(raw, file)
    try:
        return _Composer(text, file).document()
    except yaml.MarkedYAMLError as error:
        line, message = _syntax(error)
        raise _refusal(file, min(line, _last_line(text)), message) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(file, line, f"the character {error.character!r} is not allowed in YAML text") from error
    except (ValueError, OverflowError) as error:
        raise _refusal(file, 1, "not YAML: a version or a character's number is out of range") from error


def read_plain(text: str, file: str) -> Any:
    """One value of the format by itself, as plain Python: what a spec file could hold behind a key.

    Raises
    ------
    SpecError
        For what the format does not have, and for more than one value.
    """
    document = read_document(f"value:\n {text}".encode("utf-8", "surrogatepass"), file)
    if document.problems or list(document.data) != ["value"]:
        raise SpecError(document.problems or [Problem(Location(file, 1, ""), "expected one value")])
    return _unmarked(document.data["value"])


def _unmarked(value: Any) -> Any:
    match value:
        case Constant():
            return float(value)
        case list():
            return [_unmarked(each) for each in value]
        case dict():
            return {key: _unmarked(each) for key, each in value.items()}
        case _:
            return value


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(file, line, f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8") from error


def _syntax(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    hint = "; put text that contains ': ', brackets or quotes in quotes" if mark is not None else ""
    return (mark.line + 1 if mark else 1), f"not YAML: {what}{hint}"


def _last_line(text: str) -> int:
    """YAML finds what is missing at the end in the line after it, which no editor shows."""
    return max(1, len(text.splitlines()))


def _refusal(file: str, line: int, message: str) -> SpecError:
    return SpecError([Problem(Location(file, line, ""), message)])


class _Composer:
    """Builds values from parser events, without recursion beyond ``MAX_DEPTH``."""

    def __init__(self, text: str, file: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._file = file
        self._lines: dict[KeyPath, int] = {(): 1}
        self._problems: list[Problem] = []
        self._nodes = 0

    def document(self) -> Document:
        next(self._events)  # start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise _refusal(self._file, 1, "the file is empty; expected a mapping that begins with 'rankproof: 1'")
        top = next(self._events)
        data = self._value(top, (), 1)
        next(self._events)  # end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _refusal(self._file, _line(after), "a second document begins here; a spec file has one")
        if not isinstance(top, yaml.MappingStartEvent):
            raise _refusal(self._file, _line(top), "expected a mapping that begins with 'rankproof: 1'")
        return Document(self._file, data, self._lines, tuple(self._problems))

    def _value(self, event: Any, path: KeyPath, depth: int) -> Any:
        self._check(event, path, depth)
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(path, depth)
            case yaml.SequenceStartEvent():
                return self._sequence(path, depth)
            case yaml.ScalarEvent():
                return self._scalar(event, path)
            case _:
                return None

    def _check(self, event: Any, path: KeyPath, depth: int) -> None:
        line = _line(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _refusal(self._file, line, f"more than {MAX_NODES} values; split the file")
        if depth > MAX_DEPTH:
            raise _refusal(self._file, line, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.AliasEvent):
            self._problem(path, line, "aliases (*name) are not part of the format; repeat the value")
        elif event.anchor is not None:
            self._problem(path, line, "anchors (&name) are not part of the format; remove it")
        if getattr(event, "tag", None) is not None:
            self._problem(path, line, f"tags ({shorten(event.tag)}) are not part of the format; remove it")

    def _mapping(self, path: KeyPath, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in iter(lambda: next(self._events), None):
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _refusal(self._file, _line(event), "a key must be a word, not a list, mapping or alias")
            key, line = event.value, _line(event)
            inner = (*path, key)
            self._check(event, inner, depth)
            self._refuse_surrogates(key, inner, line)
            if key in result:
                self._problem(inner, line, f"duplicate key; it stands in line {self._lines[inner]} already")
                self._value(next(self._events), (*path, key, "(duplicate)"), depth + 1)
                continue
            self._lines[inner] = line
            result[key] = self._value(next(self._events), inner, depth + 1)
        return result

    def _sequence(self, path: KeyPath, depth: int) -> list[Any]:
        result: list[Any] = []
        for event in iter(lambda: next(self._events), None):
            if isinstance(event, yaml.SequenceEndEvent):
                break
            inner = (*path, len(result))
            self._lines[inner] = _line(event)
            result.append(self._value(event, inner, depth + 1))
        return result

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Any:
        line = _line(event)
        self._refuse_surrogates(event.value, path, line)
        if event.style is not None:
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            self._problem(path, line, str(error))
            return None

    def _refuse_surrogates(self, text: str, path: KeyPath, line: int) -> None:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _refusal(self._file, line, "the text holds half of a character (an escape \\ud800 to \\udfff)")

    def _problem(self, path: KeyPath, line: int, message: str) -> None:
        self._problems.append(Problem(Location(self._file, line, key_text(path)), message))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
