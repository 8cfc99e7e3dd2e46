"""How the kernels of the expected rank loss are launched: they are those of the soft rank."""

from __future__ import annotations

from rankproof.implementations.cuda.kernels import Launch


def launches() -> tuple[Launch, ...]:
    """None of its own."""
    return ()
