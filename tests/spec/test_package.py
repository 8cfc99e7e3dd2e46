"""The specification is data: the package holds no logic but what reads the arguments out of it."""

from __future__ import annotations

import ast
from importlib import resources


def test_the_package_holds_data_and_a_reader_of_arguments() -> None:
    files = {entry.name for entry in resources.files("rankproof.spec").iterdir() if entry.name != "__pycache__"}
    tree = ast.parse((resources.files("rankproof.spec") / "__init__.py").read_text("utf-8"))

    assert {name for name in files if name.endswith(".py")} == {"__init__.py", "arguments.py"}
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1
    assert {"README.md", "schema.json", "py.typed"} <= files
