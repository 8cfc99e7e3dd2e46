"""The findings of a run as a JSON file, and what was found in an earlier one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.mutants.files import Mutated
from tests.mutants.mutant import Key
from tests.mutants.results import Fate, Result, Score, by_file, score
from tests.mutants.run import Task


class FindingsError(Exception):
    """A file that is not one of findings; the message says what is wrong with it."""


def write(path: Path, results: Sequence[Result], stale: Sequence[str], about: Mapping[str, object]) -> None:
    """Write everything as JSON."""
    scores = {file: _as_json(score(each)) for file, each in by_file(results).items()}
    document = {**about, "score": _as_json(score(results)), "files": scores, "stale": list(stale)}
    document["mutants"] = [
        {**asdict(each.mutant.key), "line": each.mutant.line, "fate": each.fate.value}
        | {"by": each.by, "seconds": round(each.seconds, 3), "proof": each.proof}
        for each in sorted(results, key=lambda each: (each.mutant.key.file, each.mutant.line))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read(path: Path, files: Sequence[Mutated], listed: Mapping[Key, str]) -> tuple[list[Result], list[Task]]:
    """The mutants of these files whose fate is known from an earlier run, and those that are to be judged anew.

    Anew are judged those that survived and are not listed as equivalent, those that were stopped, which a busy machine
    does too, and those that are listed and did not survive. What is no mutant any more is left out.

    Raises:
        FindingsError: the file does not hold findings.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["mutants"]
        found = {Key(*(each[name] for name in _KEY)): each for each in entries}
        results, tasks = [], []
        for file in files:
            for mutant in file.mutants:
                if mutant.key not in found:
                    continue
                known = found[mutant.key]
                proof = listed.get(mutant.key, "")
                result = Result(mutant, Fate(known["fate"]), known["by"], known["seconds"], proof)
                if result.is_unlisted_survivor or result.is_stale or result.fate is Fate.STOPPED:
                    tasks.append((file, mutant))
                else:
                    results.append(result)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FindingsError(f"{path}: no findings of mutants ({type(error).__name__}: {error})") from None
    return results, tasks


_KEY = ("file", "operator", "before", "after", "occurrence")


def _as_json(found: Score) -> dict[str, object]:
    return {"caught": found.caught, "counted": found.counted, "score": found.value, "interval": found.interval}
