"""The record of a soak run: what was judged so far, in a file that a killed run leaves whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from rankproof.conformance.soak.errors import RecordError
from rankproof.conformance.soak.plan import Unit
from rankproof.conformance.soak.unit import Alarm, Count, Result
from rankproof.conformance.verdict.json_numbers import numbers, plain

KIND = "soak"
FORMAT = 1


@dataclass
class Record:
    """What a run has judged: its units, counts per clause, alarms; and the records of other code before it."""

    identity: dict[str, Any]
    units: dict[str, int] = field(default_factory=dict)  # "seed/loss" -> judged cases
    counts: dict[str, Count] = field(default_factory=dict)  # by clause
    alarms: list[Alarm] = field(default_factory=list)
    seconds: float = 0.0  # of work, summed over processes
    earlier: list[dict[str, Any]] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many cases were judged."""
        return sum(self.units.values())

    def has(self, unit: Unit) -> bool:
        """Whether a unit was judged already."""
        return unit.key in self.units

    def add(self, result: Result) -> None:
        """Count a unit."""
        self.units[result.unit.key] = result.cases
        self.seconds += result.seconds
        self.alarms += result.alarms
        for clause, count in result.counts.items():
            self.counts.setdefault(clause, Count()).add(count)

    def renewed(self, identity: dict[str, Any]) -> Record:
        """An empty record for other code, which keeps this one."""
        kept = {name: value for name, value in _to_json(self).items() if name != "earlier"}
        return Record(identity, earlier=[*self.earlier, kept])


def write(path: Path, record: Record) -> None:
    """Write the record beside its place first, so that a killed run leaves no half of one."""
    data = {"rankproof": KIND, "format": FORMAT, "cases": record.cases, **_to_json(record)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.write_text(json.dumps(plain(data), indent=1, allow_nan=False) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as problem:
        raise RecordError(f"{path}: cannot be written: {problem.strerror}; name another file by --state") from None


def read(path: Path) -> Record | None:
    """The record in a file; None where there is none yet.

    Raises RecordError where the file cannot be read, is truncated, or is something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise RecordError(f"{path}: cannot be read: {problem.strerror}; name another file by --state") from None
    except (ValueError, RecursionError) as problem:
        raise _foreign(path, f"no JSON ({problem})") from None
    if not isinstance(data, dict) or data.get("rankproof") != KIND:
        raise _foreign(path, "other JSON")
    if data.get("format") != FORMAT:
        raise _foreign(path, f"of format {data.get('format')!r}, expected {FORMAT}")
    try:
        return _from_json(data)
    except (TypeError, ValueError, KeyError, AttributeError) as problem:
        raise _foreign(path, f"damaged ({type(problem).__name__}: {problem})") from None


def _foreign(path: Path, what: str) -> RecordError:
    return RecordError(
        f"{path}: is no record of a soak run: it is {what}. Remove it to count anew, or name another file by --state"
    )


def _to_json(record: Record) -> dict[str, Any]:
    return {each.name: asdict(record)[each.name] for each in fields(record)}


def _from_json(data: Mapping[str, Any]) -> Record:
    units = {str(key): _whole(value) for key, value in data["units"].items()}
    counts = {str(clause): Count(**count) for clause, count in data["counts"].items()}
    for count in counts.values():
        _whole(count.cases)
        count.worst_share = float(numbers(count.worst_share))
    alarms = [Alarm(**alarm) for alarm in data["alarms"]]
    identity, earlier = dict(data["identity"]), list(data["earlier"])
    return Record(identity, units, counts, alarms, float(data["seconds"]), earlier)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"a count is {value!r}")
    return value
