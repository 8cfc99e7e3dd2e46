"""The report of ``rankproof check``, word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.console import Screen
from rankproof.conformance.verdict.finding import Counterexample, Fault, Level, Verdict
from rankproof.conformance.verdict.terminal import facts, render


def test_a_run_with_every_verdict_reads_as_agreed(findings, snapshot):
    assert render(findings) == snapshot


def test_a_conforming_run_ends_in_one_line_that_says_so(finding):
    text = render([finding("value", cases=3)])

    assert text.splitlines()[-1] == (
        "conforms: 1 conforming, 0 admissible, 0 waived, 0 diverging, 0 not run, of 1 check (a clause in a dtype each)"
    )


def test_a_run_of_nothing_does_not_say_that_it_conforms(finding):
    text = render([finding("value", Verdict.NOT_RUN, reason="float64 is not on this device")])

    assert text.splitlines()[-1].startswith("nothing was run: ")


def test_the_snippet_can_be_pasted_as_it_stands(findings):
    snippet = findings[3].counterexample.snippet
    text = render(findings, Screen(width=60))

    assert snippet in text
    executed = {}
    exec(text.split("Reproduce with:\n\n")[1].split("\n\ndiverges:")[0], executed)
    assert executed["value"] == 3.5


def test_a_long_line_of_the_snippet_is_not_wrapped(finding, counterexample: Counterexample):
    line = "scores = [" + ", ".join(["0.1"] * 100) + "]"
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=replace(counterexample, snippet=line))])

    assert line in text.splitlines()


SNIPPETS = (
    "import math\n\ndef close(a, b):\n    assert a == b\n\nimport sys\n\nsys.path\nvalue = 1\nclose(value, 1)\n",
    "import math\n\ndef close(a, b):\n    assert a == b\n\nfrom os import path\nvalue = math.pi\nclose(value, 2)\n",
)


@pytest.fixture
def two(finding, counterexample):
    """Two clauses that diverge in two dtypes each, with numbers of their own."""
    return [
        finding(
            clause,
            Verdict.DIVERGES,
            dtype=dtype,
            counterexample=replace(counterexample, problem=f"off by {times}", snippet=snippet),
        )
        for dtype, times in (("float64", 9), ("float32", 3))
        for clause, snippet in zip(("value", "gradient"), SNIPPETS, strict=True)
    ]


def test_a_clause_is_shown_in_full_in_its_first_dtype_and_in_a_line_for_the_others(two):
    text = render(two)

    assert text.count("Reproduce with:") == 2
    assert text.count("In float32 too: off by 3") == 2
    assert [line.split()[1] for line in text.splitlines() if line.startswith("diverges  ")] == ["value", "gradient"]


def test_what_prepares_the_snippets_is_shown_once_and_each_runs_after_it(two):
    text = render(two)
    common, rest = text.split("Paste this once, before any of the snippets below:\n\n")[1].split("\n\ndiverges: ", 1)
    calls = [part.split("Reproduce with:\n\n")[1].split("\n\nIn float32")[0] for part in rest.split("diverges: ")[0:2]]

    assert text.count("def close") == 1
    assert calls == ["value = 1\nclose(value, 1)", "value = math.pi\nclose(value, 2)"]
    scope = {}
    exec(f"{common}\n{calls[0]}", scope)
    with pytest.raises(AssertionError):
        exec(f"{common}\n{calls[1]}", scope)


def test_another_problem_in_another_dtype_has_a_row_of_its_own(finding):
    text = render([finding("value", cases=2), finding("value", Verdict.DIVERGES, dtype="float32", reason="raised")])

    assert "conforming  value (float64)" in text
    assert "diverges    value (float32)" in text


def test_the_same_verdict_in_all_dtypes_shares_a_row(finding):
    text = render([finding("value", cases=2, worst_share=0.1), finding("value", dtype="float32", cases=3)])

    assert [line.split() for line in text.splitlines() if line.startswith("conforming")] == [
        ["conforming", "value", "5", "-", "0.1"]
    ]


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_its_words(finding, counterexample, fault):
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=counterexample, fault=fault)])

    assert ("subject's" if fault is Fault.SUBJECT else "spec" if fault is Fault.SPEC else "rankproof's") in text


def test_text_that_looks_like_markup_is_shown_as_it_is(finding):
    reason = "raised KeyError: '[bold]scores[/bold]' :boom:"
    text = render([finding("value", Verdict.NOT_RUN, reason=reason)])

    assert reason in text


def test_colour_is_used_only_where_it_is_asked_for(findings):
    assert "\x1b[" not in render(findings)
    assert "\x1b[" in render(findings, Screen(colour=True))


def test_a_divergence_without_a_counterexample_still_says_why(finding):
    stale = finding("waiver", Verdict.DIVERGES, reason="the waiver no longer applies", location="waivers.yaml:3")
    text = render([stale])

    assert "  The waiver no longer applies" in text
    assert "waivers.yaml:3" in text


@pytest.fixture
def many(finding, counterexample):
    """Seven clauses that diverge, of three problems."""
    problems = ("the value is off", "the gradient is off", "the value is off", "it accepted this")
    return [
        finding(f"edge.{place}", Verdict.DIVERGES, counterexample=replace(counterexample, problem=problems[place % 4]))
        for place in range(7)
    ]


def test_of_many_divergences_three_are_shown_in_full_and_the_others_in_a_line_each(many):
    text = render(many, Screen(width=80))
    named = [line.split()[0] for line in text.splitlines() if line.startswith("  edge.")]

    assert text.count("Reproduce with:") == 3
    assert [line.rpartition("::")[2] for line in text.splitlines() if line.startswith("diverges: m")] == [
        "edge.0",
        "edge.1",
        "edge.3",
    ]
    assert named == ["edge.2", "edge.4", "edge.5", "edge.6"]
    assert "4 more clauses diverge (in full with --full, --clause NAME or --json FILE):" in text.splitlines()
    assert max(len(line) for line in text.splitlines() if line.startswith("  edge.")) <= 80


def test_all_divergences_are_shown_in_full_where_that_is_asked_for(many):
    text = render(many, full=True)

    assert text.count("Reproduce with:") == 7
    assert "more clauses diverge" not in text


def test_a_divergence_without_a_counterexample_is_told_in_short_by_its_reason(many, finding):
    lost = finding("cost", Verdict.DIVERGES, level=Level.FRUGAL, reason="it was still running after 3 s")
    text = render([*many, lost])

    assert "  cost    it was still running after 3 s" in text


def test_how_the_subject_was_called_stands_in_the_head(findings):
    asked = Asked("margin_ranking", "vectorized", "cpu", "f(a=input1)", "the mean over all pairs", {"margin": 0.5})
    other = Asked("margin_ranking", "loop", "cpu", "g(a=input1)")

    assert render(findings, asked=[other, asked]).splitlines()[:4] == [
        "margin_ranking: vectorized on cpu, float64",
        "called as f(a=input1), taken to return the mean over all pairs",
        "judged as margin=0.5",
        "",
    ]


def test_an_error_is_told_in_its_own_terms_and_in_budgets(finding, counterexample):
    off = replace(counterexample, got=20.0000000008, expected=20.0, share=2.3e4)
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=off)])

    assert (
        "  error      8e-10 (relative 4e-11): 2.3e+04 of the error budget, of which at most 1 may be used"
        in text.splitlines()
    )


@pytest.mark.parametrize(
    ("clause", "family", "told"),
    [
        ("examples.two_items", "two_items", ["worked case", "two_items"]),
        ("edge.empty_mean", "empty_mean", ["edge case", "empty_mean"]),
        ("invalid.target_zero", "target_zero", ["invalid input", "target_zero"]),
        ("edge.nan", "moderate", ["drawn as", "moderate"]),
        ("value", "value", ["drawn as", "value"]),
    ],
)
def test_a_case_of_the_spec_is_not_called_drawn(finding, counterexample, clause, family, told):
    shown = finding(clause, Verdict.DIVERGES, counterexample=replace(counterexample, family=family))

    assert told in [list(fact) for fact in facts(shown)]


@pytest.mark.parametrize(
    ("value", "shape", "told"),
    [([], "(0, 3)", "[] of shape (0, 3)"), ([[], []], "(2, 0)", "[[], []] of shape (2, 0)")],
)
def test_the_shape_of_an_input_that_holds_nothing_is_told(finding, counterexample, value, shape, told):
    empty = replace(counterexample, inputs={"scores": value, "target": [1.0]}, shapes={"scores": shape})
    shown = dict(facts(finding("value", Verdict.DIVERGES, counterexample=empty)))

    assert (shown["scores"], shown["target"]) == (told, "[1.0]")


def test_a_place_in_the_spec_is_shown_by_a_path_that_opens(finding, counterexample):
    text = render([finding(verdict=Verdict.DIVERGES, counterexample=counterexample, location="warp.yaml:2 (loss)")])
    (path,) = (line.split()[2].partition(":")[0] for line in text.splitlines() if "stated in" in line)

    assert Path(path).is_file()
