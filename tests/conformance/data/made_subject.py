"""A subject that returns what the oracle expects, changed as a test says: no framework, no probing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import Settings, run_clause
from rankproof.conformance.oracle import answer
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.subject import Call, Capabilities, Outcome


def unchanged(case, call, outcome):
    return outcome


def able(spec, **changes):
    """Capabilities of a subject that can be asked everything."""
    everything = Capabilities(
        parameters=frozenset(spec.parameters),
        fixed={},
        reductions=("none", "sum", "mean"),
        default_reduction="mean",
        mask=spec.mask is not None,
        batch=True,
        inputs=tuple(spec.inputs),
    )
    return replace(everything, **changes)


@dataclass
class Made:
    """The subject; ``seen`` holds the cases that it was called with."""

    spec: object
    change: object = unchanged
    can: Capabilities | None = None
    name: str = "made"
    device: str = "cpu"
    seen: list = field(default_factory=list)

    def capabilities(self):
        return self.can or able(self.spec)

    def run(self, case, call=Call()):
        self.seen.append(case)
        told = answer(self.spec, case)
        outcome = Outcome(
            value=told.value.copy(), gradient={name: told.gradient[name].copy() for name in told.gradient}
        )
        return self.change(case, call, outcome)

    def snippet(self, case, call=Call()):
        return "value = gradient = None\n"


def context_of(loss, change=unchanged, *, dtype="float64", **can):
    """A context of a subject so changed."""
    spec = load_builtin(loss)
    subject = Made(spec, change, able(spec, **can))
    return Context(spec, subject, subject.capabilities(), dtype)


def clause_of(spec, name):
    """One clause by its id."""
    (found,) = (clause for clause in clauses(spec) if clause.id == name)
    return found


def verdict_on(context, name, *, cases=8, seed=0, shrink_seconds=0.0):
    """The finding of one clause."""
    return run_clause(context, clause_of(context.spec, name), Settings(cases, seed, shrink_seconds))
