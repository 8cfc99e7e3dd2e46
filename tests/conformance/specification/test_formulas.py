"""Definitions, formula, gradient and kinks are checked name by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rankproof.conformance.specification import LossSpec, to_text
from rankproof.conformance.specification.model import Loop

Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "(input1[i] - input2[i])",
            "(inptu1[i] - input2[i])",
            "(definitions.shortfall(i)): unknown name 'inptu1' "
            "(column 23 of `margin - target[i] * (inptu1[i] - input2[i])`); did you mean 'input1'?",
        ),
        (
            '"max(0, shortfall(i))"',
            '"maxx(0, shortfall(i))"',
            "(formula.value): unknown function 'maxx' (column 1 of `maxx(0, shortfall(i))`); did you mean 'max'?",
        ),
        (
            '"max(0, shortfall(i))"',
            '"max(0, shortfall(i, i))"',
            "(formula.value): the definition 'shortfall' "
            "takes 1 argument, got 2 (column 8 of `max(0, shortfall(i, i))`)",
        ),
        (
            '"max(0, shortfall(i))"',
            '"max(0, shortfall(i)"',
            "(formula.value): not an expression: '(' was never closed (column 4 of `max(0, shortfall(i)`)",
        ),
        ("for: i in n", "for: i in m", "(formula.for): unknown axis 'm'; expected 'n'"),
        (
            "for: i in n",
            "for: margin in n",
            "(formula.for): the variable 'margin' is a parameter already; a variable needs a name of its own",
        ),
        (
            "shortfall(i): margin",
            "shortfall(margin): margin",
            "(definitions.shortfall(margin)): "
            "the variable 'margin' is a parameter already; a variable needs a name of its own",
        ),
        (
            "shortfall(i): margin",
            "shortfall(i): shortfall(i) + margin",
            "(definitions.shortfall(i)): "
            "the definition uses itself: shortfall -> shortfall; write the recursion as a sum or product",
        ),
        (
            "shortfall(i): margin",
            "b: c\n  c: d + d\n  d: b\n  shortfall(i): b + margin",
            "(definitions.b): the definition uses itself: b -> c -> d -> b; write the recursion as a sum or product",
        ),
        (
            "  shortfall(i): margin",
            "  shortfall(i, j): 1\n  shortfall(i): margin",
            "(definitions.shortfall(i)): the name 'shortfall' is declared under definitions already; choose another",
        ),
        (
            "  shortfall(i): margin",
            "  pair(i, i): 1\n  shortfall(i): margin",
            "(definitions.pair(i, i)): two variables have the same name",
        ),
        (
            "  input2[i]: target",
            "  input3[i]: target",
            "(gradient.input3[i]): unknown input 'input3'; did you mean 'input2'?",
        ),
        (
            "  input2[i]: target",
            "  input3[i]: target",
            "(gradient): the gradient of 'input2' is missing; add input2[i]: ...",
        ),
        (
            "  input2[i]: target",
            "  target[i]: target",
            "(gradient.target[i]): the input 'target' has the role sign, only a score has a gradient",
        ),
        ("  input2[i]: target", "  input1[j]: target", "(gradient.input1[j]): a second gradient of 'input1'"),
        (
            "where: shortfall(i) == 0",
            "where: shortfal(i) == 0",
            "(kinks[0].where): unknown function 'shortfal' (column 1 of `shortfal(i) == 0`); did you mean 'shortfall'?",
        ),
        (
            "reduction: {unit: pair,",
            "reduction: {unit: pair, denominator: marginn,",
            "(reduction.denominator): unknown name 'marginn' (column 1 of `marginn`); did you mean 'margin'?",
        ),
    ],
)
def test_a_wrong_formula_is_told_with_line_and_column(problems: Problems, old: str, new: str, expected: str) -> None:
    assert expected in problems("margin_ranking", (old, new))


def test_a_string_that_is_no_choice_is_told(problems: Problems) -> None:
    assert problems("warp", ('skipped == "counted" or is', 'skipped == "count" or is')) == [
        "(definitions.trial_count(i)): 'count' is not a choice of 'skipped' (column 18 of "
        "`count(skipped == \"count\" or is_negative(i, order[t]) for t i...`); did you mean 'counted'?"
    ]


def test_definitions_that_share_a_definition_are_no_cycle(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated(
        "margin_ranking", ("  shortfall(i): margin", "  a: b + c\n  b: c\n  c: 1\n  shortfall(i): a + margin")
    )

    assert list(spec.definitions) == ["a", "b", "c", "shortfall"]


def test_many_definitions_on_top_of_each_other_are_read_quickly(mutated: Callable[..., LossSpec]) -> None:
    tower = "".join(f"  a{index}: a{index + 1} + a{index + 1}\n" for index in range(200)) + "  a200: 1\n"
    spec = mutated("margin_ranking", ("definitions:\n", "definitions:\n" + tower))

    assert len(spec.definitions) == 202


def test_the_mathematics_of_a_loss_is_read(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated("margin_ranking")

    assert spec.formula.loop == Loop("i", "n")
    assert to_text(spec.formula.value.node) == "max(0, shortfall(i))"
    assert spec.definitions["shortfall"].arguments == ("i",)
    assert (spec.gradient["input1"].variable, list(spec.gradient)) == ("i", ["input1", "input2"])
    assert (spec.kinks[0].variables, spec.kinks[0].convention) == (("i",), "zero")
    assert spec.kinks[0].where.location.key == "kinks[0].where"
    assert mutated("pairwise_hinge").kinks[1].variables == ("i", "j")
    assert mutated("pairwise_hinge").formula.loop is None


def test_an_expression_that_yaml_reads_as_a_number_is_one(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated("margin_ranking", ("definitions:\n", "definitions:\n  half: 0.5\n  two: 2\n  always: true\n"))

    assert [to_text(spec.definitions[name].body.node) for name in ("half", "two", "always")] == ["0.5", "2", "True"]
