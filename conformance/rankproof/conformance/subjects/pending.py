"""The case that is with the subject right now, left in a file that survives the process."""

from __future__ import annotations

import os
import pickle
import struct
from dataclasses import dataclass
from pathlib import Path

from rankproof.conformance.cases.case import Case
from rankproof.conformance.subjects.descriptors import out_of_reach
from rankproof.conformance.subjects.subject import Call

VARIABLE = "RANKPROOF_PENDING"  # names the file to a worker
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, eq=False)
class PendingCase:
    """What the subject was working on when its process ended."""

    case: Case
    call: Call


class Recorder:
    """Writes the pending case to a file: its length first as 0, last as it is, so that a torn write shows."""

    def __init__(self, path: str | Path) -> None:
        self._file = out_of_reach(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        self._process = os.getpid()

    def before(self, case: Case, call: Call = Call()) -> None:
        """Say that the subject gets this case now."""
        if os.getpid() != self._process:  # a copy that the subject has forked off
            os._exit(0)
        payload = pickle.dumps(PendingCase(case, call), protocol=pickle.HIGHEST_PROTOCOL)
        self.after()
        os.pwrite(self._file, payload, _LENGTH.size)
        os.pwrite(self._file, _LENGTH.pack(len(payload)), 0)

    def after(self) -> None:
        """Say that the subject is done with it."""
        os.pwrite(self._file, _LENGTH.pack(0), 0)


def recorder_of_worker() -> Recorder | None:
    """The recorder that a worker is told to use by its environment; None in any other process."""
    path = os.environ.get(VARIABLE)
    return Recorder(path) if path else None


def read_pending(path: str | Path) -> PendingCase | None:
    """What ``Recorder`` left in the file: None where the subject was not at work."""
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    length = _LENGTH.unpack_from(content)[0] if len(content) >= _LENGTH.size else 0
    if length == 0 or len(content) < _LENGTH.size + length:
        return None
    pending: PendingCase = pickle.loads(content[_LENGTH.size : _LENGTH.size + length])
    return pending
