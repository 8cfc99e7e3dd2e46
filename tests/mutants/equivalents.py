"""The list of equivalent mutants, each with its proof, and the errors of a list that is out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from tests.mutants.mutant import Key

LIST = Path(__file__).with_name("equivalents.yaml")


class ListError(Exception):
    """A list of equivalents that cannot be read; the message says which entry is wrong."""


def load(path: Path = LIST) -> dict[Key, str]:
    """The proof of each listed mutant.

    Raises:
        ListError: an entry without a proof, one that is not [operator, before, after] or one that comes twice.
    """
    found: dict[Key, str] = {}
    for file, groups in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
        for group in groups:
            proof = str(group.get("proof", "")).strip()
            if not proof or not group.get("mutants"):
                raise ListError(f"{path.name}, {file}: got {group!r}, expected a proof and the mutants that it is for")
            for entry in group["mutants"]:
                if not 3 <= len(entry) <= 4:
                    raise ListError(f"{path.name}, {file}: got {entry!r}, expected [operator, before, after, number?]")
                key = Key(file, *entry)
                if key in found:
                    raise ListError(f"{path.name}, {file}: {entry!r} is listed twice; remove one")
                found[key] = proof
    return found


def unmatched(listed: Mapping[Key, str], generated: Iterable[Key]) -> list[Key]:
    """Entries that no generated mutant has."""
    known = set(generated)
    return [key for key in listed if key not in known]
