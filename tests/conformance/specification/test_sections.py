"""Reports on generic clauses cite the line of the format's README that defines them."""

from __future__ import annotations

from importlib import resources

import pytest

from rankproof.conformance.specification.sections import section


@pytest.mark.parametrize("clause", ["value", "padding", "precision.float16", "invalid.reduction", "purity.inputs"])
def test_a_clause_is_found_at_its_heading(clause: str) -> None:
    family = clause.split(".")[0]
    lines = (resources.files("rankproof.spec") / "README.md").read_text("utf-8").splitlines()
    place, _, name = section(clause).partition(" ")
    file, _, line = place.partition(":")

    assert file == "README.md"
    assert lines[int(line) - 1] == f"## {family}"
    assert name == f"({family})"


def test_an_unknown_clause_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"no section on 'paddding'.*padding"):
        section("paddding")
