"""Hypothesis set up so that the cases depend on the seed alone.

The default backend mixes in literals harvested from the modules that happen to be imported, so that a
constant added to the subject's file would change the cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from rankproof.conformance.cases.case import Case

BACKEND = "rankproof"


class ReproducibleProvider(HypothesisProvider):
    """Hypothesis's own provider without harvested constants."""

    def _maybe_draw_constant(self, choice_type: Any, constraints: Any, *, p: float = 0.05) -> None:
        return None


def register() -> str:
    """Make the backend known to Hypothesis, and return its name."""
    AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{ReproducibleProvider.__qualname__}"
    return BACKEND


def settings(cases: int, phases: Sequence[Phase]) -> hypothesis.settings:
    """Every setting that could differ between two runs, stated."""
    return hypothesis.settings(
        max_examples=cases,
        backend=register(),
        database=None,
        deadline=None,
        derandomize=False,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def draw_cases(strategy: st.SearchStrategy[Case], count: int, seed: int) -> list[Case]:
    """The first ``count`` cases of a strategy under a seed."""
    found: list[Case] = []

    @hypothesis.seed(seed)
    @settings(count, [Phase.generate])
    @given(strategy)
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found
