"""Templates are filled with what a document holds, escaped where the form needs it."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.tally import summary
from rankproof.conformance.verdict.template import cell, fill


@pytest.mark.parametrize("name", ["report.html.j2", "report.md.j2"])
def test_a_template_shows_every_finding_that_is_not_conforming(findings, name):
    text = fill(name, Document(tuple(findings), {"numpy": "2.4"}, (), "0.1.0"), escape=False)

    assert summary(findings) in text
    assert "numpy 2.4" in text
    for finding in findings:
        if finding.verdict is not Verdict.CONFORMING and finding.reason:
            assert finding.reason in text


def test_only_html_is_escaped(finding):
    document = Document((finding(verdict=Verdict.DIVERGES, reason="a < b"),), {})

    assert "a &lt; b" in fill("report.md.j2", document, escape=True)
    assert "a < b" in fill("report.md.j2", document, escape=False)


def test_a_cell_stays_in_its_row():
    assert cell("a | b\nc") == r"a \| b c"
