"""The table of functions is what the checks, the oracle and the documentation go by."""

from __future__ import annotations

from importlib import resources

import pytest

from rankproof.conformance.oracle import constant
from rankproof.conformance.oracle.calls import CALLS
from rankproof.conformance.specification.language import FUNCTIONS, WORKED_FUNCTIONS


def test_the_oracle_evaluates_exactly_the_functions_of_the_language() -> None:
    assert set(CALLS) == set(FUNCTIONS)


def test_the_readme_explains_every_function() -> None:
    text = (resources.files("rankproof.spec") / "README.md").read_text("utf-8")
    table = text[text.index("| function | meaning |") :].split("\n\n")[0]
    cells = [line.split("`")[1] for line in table.splitlines()[2:]]
    explained = {word.split("(")[0] for cell in cells for word in cell.split("(")[0].split()}

    assert explained == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(WORKED_FUNCTIONS))
def test_every_function_of_a_worked_value_evaluates(name: str) -> None:
    arguments = "1, 1" if name in ("max", "min") else "1"

    assert 0 <= constant(f"{name}({arguments})") <= 3
