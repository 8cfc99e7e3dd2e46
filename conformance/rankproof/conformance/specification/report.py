"""Collects the problems of one file, so that all of them are reported at once."""

from __future__ import annotations

from typing import Any

from rankproof.conformance.specification.errors import Problem, SpecError
from rankproof.conformance.specification.model import Location
from rankproof.conformance.specification.positions import Document, KeyPath

_MOST_PROBLEMS = 100


class Report:
    """The problems of a document so far, and access to the parts of it that are sound."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._problems = list(document.problems)
        self._broken: set[KeyPath] = set()

    def add(self, path: KeyPath, message: str) -> None:
        """Records what is wrong at a key, and what would be right."""
        self._problems.append(Problem(self.location(path), message))

    def add_broken(self, path: KeyPath, message: str) -> None:
        """Records a violation of the schema: nothing that holds this key is read any further."""
        self.add(path, message)
        self.mark_broken(path)

    def mark_broken(self, path: KeyPath) -> None:
        """Keeps everything that holds this key from being read, where the problem is told elsewhere."""
        self._broken.update(path[:length] for length in range(len(path) + 1))

    def location(self, path: KeyPath) -> Location:
        """Where a key stands."""
        return self.document.location(path)

    def sound(self, *path: str | int) -> bool:
        """Whether the value at a path, and all that it holds, keeps the schema."""
        return path not in self._broken

    def value(self, *path: str | int) -> Any:
        """The value at a path of keys, None where there is none."""
        found: Any = self.document.data
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def entries(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path, without its unsound entries; empty where there is none."""
        found = self.value(*path)
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if self.sound(*path, key)}

    def elements(self, *path: str | int) -> list[tuple[KeyPath, Any]]:
        """The list at a path as (path, element) pairs, without its unsound elements."""
        found = self.value(*path)
        if not isinstance(found, list):
            return []
        pairs = [((*path, index), element) for index, element in enumerate(found)]
        return [(inner, element) for inner, element in pairs if self.sound(*inner)]

    def names(self, *path: str | int) -> list[str]:
        """The keys of the mapping at a path, unsound entries included."""
        found = self.value(*path)
        return list(found) if isinstance(found, dict) else []

    def close(self) -> None:
        """Ends the reading.

        Raises
        ------
        SpecError
            With every problem, in the order of the file, when there is one.
        """
        if not self._problems:
            return
        ordered = sorted(dict.fromkeys(self._problems), key=lambda problem: problem.location.line)
        if len(ordered) > _MOST_PROBLEMS:
            last = ordered[_MOST_PROBLEMS].location
            more = Problem(last, f"and {len(ordered) - _MOST_PROBLEMS} more problems from here on")
            ordered = [*ordered[:_MOST_PROBLEMS], more]
        raise SpecError(ordered)
