"""What a README marks is run, in order, and held to the exit status that it promises."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The script's names."""
    return runpy.run_path(str(TOP / "scripts" / "check_readme.py"))


README = """
<!-- checked -->
```console
$ first --flag
its output
$ second
```

```console
$ not marked
```

<!-- checked: exit 1 -->
```console
$ third
$ fails
```
"""


def test_marked_commands_are_found_in_order_with_their_promise(script):
    assert script["commands"](README) == [("first --flag", 0), ("second", 0), ("third", 0), ("fails", 1)]


@pytest.mark.parametrize(("status", "promised"), [(3, 0), (0, 1)])
def test_another_exit_status_is_a_problem(script, tmp_path, status, promised):
    problem = script["run"]([script["Command"](f"exit {status}", promised)], tmp_path, tmp_path)

    assert problem == f"`exit {status}` ended with status {status}; the README promises {promised}"


def test_commands_run_in_the_clone_with_the_new_environment_first(script, tmp_path, capfd):
    clone, environment = tmp_path / "clone", tmp_path / "environment"
    clone.mkdir()
    problem = script["run"]([script["Command"]("pwd; echo ${PATH%%:*}", 0)], clone, environment)

    assert problem is None
    assert capfd.readouterr().out.splitlines()[-2:] == [str(clone), str(environment / "bin")]


def test_the_readme_marks_the_two_commands_that_everything_rests_on(script):
    marked = [command.text for command in script["commands"]((TOP / "README.md").read_text(encoding="utf-8"))]

    assert {"nox -s conformance", "nox -s tests"} <= set(marked)
