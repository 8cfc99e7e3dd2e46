"""Messages between a worker and its parent, and how they travel: a length of eight bytes, then a pickle."""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass
from typing import Any

HEADER = struct.Struct(">Q")


@dataclass(frozen=True)
class Task:
    """What the parent asks: ``arguments`` are pickled apart, since unpickling them may fail."""

    function: str
    arguments: bytes
    timeout: float


@dataclass(frozen=True)
class Reply:
    """What came of a task: exactly one of the fields says it."""

    result: Any = None
    raised: BaseException | None = None
    out_of_memory: str | None = None


class TaskError(Exception):
    """An exception of a task that cannot travel between processes itself; the message holds its own."""


def framed(message: Any) -> bytes:
    """A message as bytes."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(payload)) + payload


def unframed(received: bytes | bytearray) -> tuple[bool, Any]:
    """Whether the bytes hold the whole message, and the message."""
    if len(received) < HEADER.size:
        return False, None
    (length,) = HEADER.unpack_from(received)
    if len(received) < HEADER.size + length:
        return False, None
    return True, pickle.loads(bytes(received[HEADER.size : HEADER.size + length]))


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
