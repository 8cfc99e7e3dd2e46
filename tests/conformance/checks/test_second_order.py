"""The second derivative is right or refused; a silent zero diverges."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context, Tally
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.second_order import check_second_order
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on

LOSSES = "tests.conformance.data.transformed_losses"


def finding_on(name, loss="margin_ranking", clause="second_order", dtype="float64", cases=12):
    spec = load_builtin(loss)
    subject = build_subject(f"{LOSSES}:{name}", spec)
    return verdict_on(Context(spec, subject, subject.capabilities(), dtype), clause, cases=cases)


@pytest.mark.parametrize(("name", "loss"), [("margin_ranking", "margin_ranking"), ("smooth", "approx_ndcg")])
def test_autograd_s_own_second_derivative_conforms(name, loss):
    assert finding_on(name, loss).verdict is Verdict.CONFORMING


@pytest.mark.parametrize(
    ("name", "loss", "what"),
    [
        ("detached", "margin_ranking", "the gradient's derivative by the upstream gradient, silently 0, is"),
        ("approx_ndcg", "approx_ndcg", "the second derivative is"),
    ],
)
def test_a_wrong_one_diverges_and_its_snippet_fails(name, loss, what):
    finding = finding_on(name, loss)
    ran = subprocess.run([sys.executable, "-c", finding.counterexample.snippet], capture_output=True, text=True)

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith(what)
    assert "AssertionError: got" in ran.stderr


def test_an_error_is_admissible():
    finding = finding_on("once")

    assert finding.verdict is Verdict.ADMISSIBLE
    assert "and says so: RuntimeError: trying to differentiate twice" in finding.reason


def test_there_is_no_clause_where_the_file_declares_none():
    spec = load_builtin("margin_ranking")
    undeclared = replace(spec, properties=replace(spec.properties, second_order=()))

    assert "second_order" in {clause.id for clause in clauses(spec)}
    assert "second_order" not in {clause.id for clause in clauses(undeclared)}


def test_a_numpy_function_is_not_asked():
    spec = load_builtin("margin_ranking")
    subject = build_subject("rankproof.reference.margin_ranking:margin_ranking", spec)
    finding = verdict_on(Context(spec, subject, subject.capabilities(), "float64"), "second_order")

    assert finding.verdict is Verdict.NOT_RUN
    assert finding.reason == "is a numpy function, which no framework transforms or differentiates"


def test_on_a_kink_where_the_gradient_is_one_its_derivatives_are_several_and_not_judged():
    # At a tie of the swap both squared distances are 0, with one gradient and two second derivatives.
    nothing = {name: np.array([0.0]) for name in ("anchor", "positive", "negative")}
    parameters = {"margin": 0.5, "distance": "squared_euclidean", "p": 1.0, "eps": 0.0, "swap": True}
    direction = {name: [3.0] for name in nothing}
    case = Case(nothing, parameters, "none", upstream=np.array(2.0), certified=True, notes={"direction": direction})
    context, tally = context_of("triplet_margin"), Tally()
    with pytest.raises(Undecided, match="away from kinks"):
        check_second_order(context, case, tally)

    assert tally.judged == 0
    assert context.subject.seen == []
