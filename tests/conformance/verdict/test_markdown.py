"""Markdown whose tables hold whatever a reason says."""

from __future__ import annotations

from rankproof.conformance.verdict.document import Document, NotRun
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.markdown import render


def rows(text):
    return [line for line in text.splitlines() if line.startswith("|")]


def test_a_table_has_as_many_cells_in_every_row(findings):
    found = rows(render(Document(tuple(findings), {}, (), "0.1.0")))
    matrix = found[: next(place for place, row in enumerate(found) if "reason" in row)]

    assert len({row.count("|") for row in matrix}) == 1


def test_a_reason_does_not_break_its_row(finding):
    reason = "a | b\nand more"
    found = rows(render(Document((finding(verdict=Verdict.NOT_RUN, reason=reason), finding("gradient")), {})))

    assert any(r"a \| b and more" in row for row in found)


def test_a_device_on_which_nothing_was_run_is_named(finding):
    text = render(Document((finding(),), {}, (NotRun("cuda", "no GPU"),)))

    assert "cuda: not run: no GPU" in text
