"""Rows and reasons are counted, not lost."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.finding import Level, Verdict
from rankproof.conformance.verdict.tally import Scope, abbreviated, groups, item_id, rows, summary


def test_a_row_counts_each_verdict_and_every_case(findings):
    (row,) = rows(findings)

    assert {verdict.value: count for verdict, count in row.clauses.items()} == {
        "conforming": 2,
        "admissible": 1,
        "diverges": 1,
        "not run": 2,
        "waived": 1,
    }
    assert (row.cases, row.not_judged, row.worst_share) == (1 + 200 + 12 + 20, 3, 3.5)


def test_rows_go_by_loss_then_device_then_subject_then_precision(finding):
    shuffled = [
        finding(loss="warp"),
        finding(device="cuda", subject="loop"),
        finding(subject="loop", dtype="bfloat16"),
        finding(subject="loop", dtype="float64"),
        finding(subject="another"),
    ]

    assert [(row.loss, row.device, row.subject, row.dtype) for row in rows(shuffled)] == [
        ("margin_ranking", "cpu", "loop", "float64"),
        ("margin_ranking", "cpu", "loop", "bfloat16"),
        ("margin_ranking", "cpu", "another", "float64"),
        ("margin_ranking", "cuda", "loop", "float64"),
        ("warp", "cpu", "vectorized", "float64"),
    ]


def test_a_row_is_called_by_its_worst_verdict_and_by_not_run_only_when_nothing_ran(finding):
    waived = rows([finding("a"), finding("b", Verdict.WAIVED), finding("c", Verdict.NOT_RUN)])
    idle = rows([finding("c", Verdict.NOT_RUN)])

    assert waived[0].verdict is Verdict.WAIVED
    assert idle[0].verdict is Verdict.NOT_RUN


def test_reasons_come_with_all_that_they_were_given_for(finding):
    found = [
        finding("padding", Verdict.NOT_RUN, reason="no mask"),
        finding("padding", Verdict.NOT_RUN, reason="no mask", loss="warp"),
        finding("second_order", Verdict.NOT_RUN, reason="no graph"),
        finding("value"),
    ]
    first, second = groups(found, Verdict.NOT_RUN)

    assert (first.reason, first.count, first.clauses) == ("no mask", 2, ("padding",))
    assert first.subjects == ("margin_ranking vectorized (cpu)", "warp vectorized (cpu)")
    assert second.reason == "no graph"


def test_a_missing_reason_is_called_missing(finding):
    (group,) = groups([finding("padding", Verdict.NOT_RUN)], Verdict.NOT_RUN)

    assert group.reason == "no reason given"


def test_the_id_is_the_one_that_pytest_shows(finding):
    shown = finding("gradient", loss="warp", subject="custom_autograd", dtype="float32")

    assert item_id(shown) == "warp.yaml::custom_autograd-cpu-float32::gradient"


def test_many_names_are_cut_but_never_for_a_single_one():
    assert abbreviated(["a", "b", "c"], limit=2) == "a, b, c"
    assert abbreviated(["a", "b", "c", "d"], limit=2) == "a, b and 2 more"


def test_the_summary_says_conforms_only_of_what_was_run(finding):
    whole = summary([finding("value"), finding("gradient", Verdict.ADMISSIBLE)])
    part = summary([finding("value"), finding("padding", Verdict.NOT_RUN)])
    nothing = summary([finding("value", Verdict.NOT_RUN)])

    assert whole.startswith("conforms: 1 conforming, 1 admissible, 0 waived, 0 diverging, 0 not run, ")
    assert part.startswith("conforms in what was run: 1 conforming, 0 admissible, 0 waived, 0 diverging, 1 not run, ")
    assert nothing.startswith("nothing was run: 0 conforming")
    assert "1 not run, " in nothing


def test_the_summary_says_of_what_the_counts_are(finding):
    both = [finding("value"), finding("value", dtype="float32")]

    assert summary(both).endswith("0 not run, of 2 checks (a clause in a dtype each)")
    assert summary(both[:1]).endswith("0 not run, of 1 check (a clause in a dtype each)")


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (Scope(Level.FRUGAL), ""),
        (Scope(Level.CORRECT), " at level correct (robust, integrated, frugal were not asked)"),
        (Scope(Level.INTEGRATED), " up to level integrated (frugal was not asked)"),
        (Scope(Level.CORRECT, ("edge.*", "value")), " in the clauses asked (edge.*, value)"),
    ],
)
def test_the_summary_of_a_part_says_of_which(finding, scope, told):
    ran, lost = finding("value"), finding("ties", Verdict.NOT_RUN)

    assert summary([ran], scope).startswith(f"conforms{told}: 1 conforming")
    assert summary([ran, lost], scope).startswith(f"conforms{told} in what was run: 1 conforming")
    assert summary([finding(verdict=Verdict.DIVERGES)], scope).startswith(f"diverges{told}: ")
    assert summary([lost], scope).startswith("nothing was run: ")


def test_the_summary_names_whose_value_or_gradient_was_not_run(finding):
    draws = [finding(clause, Verdict.NOT_RUN, subject="draws") for clause in ("value", "gradient")]
    whole = [finding("value", Verdict.NOT_RUN, dtype="float16"), finding("value"), finding("gradient")]

    assert summary([*draws, finding("sampling", subject="draws"), *whole]).endswith(
        "3 not run, of 6 checks (a clause in a dtype each); not run: value and gradient of margin_ranking draws (cpu)"
    )
    assert ";" not in summary(whole)
