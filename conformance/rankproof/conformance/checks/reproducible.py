"""A Hypothesis backend whose cases depend on the seed alone.

The default backend mixes in literals harvested from the modules that happen to be imported, so that a
constant added to the subject's file would change the cases.
"""

from __future__ import annotations

from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

BACKEND = "rankproof"


class ReproducibleProvider(HypothesisProvider):
    """Hypothesis's own provider without harvested constants."""

    def _maybe_draw_constant(self, choice_type: Any, constraints: Any, *, p: float = 0.05) -> None:
        return None


def register() -> str:
    """Make the backend known to Hypothesis, and return its name."""
    AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{ReproducibleProvider.__qualname__}"
    return BACKEND
