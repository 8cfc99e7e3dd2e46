"""Where the format's README defines a clause, for reports on clauses that no spec file states."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources

_FILE = "README.md"  # of the spec package
_HEADING = re.compile(r"## ([a-z_]+)")


def section(clause: str) -> str:
    """The place of the section on a clause, as ``README.md:123 (padding)``.

    A clause with a part, as ``precision.float16``, has the section of its family.

    Raises
    ------
    KeyError
        For a clause that the README does not define.
    """
    family = clause.partition(".")[0]
    line = _lines().get(family)
    if line is None:
        raise KeyError(f"no section on {family!r} in {_FILE}; there are {', '.join(_lines())}")
    return f"{_FILE}:{line} ({family})"


@functools.cache
def _lines() -> Mapping[str, int]:
    text = (resources.files("rankproof.spec") / _FILE).read_text("utf-8")
    found = ((number, _HEADING.fullmatch(line)) for number, line in enumerate(text.splitlines(), 1))
    return {heading.group(1): number for number, heading in found if heading}
