"""The command line: every command with hostile options and paths, its worker replaced by one that answers at once."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner, Result
from hypothesis import strategies as st

from rankproof.conformance import check
from rankproof.conformance.cli import main
from rankproof.conformance.subjects.named import parse_named_target
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Finding, Level, Verdict
from tests.fuzz.hostile import SCALARS
from tests.fuzz.target import Target, Unclear, require_clear
from tests.fuzz.targets import documents, specs, waivers

NUL = "\0"  # between two arguments, since none can hold it
WRITING = ("--json", "--out", "--journal", "--state")  # options that name a file to write


class _Answering:
    """Stands for a worker: locates nothing, judges nothing."""

    def __init__(self, **options: Any) -> None:
        self.options = options

    def __enter__(self) -> _Answering:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def stop(self) -> None:
        return None

    def run_task(self, function: str, arguments: Mapping[str, Any], timeout: float) -> Any:
        about = (arguments["request"]["loss"] or "small", arguments["request"]["target"], "cpu")
        if not function.endswith(":judge_clause"):
            parse_named_target(arguments["request"]["target"])
            return asdict(Asked(*about, "f(scores)"))
        return Finding(*about, arguments["dtype"], arguments["clause"], Level.CORRECT, Verdict.CONFORMING).to_json()


@cache
def _directory() -> Path:
    """A directory with a file of every kind that a command reads."""
    place = Path(tempfile.mkdtemp(prefix="rankproof-fuzz-"))
    (place / "small.yaml").write_text(specs.SMALL)
    (place / "waivers.yaml").write_text(waivers.VALID)
    (place / "verdict.json").write_text(json.dumps(documents.VALID))
    (place / "empty.json").write_text("")
    (place / "binary.yaml").write_bytes(bytes(range(256)))
    (place / "folder.yaml").mkdir()
    (place / "unreadable.yaml").symlink_to("/nowhere/at/all")
    os.mkfifo(place / "pipe.yaml")
    return place


def read_arguments(data: bytes) -> bool:
    """Run a command; it ends with status 0 or 1, or with status 2 and a message."""
    arguments = data.decode("utf-8", "surrogateescape").split(NUL)
    if _writes_elsewhere(arguments):
        return False
    os.chdir(_directory())
    with mock.patch.object(check, "Worker", _Answering):
        ran = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return _judged(ran)


def _judged(ran: Result) -> bool:
    if ran.exit_code not in (0, 1, 2):
        raise Unclear(f"the exit status is {ran.exit_code}")
    if "Traceback (most recent call last)" in ran.stderr:
        raise Unclear(ran.stderr[-300:])
    if ran.exit_code == 2:
        own = ran.stderr.startswith("rankproof: ")  # click repeats the user's own words as they are
        require_clear(ran.stderr if own else ascii(ran.stderr) if ran.stderr else ran.stdout)
    return ran.exit_code != 2


def _writes_elsewhere(arguments: list[str]) -> bool:
    """Whether a command might write outside its directory."""
    text = "\n".join(arguments)
    return any(option in text for option in WRITING) and any(part in text for part in ("/", "..", "~", "\\"))


FILES = ("small.yaml", "waivers.yaml", "verdict.json", "empty.json", "binary.yaml", "folder.yaml", "pipe.yaml", ".")
PATHS = (*FILES, "unreadable.yaml", "absent.yaml", "/dev/null", "/dev/zero", "/proc/self/mem", "a" * 5000, "é", "-", "")
OPTIONS: dict[str, tuple[str, ...]] = {
    "--loss": ("warp", "margin_ranking", "wrap", "", "../warp", "warp.yaml", "WARP", "a" * 300),
    "--spec": PATHS,
    "--level": ("correct", "frugal", "wrong", ""),
    "--clause": ("*", "value", "edge.*", "[", "[!", "", "*" * 500, "purity.?", "value\x01"),
    "--dtypes": ("float64", "float32,float64", ",", "", "float8", "float64,,", "a" * 500),
    "--device": ("cpu", "interpreter", "tpu"),
    "--framework": ("auto", "numpy", "jax"),
    "--set": tuple(f"{name}={value[:20_000]}" for name in ("margin", "gain", "k", "x", "") for value in SCALARS),
    "--cases": ("1", "0", "-1", "9" * 30, "1e3", "x"),
    "--seed": ("0", "-5", "9" * 30, "x"),
    "--timeout": ("1", "0", "nan", "inf", "1e400", "x"),
    "--memory": ("1", "0", "8", "nan", "inf", "-1", "1e400", "x"),
    "--waivers": PATHS,
    "--json": ("out.json", "small.yaml", "folder.yaml", "new", "", "é.json", "a" * 5000),
    "--format": ("terminal", "html", "markdown", "json", "pdf"),
}
TARGETS = (
    "miniature.py:right",
    "json:dumps",
    "",
    ":",
    "a:b:c",
    "é:ü",
    "..:x",
    "a b:c",
    "x" * 5000 + ":y",
    "\x01",
    "-x:y",
)


def _arguments() -> st.SearchStrategy[list[str]]:
    option = st.sampled_from(sorted(OPTIONS)).flatmap(
        lambda name: st.sampled_from(OPTIONS[name]).map(lambda value: [name, value])
    )
    named = st.lists(option, max_size=4).map(lambda pairs: [word for pair in pairs for word in pair])
    path, odd = st.sampled_from(PATHS), st.text(max_size=8)
    right = st.sampled_from((["--loss", "warp"], ["--loss", "margin_ranking"], ["--spec", "small.yaml"], []))
    few = st.sampled_from((["--clause", "value"], ["--dtypes", "float64"], []))
    return st.one_of(
        st.builds(
            lambda a, b, c, d: ["check", a, *b, *c, *d], st.one_of(st.sampled_from(TARGETS), odd), right, few, named
        ),
        st.builds(lambda a, b: ["report", *a, *b], st.lists(path, max_size=3), named),
        st.builds(lambda a, b: ["show", *a, *b], st.lists(st.one_of(path, odd), max_size=2), named),
        st.builds(lambda a, b: ["diff", *a, *b], st.lists(path, max_size=3), named),
        st.lists(st.one_of(odd, st.sampled_from(("check", "-h", "--version", "--"))), max_size=4),
    )


def _inputs() -> st.SearchStrategy[bytes]:
    return _arguments().map(lambda words: NUL.join(word.replace(NUL, "") for word in words).encode("utf-8", "replace"))


def _seeds() -> list[bytes]:
    commands = [["check", "a:b", "--loss", "warp", "--clause", "value", *pair] for pair in (("--set", "margin=1"), ())]
    commands += [["report", "verdict.json"], ["show", "warp"], ["show", "--spec", "small.yaml"]]
    commands += [["report", path] for path in PATHS] + [["show", "--spec", path] for path in PATHS]
    commands += [["check", "a:b", "--loss", "warp", "--waivers", path] for path in PATHS]
    return [NUL.join(command).encode() for command in commands]


COMMAND_LINE = Target(
    "command",
    read_arguments,
    _inputs,
    _seeds,
    share=4,
    words=(*OPTIONS, "check", "show", "report"),
    seconds=5.0,
    variants=2,
)
