"""Runs the README's marked commands in a fresh clone of HEAD: ``python3 scripts/check_readme.py [README.md]``.

A ``console`` block is marked by the line ``<!-- checked -->`` above it, or ``<!-- checked: exit 1 -->`` where its last
command is meant to fail. Commands are its lines that begin with ``$ ``; all run in order in one virtual environment.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import NamedTuple

MARKED = re.compile(r"<!-- checked(?:: exit (\d+))? -->\n```console\n(.*?)\n```", re.DOTALL)


class Command(NamedTuple):
    """One line of a README and the exit status that it promises."""

    text: str
    status: int


def commands(readme: str) -> list[Command]:
    """The marked commands in the order of the text."""
    found = []
    for block in MARKED.finditer(readme):
        lines = [line.removeprefix("$ ") for line in block[2].splitlines() if line.startswith("$ ")]
        found += [Command(line, 0) for line in lines[:-1]]
        found += [Command(line, int(block[1] or 0)) for line in lines[-1:]]
    return found


def run(todo: list[Command], clone: Path, environment: Path) -> str | None:
    """Run the commands until one does not end as promised; what to report then, or None."""
    variables = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    variables["PATH"] = os.pathsep.join([str(environment / "bin"), variables["PATH"]])
    for command in todo:
        print(f"$ {command.text}", flush=True)
        status = subprocess.run(["bash", "-c", command.text], cwd=clone, env=variables).returncode
        if status != command.status:
            return f"`{command.text}` ended with status {status}; the README promises {command.status}"
    return None


def main() -> int:
    """Clone, run, and say what did not work."""
    top = Path(__file__).resolve().parent.parent
    name = sys.argv[1] if len(sys.argv) > 1 else "README.md"
    with tempfile.TemporaryDirectory() as scratch:
        clone, environment = Path(scratch, "clone"), Path(scratch, "environment")
        subprocess.run(["git", "clone", "--quiet", str(top), str(clone)], check=True)
        todo = commands((clone / name).read_text(encoding="utf-8"))
        if not todo:
            print(f"{name} marks no command to be checked: put <!-- checked --> above a ```console block")
            return 2
        venv.create(environment, with_pip=True)
        problem = run(todo, clone, environment)
    print(problem or f"{name}: all {len(todo)} commands work")
    return 1 if problem else 0


if __name__ == "__main__":
    raise SystemExit(main())
