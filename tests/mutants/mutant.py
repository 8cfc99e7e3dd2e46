"""A mutant: one file with one change, and the key by which it is known as long as its line stays as it is."""

from __future__ import annotations

import ast
import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import libcst as cst
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider

from tests.mutants.calls import watching
from tests.mutants.operators import Operator
from tests.mutants.region import nodes


@dataclass(frozen=True)
class Key:
    """What a mutant is known by: file, operator, the line before and after, and which one of several such.

    A change that spans lines is told as the changed lines, stripped and joined by a space.
    """

    file: str
    operator: str
    before: str
    after: str
    occurrence: int = 1


@dataclass(frozen=True)
class Mutant:
    """A file's source with one change."""

    key: Key
    line: int  # of the first changed line
    source: str
    watched: str = ""  # of a mutant of `graph`: the unmutated source, but what the mutant detaches is watched

    def diff(self, original: str) -> str:
        """The change, as a reader of patches knows it."""
        lines = difflib.unified_diff(original.splitlines(), self.source.splitlines(), n=1, lineterm="")
        return "\n".join([f"{self.key.file}:{self.line} {self.key.operator}", *list(lines)[3:]])


def mutants(file: str, source: str, operators: Mapping[str, Operator]) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its nodes; of those with the same source the first."""
    text = _Text(source)
    seen = {source}
    told: Counter[tuple[str, str, str]] = Counter()
    for node in nodes(text.module):
        for name, operator in operators.items():
            for old, new in operator(node):
                mutated = text.with_change(old, new)
                if mutated in seen:
                    continue
                seen.add(mutated)
                line, before, after = _changed(source.splitlines(), mutated.splitlines())
                told[name, before, after] += 1
                watched = text.with_change(old, watching(old)) if name == "graph" else ""
                yield Mutant(Key(file, name, before, after, told[name, before, after]), line, mutated, watched)


class _Text:
    """A source whose nodes can be replaced one at a time, without making the whole tree anew."""

    def __init__(self, source: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(source))
        self.module = wrapper.module
        self._source = source
        self._ranges = wrapper.resolve(WhitespaceInclusivePositionProvider)
        lengths = [len(line) for line in source.splitlines(keepends=True)]
        self._starts = list(accumulate(lengths, initial=0))
        statements = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt))
        self._statements = sorted((node.lineno, node.col_offset) for node in statements)

    def with_change(self, old: cst.CSTNode, new: cst.CSTNode) -> str:
        span = self._ranges[old]
        start, end = (self._starts[place.line - 1] + place.column for place in (span.start, span.end))
        _, indent = self._statements[bisect.bisect_right(self._statements, (span.start.line, len(self._source))) - 1]
        text = self.module.code_for_node(new).replace("\n", "\n" + " " * indent)
        return self._source[:start] + text + self._source[end:]


def _changed(before: list[str], after: list[str]) -> tuple[int, str, str]:
    """The number of the first line that differs, and the text that differs."""
    first = next(n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    most = min(len(before), len(after)) - first
    last = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    was, became = (" ".join(map(str.strip, lines[first : len(lines) - last])) for lines in (before, after))
    return first + 1, was, became
