"""The table of clauses: readable in a narrow terminal, each dtype that matters named, each remark in one piece."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rankproof.conformance.verdict.clause_table import clause_table, remark
from rankproof.conformance.verdict.console import Screen, to_text
from rankproof.conformance.verdict.finding import Level, Verdict

SHORT = "the value is 3e+15 times the error budget away, that is all"
LONG = f"{SHORT}, and there is nothing to add"


def lines(findings, width=120):
    screen = Screen(width)
    return to_text(list(clause_table(findings, screen)), screen).splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_a_remark_stands_under_its_clause_and_is_not_squeezed_into_a_column(finding, width):
    told = lines([finding("examples.positive_negative_form", Verdict.ADMISSIBLE, reason=SHORT)], width)

    assert told[-1].strip() == SHORT
    assert max(map(len, told)) <= width


def test_a_remark_that_is_too_long_for_a_line_goes_on_below(finding):
    told = lines([finding("value", Verdict.ADMISSIBLE, reason=LONG)], 80)

    assert [line.strip() for line in told[-2:]] == [f"{SHORT}, and", "there is nothing to add"]


def test_a_long_clause_goes_on_below_where_the_screen_is_narrow(finding):
    clause = "examples.ndcg_loss2_with_either_in_the_first_two"
    told = lines([finding(clause, cases=123456, not_judged=1, worst_share=1.1e307, dtype="bfloat16")], 80)

    assert max(map(len, told)) <= 80
    assert "".join(line[12:47].split(" ")[0] for line in told[-2:]) == clause
    assert "123456           1     1.1e+307" in told[-2]


def test_a_reason_why_clauses_were_not_run_is_told_once_below_the_table(finding):
    found = [
        finding("second_order", Verdict.NOT_RUN, reason="no graph"),
        finding("value", cases=3),
        *(finding(clause, Verdict.NOT_RUN, reason="no mask") for clause in ("padding", "masked")),
        finding("edge.all_masked", Verdict.NOT_RUN, level=Level.ROBUST, reason="no mask"),
        finding("lost", Verdict.NOT_RUN),
    ]
    told = lines(found)

    assert [line.split()[:2] for line in told[2:4]] == [["correct"], ["conforming", "value"]]
    assert told[4:] == [
        "",
        "Not run:",
        "  3 x no mask",
        "      padding, masked, edge.all_masked",
        "  1 x no graph",
        "      second_order",
        "  1 x no reason given",
        "      lost",
    ]


def test_a_clause_that_was_not_run_in_some_dtypes_is_told_with_them(finding):
    found = [
        *(finding(clause, dtype=dtype) for clause in ("ties", "kink") for dtype in ("float64", "float16")),
        finding("value"),
        finding("value", Verdict.NOT_RUN, dtype="float16", reason="too narrow"),
    ]

    assert lines(found)[-2:] == ["  1 x too narrow", "      value (float16)"]


def test_where_nothing_was_run_there_is_no_table(finding):
    assert lines([finding(verdict=Verdict.NOT_RUN, reason="no mask")]) == ["Not run:", "  1 x no mask", "      value"]


def test_what_the_shares_are_of_is_told(finding):
    assert lines([finding("value", worst_share=0.5)])[0].endswith("  budget used")


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("the value changes under a shift", "the value changes under a shift, off by 0.5 (relative 0.25)"),
        ("the value is off by 0.5 (relative 0.25), wrong", "the value is off by 0.5 (relative 0.25), wrong"),
    ],
)
def test_a_remark_on_numbers_says_once_how_far_they_are_off(finding, counterexample, problem, told):
    off = replace(counterexample, problem=problem, got=2.5, expected=2.0)

    assert lines([finding("shift", Verdict.DIVERGES, counterexample=off)])[-1].strip() == told
    assert remark(finding("shift", Verdict.DIVERGES, counterexample=replace(off, share=None))) == problem


def test_a_level_stands_above_its_clauses(finding):
    told = lines([finding("value"), finding("edge.nan", level=Level.ROBUST), finding("gradient")])

    assert [line.split()[:2] for line in told[2:]] == [
        ["correct"],
        ["conforming", "value"],
        ["conforming", "gradient"],
        ["robust"],
        ["conforming", "edge.nan"],
    ]


def test_the_dtypes_of_most_clauses_are_said_once(finding):
    both = [finding(clause, dtype=dtype) for dtype in ("float64", "float32") for clause in ("value", "ties", "scale")]
    others = [finding("precision.float16", dtype="float16")]
    everywhere = [finding("edge.zero_size", dtype=dtype) for dtype in ("float64", "float32", "float16")]
    told = lines([*both, *others, *everywhere])

    assert told[0] == "float64, float32, where no other dtype is named:"
    assert [line.split("  ")[1] for line in told if line.startswith("conforming")] == [
        "value",
        "ties",
        "scale",
        "precision.float16 (float16)",
        "edge.zero_size (every dtype)",
    ]


def test_where_no_dtypes_are_usual_each_clause_names_its_own(finding):
    told = lines([finding("value"), finding("value", Verdict.DIVERGES, dtype="float32", reason="raised")])

    assert told[0].startswith("verdict")
    assert [line.split()[:3] for line in told if "value" in line] == [
        ["conforming", "value", "(float64)"],
        ["diverges", "value", "(float32)"],
    ]


def test_verdicts_on_one_clause_stand_together(finding):
    found = [finding("value"), finding("ties"), finding("value", Verdict.DIVERGES, dtype="float32", reason="raised")]

    assert [line.split()[1] for line in lines(found) if line.startswith(("conf", "div"))] == ["value", "value", "ties"]
