"""All targets by name, the slow ones first; each is imported when it is asked for, since atheris counts in what is."""

from __future__ import annotations

import importlib

from tests.fuzz.target import Target

_PLACES = {
    "evaluated": "specs:SPEC_EVALUATED",
    "mutants": "specs:SPEC_MUTANTS",
    "command": "command_line:COMMAND_LINE",
    "documents": "documents:DOCUMENTS",
    "waivers": "waivers:WAIVERS",
    "spec": "specs:SPEC_BYTES",
    "formula": "formulas:FORMULA",
}
NAMES = tuple(_PLACES)
_MISBEHAVING = ("raises", "spins", "sleeps", "crashes", "leaves", "eats")  # readers that test the watching


def target_named(name: str) -> Target:
    """The target of a name of NAMES, or one that misbehaves."""
    place = f"misbehaving:{name.upper()}" if name in _MISBEHAVING else _PLACES[name]
    module, _, attribute = place.partition(":")
    found: Target = getattr(importlib.import_module(f"tests.fuzz.targets.{module}"), attribute)
    return found
