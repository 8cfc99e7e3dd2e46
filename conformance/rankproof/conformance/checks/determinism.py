"""The clause on determinism: the same call gives the same bits, whatever the global random state."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, require_gradient
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level


def check_determinism(context: Context, case: Case, tally: Tally) -> None:
    """Two calls under different seeds agree to the bit, in value and gradient."""
    first, second = (ask(context, case, Call(seed=seed)) for seed in (0, 1))
    tally.count(0.0)
    pairs = [("value", first.value, second.value)]
    gradients = require_gradient(case, first), require_gradient(case, second)
    pairs += [(f"gradient of {name}", gradients[0][name], gradients[1][name]) for name in gradients[0]]
    for what, before, after in pairs:
        if not np.array_equal(np.asarray(before), np.asarray(after), equal_nan=True):
            raise Divergence(
                f"the {what} differs between two calls with the same inputs",
                Observation(case, Call(seed=1)),
                quantity="value" if what == "value" else "gradient",
                got=after if what == "value" else gradients[1],
                expected=before if what == "value" else gradients[0],
                against=Observation(case, Call(seed=0)),
            )


def _cases(context: Context) -> st.SearchStrategy[Case]:
    if context.spec.sampling is not None and context.spec.sampling.input not in context.capabilities.inputs:
        raise NotRun(f"draws by itself: takes no {context.spec.sampling.input}")
    return context.drawn(Plan(families=("moderate", "long"), batches=context.batches))


def clauses(spec: LossSpec) -> list[Clause]:
    """Determinism, for every loss."""
    return [Clause("determinism", Level.INTEGRATED, section("determinism"), _cases, check_determinism, weight=0.5)]
