"""Source that fails where a call changes the state that all code shares."""

from __future__ import annotations

from collections.abc import Sequence

_STANDARD = ("gc", "os", "random", "signal", "sys", "threading")


def state_snippet(call: str, sources: Sequence[str], problem: str) -> str:
    """The call, after which these expressions must give what they gave before it."""
    values = f"[{', '.join(sources)}]"
    lines = [*_imports(sources), *_before_output(call, [f"before = {values}"])]
    return "\n".join([*lines, f"assert {values} == before, {problem!r}", ""])


def seeding_snippet(calls: Sequence[str], sources: Sequence[str], problem: str) -> str:
    """Two calls begun with different states of the global generators, whose states must differ after them, too."""
    lines = ["import random", "", "import numpy", *_imports(sources)]
    for seed, call in enumerate(calls, 1):
        seeds = [f"random.seed({seed})", f"numpy.random.seed({seed})"]
        lines += [*_before_output(call, seeds), f"after_{seed} = [{', '.join(sources)}]", ""]
    return "\n".join([*lines, f"assert all(x != y for x, y in zip(after_1, after_2)), {problem!r}", ""])


def _imports(sources: Sequence[str]) -> list[str]:
    text = " ".join(sources)
    modules = [name for name in _STANDARD if f"{name}." in text]
    modules += [name for name in ("numpy", "torch") if f"{name}." in text]
    modules += [source.rpartition(".")[0] for source in sources if source.startswith("rankproof.")]
    return [f"import {name}" for name in dict.fromkeys(modules)]


def _before_output(call: str, lines: Sequence[str]) -> list[str]:
    """The lines of a call, with these put before the one that calls the subject."""
    source = call.rstrip().split("\n")
    place = next((number for number, line in enumerate(source) if line.startswith("output = ")), 0)
    return [*source[:place], *lines, *source[place:]]
