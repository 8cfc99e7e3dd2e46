"""Clauses on miniature subjects: what is wrong is caught by its clause, what is right is not blamed."""

from pathlib import Path

import pytest

from rankproof.conformance.checks import run_clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict

pytest.importorskip("torch")

MINIATURE = Path(__file__).parent.parent / "data" / "miniature.py"


def judged(name, patterns=None, *, loss="margin_ranking", dtype="float64", **settings):
    spec = load_builtin(loss)
    subject = build_subject(f"{MINIATURE}:{name}", spec)
    findings = run_clauses(spec, subject, dtype=dtype, clauses=patterns, **{"cases": 15, "shrink": False, **settings})
    return {finding.clause: finding for finding in findings}


def verdicts(findings, verdict):
    return {clause for clause, finding in findings.items() if finding.verdict is verdict}


def test_a_right_subject_diverges_only_where_it_takes_bad_input():
    diverging = verdicts(judged("right"), Verdict.DIVERGES)

    assert diverging <= {"invalid.target_zero", "invalid.target_not_a_sign", "invalid.column_against_row"}
    assert "invalid.target_zero" in diverging


def test_a_flipped_sign_is_caught_by_value_and_gradient():
    diverging = verdicts(judged("wrong_sign", ["value", "gradient"]), Verdict.DIVERGES)

    assert diverging == {"value", "gradient"}


def test_the_active_gradient_at_the_kink_is_admissible():
    finding = judged("active_at_the_kink", ["kink"])["kink"]

    assert finding.verdict is Verdict.ADMISSIBLE
    assert "at_margin" in finding.reason


def test_a_subject_without_a_target_is_judged_on_positives_and_negatives():
    findings = judged("positive_negative")

    assert findings["value"].verdict is Verdict.CONFORMING
    assert findings["examples.positive_negative_form"].verdict is Verdict.CONFORMING
    assert findings["examples.both_targets"].verdict is Verdict.NOT_RUN
    assert findings["invalid.target_zero"].verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("name", "clause", "words"),
    [
        ("detached", "gradient", "no gradient"),
        ("raises", "value", "it raised RuntimeError: out of luck"),
        ("returns_nan", "value", "the value is"),
        ("changes_its_input", "purity.inputs", "the call changed target in place"),
        ("forgets", "determinism", "differs between two calls"),
    ],
)
def test_each_kind_of_failure_has_its_words(name, clause, words):
    finding = judged(name, [clause])[clause]

    assert finding.verdict is Verdict.DIVERGES
    assert words in finding.reason


def test_chatter_does_not_reach_the_report(capsys):
    finding = judged("prints", ["value"])["value"]

    assert finding.verdict is Verdict.CONFORMING
    assert capsys.readouterr() == ("", "")


def test_the_same_seed_gives_the_same_findings_and_another_seed_other_cases():
    first, again, other = (judged("right", ["value"], seed=seed)["value"] for seed in (3, 3, 4))

    assert first == again
    assert first.worst_share != other.worst_share


def test_a_failure_is_shrunk_within_its_time(monkeypatch):
    finding = judged("wrong_sign", ["value"], shrink=True)["value"]

    assert finding.counterexample.inputs == {"input1": [0.0], "input2": [0.001], "target": [1.0]}


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("wrong_sign", "value"),
        ("wrong_sign", "gradient"),
        ("raises", "value"),
        ("detached", "gradient"),
        ("changes_its_input", "purity.inputs"),
        ("right", "invalid.target_zero"),
        ("forgets", "determinism"),
    ],
)
def test_the_snippet_of_a_divergence_fails_when_it_is_executed(name, clause):
    finding = judged(name, [clause])[clause]

    with pytest.raises((AssertionError, RuntimeError)) as caught:
        exec(compile(finding.counterexample.snippet, "snippet.py", "exec"), {})

    assert caught.tb.tb_next.tb_frame.f_code.co_filename == "snippet.py"
