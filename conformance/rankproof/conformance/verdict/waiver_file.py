"""Reads a YAML file of waivers; every mistake in it is named with its line, all of them at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from rankproof.conformance.small_file import Unreadable, read_small
from rankproof.conformance.verdict.waivers import Waiver
from rankproof.conformance.visible import visible

if TYPE_CHECKING:
    import yaml

REQUIRED = ("subject", "loss", "clause", "reason", "link")
OPTIONAL = ("device", "dtype")
KNOWN = (*REQUIRED, *OPTIONAL)
MOST_BYTES = 2**20
MOST_DEPTH = 10


class WaiverError(Exception):
    """A waiver file that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file: a YAML list of mappings, closed to unknown keys. Raises WaiverError."""
    import yaml

    text = _text(path)
    try:
        _refuse_depth(text, path)
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        line = min(line, max(1, len(text.splitlines())))  # YAML finds what is missing in the line after the last
        raise WaiverError([f"{path}:{line}: not YAML: {visible(str(problem.problem))}"]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        raise WaiverError([f"{path}: not YAML: {visible(str(problem).splitlines()[0])}"]) from None
    if not isinstance(document, yaml.SequenceNode):
        raise WaiverError([f"{path}:1: expected a list of waivers ([] for none), each with {', '.join(REQUIRED)}"])
    problems = [problem for node in document.value for problem in _problems(node, str(path))]
    if problems:
        raise WaiverError(problems)
    return tuple(_waiver(node, str(path)) for node in document.value)


def _refuse_depth(text: str, path: Path) -> None:
    """Composing takes time that grows with the square of the depth; reading events stops at the limit."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise WaiverError([f"{path}: not YAML: nested too deeply in line {line}; a waiver is a mapping of words"])


def _text(path: Path) -> str:
    try:
        return read_small(path, MOST_BYTES).decode("utf-8-sig")
    except Unreadable as problem:
        raise WaiverError([f"{path}: cannot be read: {problem}"]) from None
    except UnicodeDecodeError as problem:
        raise WaiverError([f"{path}: cannot be read: {problem}; save it as UTF-8"]) from None


def refuse_unmatched(waivers: Iterable[Waiver], loss: str, subjects: Iterable[str], clauses: Iterable[str]) -> None:
    """Raise WaiverError where a waiver of these subjects names none of the loss's clauses: it would wait for ever."""
    names, known = set(subjects), list(dict.fromkeys(clauses))
    problems = []
    for waiver in waivers:
        if waiver.loss != loss or waiver.subject not in names or any(fnmatchcase(it, waiver.clause) for it in known):
            continue
        near = difflib.get_close_matches(waiver.clause, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected a pattern for some of {', '.join(known)}"
        problems.append(f"{waiver.location}: no clause of {loss} matches {waiver.clause!r}; {hint}")
    if problems:
        raise WaiverError(problems)


def refuse_unknown_losses(waivers: Iterable[Waiver], subjects: Iterable[str], losses: Iterable[str]) -> None:
    """Raise WaiverError where a waiver of these subjects is for a loss that there is not: it would wait for ever."""
    names, known = set(subjects), list(losses)
    problems = []
    for waiver in waivers:
        if waiver.subject in names and waiver.loss not in known:
            near = difflib.get_close_matches(waiver.loss[:60], known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(known)}"
            problems.append(f"{waiver.location}: no loss is called {visible(waiver.loss[:60])!r}; {hint}")
    if problems:
        raise WaiverError(problems)


def _problems(node: yaml.Node, path: str) -> Iterator[str]:
    """What is wrong with one entry."""
    import yaml

    where = f"{path}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        yield f"{where}: expected a mapping with {', '.join(REQUIRED)}"
        return
    seen: set[str] = set()
    for key, value in node.value:
        line = f"{path}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            yield f"{line}: a key must be a word, not a list or mapping; the keys are {', '.join(KNOWN)}"
            continue
        name = visible(key.value)
        if name not in KNOWN:
            near = difflib.get_close_matches(name[:40], KNOWN, 1)
            hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(KNOWN)}"
            yield f"{line}: unknown key {name[:60]}: {hint}"
        elif name in seen:
            yield f"{line}: {name} is given twice"
        elif not isinstance(value, yaml.ScalarNode) or not value.value.strip() or value.tag.endswith(":null"):
            yield f"{line}: {name} has no text; expected a string that says it"
        elif name == "link" and not value.value.startswith(("https://", "http://")):
            yield f"{line}: link is {value.value[:60]!r}; expected the address where the divergence is discussed"
        seen.add(name)
    missing = [name for name in REQUIRED if name not in seen]
    if missing:
        yield f"{where}: {', '.join(missing)} missing; a waiver names who diverges, where, why, and a link"


def _waiver(node: yaml.MappingNode, path: str) -> Waiver:
    fields = {key.value: value.value.strip() for key, value in node.value}
    return Waiver(**fields, location=f"{path}:{node.start_mark.line + 1}")
