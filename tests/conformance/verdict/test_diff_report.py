"""The report of what changed: worse first, gathered, in three forms that say the same."""

from __future__ import annotations

import json

import pytest

from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.diff import Kind, compare
from rankproof.conformance.verdict.diff_report import as_json, lines, markdown, show, summary, text
from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Verdict

MANY = tuple(f"edge.case_{number:02}" for number in range(20))


@pytest.fixture
def comparison(finding, findings):
    """Every kind of change, one of them in two dtypes and one for twenty clauses."""
    worse = [finding("value", Verdict.DIVERGES, dtype=it, reason=f"off by {it[-2:]}") for it in ("float64", "float32")]
    old = [*findings, finding("value", dtype="float32"), *(finding(it, subject="loop") for it in MANY)]
    new = [
        *worse,
        *(it for it in findings if it.clause not in ("value", "gradient", "kink", "edge.all_masked")),
        finding("gradient", cases=20),
        finding("kink"),
        finding("second_order", subject="custom", verdict=Verdict.NOT_RUN, reason="not twice differentiable"),
    ]
    return compare(
        Document(tuple(old), {"torch": "2.11.0", "seed": 0}, (), "0.1.0", "old.json"),
        Document(tuple(new), {"torch": "2.13.0", "seed": 0}, (), "0.1.0", "new.json"),
    )


def test_the_report_reads_as_agreed(comparison, snapshot):
    assert text(comparison) == snapshot


def test_what_got_worse_comes_first(comparison):
    told = text(comparison)
    places = [told.index(f"\n{title}") for title in ("Worse", "Better", "Different", "New", "Gone")]

    assert places == sorted(places)


def test_dtypes_and_clauses_with_the_same_change_share_a_line(comparison):
    in_both, gone = lines(comparison.of(Kind.WORSE))

    assert (in_both.clauses, in_both.dtypes) == (("value",), ("float64", "float32"))
    assert in_both.remark == "off by 64, and the like"
    assert gone.clauses == MANY
    assert "and 12 more" in text(comparison)


def test_a_verdict_that_stayed_is_shown_with_both_problems(finding):
    old, new = (Document((finding(verdict=Verdict.DIVERGES, reason=it),), {}) for it in ("is off", "raises"))

    assert "is off -> raises" in text(compare(old, new))


def test_a_run_in_which_nothing_changed_says_so(finding):
    same = Document((finding(),), {"seed": 0}, source="a.json")

    assert text(compare(same, same)).splitlines() == [
        "a.json -> a.json",
        "",
        "nothing got worse: 0 worse, 0 better, 0 otherwise, 0 new, 0 gone, 1 unchanged",
    ]


def test_subjects_of_two_names_are_told_beside_each_other(finding):
    comparison = compare(Document((finding(),), {}), Document((finding(subject="loop"),), {}))
    told = "one subject each: margin_ranking vectorized (cpu) -> margin_ranking loop (cpu)"

    assert told in text(comparison).splitlines()
    assert f"- {told}" in markdown(comparison).splitlines()
    assert json.loads(as_json(comparison))["paired"] == told.partition(": ")[2].split(" -> ")


def test_markdown_has_a_row_for_each_line_and_no_broken_cell(comparison, finding):
    told = markdown(comparison)
    rows = [line for line in told.splitlines() if line.startswith("| ") and not line.startswith("| subject")]

    assert summary(comparison) in told
    assert len(rows) == sum(len(lines(comparison.of(kind))) for kind in Kind)
    piped = Document((finding(verdict=Verdict.DIVERGES, reason="a | b"),), {})
    assert r"a \| b" in markdown(compare(Document((finding(),), {}), piped))


def test_json_holds_every_change_by_itself(comparison):
    told = json.loads(as_json(comparison))

    assert told["counts"] == {"worse": 22, "better": 1, "otherwise": 1, "new": 1, "gone": 1, "unchanged": 3}
    assert len(told["changes"]) == 26
    assert told["changes"][0] == {
        "kind": "worse",
        "loss": "margin_ranking",
        "subject": "vectorized",
        "device": "cpu",
        "dtype": "float64",
        "clause": "value",
        "before": {"verdict": "conforming", "problem": ""},
        "after": {"verdict": "diverges", "problem": "off by 64"},
    }
    assert told["settings"] == [{"name": "torch", "old": "2.11.0", "new": "2.13.0"}]


def test_colour_is_used_only_where_it_is_asked_for(comparison):
    assert "\x1b[" not in show(comparison)
    assert "\x1b[" in show(comparison, "text", Screen(colour=True))
    assert show(comparison, "markdown") == markdown(comparison)
