"""The oracle: what value and gradient a loss has on a case, and how far a right implementation may be from them."""

from __future__ import annotations

from rankproof.conformance.oracle.conditions import holds, holds_at, number_at
from rankproof.conformance.oracle.constants import constant
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.oracle.oracle import Oracle, answer
from rankproof.conformance.oracle.self_check import Agreement, Contradiction, agreement

__all__ = [
    "Agreement",
    "Contradiction",
    "Oracle",
    "Undecided",
    "agreement",
    "answer",
    "constant",
    "holds",
    "holds_at",
    "number_at",
]
