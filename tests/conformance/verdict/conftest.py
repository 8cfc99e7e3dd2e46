"""Findings to report on: one subject with every verdict, and a factory for others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Level, Verdict

Factory = Callable[..., Finding]


@pytest.fixture
def finding() -> Factory:
    """Makes a finding: ``finding("value", Verdict.CONFORMING, dtype="float32")``."""

    def make(clause: str = "value", verdict: Verdict = Verdict.CONFORMING, **changes: Any) -> Finding:
        fields: dict[str, Any] = {
            "loss": "margin_ranking",
            "subject": "vectorized",
            "device": "cpu",
            "dtype": "float64",
            "level": Level.CORRECT,
        }
        return Finding(clause=clause, verdict=verdict, **(fields | changes))

    return make


@pytest.fixture
def counterexample() -> Counterexample:
    """The smallest failing case of a gradient, NaN in it."""
    return Counterexample(
        problem="the gradient of input1 is 3.5 budgets away at [0, 0]",
        inputs={"input1": [[2.0, 1.5]], "input2": [[1.0, 0.1]], "target": [[1.0, -1.0]]},
        parameters={"margin": 1.0},
        reduction="mean",
        dtype="float32",
        got={"input1": [[-1.0, math.nan]], "input2": [[1.0, 0.0]]},
        expected={"input1": [[0.0, 0.5]], "input2": [[0.0, -0.5]]},
        share=3.5,
        snippet="import math\n\nif True:\n    value = math.fsum([2.0, 1.5])\n",
        mask=[[True, True]],
        family="at the margin",
    )


@pytest.fixture
def findings(finding: Factory, counterexample: Counterexample) -> list[Finding]:
    """A run that came to every verdict."""
    no_mask = "the subject takes no mask"
    return [
        finding("examples.positive_negative_form", cases=1, worst_share=0.0),
        finding("value", cases=200, not_judged=3, worst_share=0.4123),
        finding("kink", Verdict.ADMISSIBLE, cases=12, reason="another member of the gradient set at at_margin"),
        finding(
            "gradient",
            Verdict.DIVERGES,
            cases=20,
            worst_share=3.5,
            counterexample=counterexample,
            fault=Fault.SUBJECT,
            location="mine.yaml:32 (gradient.input1[i])",
        ),
        finding("padding", Verdict.NOT_RUN, reason=no_mask),
        finding("edge.all_masked", Verdict.NOT_RUN, level=Level.ROBUST, reason=no_mask),
        finding(
            "precision.float16", Verdict.WAIVED, level=Level.ROBUST, reason="half is not promised (https://x.test/1)"
        ),
    ]
