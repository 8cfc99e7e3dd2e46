"""Messages between a worker and its parent, and how they travel: four letters, a length of eight bytes, a pickle."""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass
from typing import Any

MAGIC = b"rank"
HEADER = struct.Struct(">4sQ")


@dataclass(frozen=True)
class Task:
    """What the parent asks: ``arguments`` are pickled apart, since unpickling them may fail."""

    function: str
    arguments: bytes
    timeout: float
    number: int = 0  # comes back with the reply


@dataclass(frozen=True)
class Reply:
    """What came of a task: exactly one of the fields says it."""

    result: Any = None
    raised: BaseException | None = None
    out_of_memory: str | None = None
    number: int = 0  # of the task


class Garbled(Exception):
    """The bytes are no message: somebody else has written to the connection."""


class TaskError(Exception):
    """An exception of a task that cannot travel between processes itself; the message holds its own."""


def framed(message: Any) -> bytes:
    """A message as bytes."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(MAGIC, len(payload)) + payload


def unframed(received: bytes | bytearray) -> tuple[bool, Any]:
    """Whether the bytes hold the whole message, and the message; raises Garbled for what is none."""
    if len(received) < HEADER.size:
        return False, None
    magic, length = HEADER.unpack_from(received)
    if magic != MAGIC:
        raise Garbled(f"got {bytes(received[:20])!r}")
    if len(received) < HEADER.size + length:
        return False, None
    try:
        return True, pickle.loads(bytes(received[HEADER.size : HEADER.size + length]))
    except Exception as error:
        raise Garbled(f"it cannot be read: {type(error).__name__}: {error}") from error


def receive(connection: socket.socket) -> Any:
    """Wait for a message; None when the other side is gone."""
    received = bytearray()
    while True:
        complete, message = unframed(received)
        if complete:
            return message
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
