"""A page that stands alone and shows text as text."""

from __future__ import annotations

from html.parser import HTMLParser

from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.html import render

VOID = {"meta", "br"}


class Nesting(HTMLParser):
    """Notes where an end does not match its start."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_element_is_closed(findings):
    page = Nesting()
    page.feed(render(Document(tuple(findings), {"numpy": "2.4"}, (), "0.1.0")))

    assert (page.open, page.wrong) == ([], [])


def test_text_is_shown_and_never_run(finding):
    reason = '<script>alert(1)</script> & "more"'
    page = render(Document((finding(verdict=Verdict.DIVERGES, reason=reason),), {}))

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page


def test_every_divergence_has_its_snippet(findings, counterexample):
    page = render(Document(tuple(findings), {}))

    assert "margin_ranking.yaml::vectorized-cpu-float64::gradient" in page
    assert counterexample.snippet.strip().splitlines()[-1].strip() in page
