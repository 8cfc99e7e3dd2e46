"""What a count of cases belongs to: the judged code, the specs and the suite, as one digest, and their versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from rankproof.conformance.verdict.environment import environment

# What decides which cases are drawn and how they are judged; reports and command lines are not among it.
JUDGING = ("cases", "checks", "oracle", "specification", "subjects")
SOURCES = (
    ("rankproof.spec", "*.yaml"),
    ("rankproof.reference", "*.py"),
    ("rankproof.implementations", "*.py"),
    *((f"rankproof.conformance.{package}", "*.py") for package in JUDGING),
)


def sources() -> Iterator[tuple[str, Path]]:
    """The files behind a verdict, each with the name that it is known by."""
    for package, pattern in SOURCES:
        try:
            module = import_module(package)
        except ModuleNotFoundError:  # implementations need torch, which a user may lack
            continue
        root = Path(str(module.__file__)).parent
        for path in sorted(root.rglob(pattern)):
            yield f"{package}/{path.relative_to(root).as_posix()}", path


def digest() -> str:
    """A digest of the contents of all those files."""
    total = hashlib.sha256()
    for name, path in sources():
        total.update(f"{name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def identity(plan: dict[str, Any]) -> dict[str, Any]:
    """What must be the same for two runs to be one: code, versions and plan, as a file gives them back."""
    found: dict[str, Any] = json.loads(json.dumps({"sources": digest(), "versions": environment(), "plan": plan}))
    return found


def differences(old: dict[str, Any], new: dict[str, Any]) -> str:
    """In words, what changed between two identities."""
    found = ["the judged code, the specs or the suite"] if old.get("sources") != new["sources"] else []
    for part in ("versions", "plan"):
        before, after = old.get(part) or {}, new[part]
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        found += [f"{name} ({before.get(name)} before, {after.get(name)} now)" for name in changed]
    return "; ".join(found)
