"""Messages survive being cut into pieces."""

from __future__ import annotations

import socket

import pytest

from rankproof.conformance.subjects.messages import framed, receive, unframed


@pytest.mark.parametrize("message", [None, "ready", {"scores": [1.0] * 1000}])
def test_a_message_is_complete_only_with_its_last_byte(message):
    whole = framed(message)

    assert unframed(whole) == (True, message)
    assert not any(unframed(whole[:length])[0] for length in (0, 5, 8, len(whole) - 1))


def test_messages_are_received_until_the_other_side_is_gone():
    one, other = socket.socketpair()
    with one, other:
        one.sendall(framed("x" * 100_000))

        assert receive(other) == "x" * 100_000

        one.close()

        assert receive(other) is None
