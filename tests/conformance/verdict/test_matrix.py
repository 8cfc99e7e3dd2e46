"""The matrix, word for word."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.document import Document, NotRun
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.matrix import render

ENVIRONMENT = {"python": "3.11.7", "torch": ["2.13.0", "2.11.0"], "numpy": "2.4.6", "seed": 0}


@pytest.fixture
def document(findings, finding) -> Document:
    others = [
        finding("value", loss="warp", subject="cuda", device="interpreter", dtype="float32", cases=25, worst_share=0.2),
        finding("value", loss="warp", subject="loop", dtype="float32", cases=200, worst_share=0.1),
        finding("value", loss="warp", subject="loop", cases=200, worst_share=0.1),
    ]
    not_run = (NotRun("cuda", "no NVIDIA GPU on this machine"),)
    return Document((*findings, *others), ENVIRONMENT, not_run, rankproof="0.1.0")


def test_the_matrix_reads_as_agreed(document, snapshot):
    assert render(document) == snapshot


def test_a_device_that_was_not_run_is_never_silent(document):
    assert "cuda: not run: no NVIDIA GPU on this machine" in render(document).splitlines()


def test_one_reason_for_many_clauses_is_given_once(finding):
    clauses = [finding(f"edge.{place}", Verdict.NOT_RUN, reason="the subject takes no mask") for place in range(20)]
    text = render(Document(tuple(clauses), {}))

    assert text.count("the subject takes no mask") == 1
    assert "20 x the subject takes no mask" in text
    assert "edge.5 and 14 more: margin_ranking vectorized (cpu)" in text


def test_a_document_without_findings_says_that_nothing_was_run():
    text = render(Document((), {}, (NotRun("cuda", "no NVIDIA GPU on this machine"),)))

    assert text.splitlines()[-1].startswith("nothing was run: ")


def test_no_line_is_wider_than_promised(document):
    assert max(map(len, render(document).splitlines())) <= 120


def test_in_a_narrow_terminal_only_the_variants_go_on_below(document):
    wide, narrow = (render(document, Screen(width)).splitlines() for width in (120, 80))
    rows = [[line.split()[1:] for line in text if " float" in line and "/" not in line] for text in (wide, narrow)]

    assert max(map(len, narrow)) <= 80
    assert rows[0] == rows[1]


def test_no_number_is_cut_in_a_narrow_terminal(finding):
    name = "path/to/my_package/losses.py:my_pairwise_logistic_loss"
    wrong = finding("value", Verdict.DIVERGES, subject=name, dtype="bfloat16", cases=1234567, worst_share=5.2e5)
    worse = finding("value", Verdict.DIVERGES, subject="b", cases=1, worst_share=2.2e307)
    lines = render(Document((wrong, worse), {}), Screen(80)).splitlines()
    (first,) = (line.split() for line in lines if "bfloat16" in line and "::" not in line)
    (second,) = (line.split() for line in lines if line.startswith("  b "))

    assert max(map(len, lines[: lines.index("Diverging:")])) <= 80
    assert first[1:] == ["bfloat16", "-", "-", "-", "1", "-", "1234567", "-", "5e+05"]
    assert second[-1] == "2e+307"


def test_the_rows_stand_under_their_loss_and_device(document):
    lines = render(document).splitlines()

    assert lines.index("warp on cpu") < lines.index("warp on interpreter")
    assert lines[lines.index("warp on interpreter") + 1].split()[:3] == ["cuda", "float32", "1"]
