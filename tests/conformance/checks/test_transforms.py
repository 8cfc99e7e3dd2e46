"""Under each transformation a right loss conforms, and the one that it breaks diverges by it alone."""

import subprocess
import sys

import pytest

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import verdict_on

LOSSES = "tests.conformance.data.transformed_losses"
CLAUSES = ["vmap", "grad", "compile", "autocast", "device"]


@pytest.fixture(scope="module")
def finding_on():
    """What a clause says of a miniature loss, asked once."""
    known = {}

    def ask(name, clause, loss="margin_ranking"):
        if (name, clause) not in known:
            spec = load_builtin(loss)
            subject = build_subject(f"{LOSSES}:{name}", spec)
            context = Context(spec, subject, subject.capabilities(), "float32" if clause == "autocast" else "float64")
            known[name, clause] = verdict_on(context, f"transforms.{clause}", cases=16)
        return known[name, clause]

    return ask


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("name", ["margin_ranking", "MarginRanking"])
def test_a_right_loss_conforms(finding_on, name, clause):
    finding = finding_on(name, clause)

    assert (finding.verdict, finding.reason) == (Verdict.CONFORMING, "")
    assert finding.cases >= 4


@pytest.mark.parametrize(
    ("name", "clause", "reason"),
    [
        ("indexed", "vmap", "under torch.func.vmap it raised RuntimeError: vmap: "),
        ("branching", "compile", "under torch.compile with a full graph and dynamic shapes it raised Unsupported: "),
        ("branching", "vmap", "under torch.func.vmap it raised RuntimeError: vmap: "),
        ("old_style", "vmap", "under torch.func.vmap it raised RuntimeError: In order to use an autograd.Function"),
        ("old_style", "grad", "under torch.func.grad it raised RuntimeError: In order to use an autograd.Function"),
        ("on_the_default_device", "device", "within another default device it raised RuntimeError: "),
        ("multiplied", "autocast", "the value is "),
    ],
)
def test_a_loss_that_a_transformation_breaks_diverges_and_its_snippet_fails(finding_on, name, clause, reason):
    finding = finding_on(name, clause)
    ran = subprocess.run([sys.executable, "-c", finding.counterexample.snippet], capture_output=True, text=True)

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith(reason)
    assert reason.partition("it raised ")[2].partition(":")[0] in ran.stderr
    assert ran.returncode == 1


def test_a_broken_graph_is_told_in_short_with_the_place(finding_on):
    reason = finding_on("branching", "compile").reason

    assert "transformed_losses.py" in reason
    assert "if values.sum() > 1e9" in reason
    assert len(reason) < 600


@pytest.mark.parametrize("clause", ["vmap", "compile", "device", "grad"])
def test_what_autocast_alone_breaks_passes_elsewhere(finding_on, clause):
    assert finding_on("multiplied", clause).verdict is Verdict.CONFORMING


def test_a_result_in_half_precision_is_admissible_if_right_to_that(finding_on):
    finding = finding_on("half_returned", "autocast")

    assert finding.verdict is Verdict.ADMISSIBLE
    assert finding.reason == "within torch.autocast it returns bfloat16 for float32 scores, right to that"


def test_a_loss_that_is_compiled_again_for_each_length_is_admissible(finding_on):
    finding = finding_on("unrolled", "compile")

    assert finding.verdict is Verdict.ADMISSIBLE
    assert finding.reason == "it is right, but torch compiles it again for lists of another length"
