"""An expression outside a file is parsed and checked in one step."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import SpecError, parse_expression, to_text
from rankproof.conformance.specification.model import Location

WHERE = Location("loss.yaml", 7, "formula")


def test_an_expression_is_read_with_its_names() -> None:
    names = {"inputs": ["scores"], "parameters": {"margin": None}, "variables": ["i"]}
    expression = parse_expression("max(0, margin - scores[i])", WHERE, **names)  # type: ignore[arg-type]

    assert to_text(expression.node) == "max(0, margin - scores[i])"
    assert expression.location is WHERE


def test_every_wrong_name_is_in_the_error() -> None:
    with pytest.raises(SpecError) as caught:
        parse_expression("socres[i] + f(1)", WHERE, inputs=["scores"], variables=["i"], definitions={"f": 2})

    assert [str(problem) for problem in caught.value.problems] == [
        "loss.yaml:7 (formula): unknown name 'socres' (column 1 of `socres[i] + f(1)`); did you mean 'scores'?",
        "loss.yaml:7 (formula): the definition 'f' takes 2 arguments, got 1 (column 13 of `socres[i] + f(1)`)",
    ]


def test_what_is_no_expression_is_an_error_of_the_spec() -> None:
    with pytest.raises(SpecError, match=r"loss.yaml:7 \(formula\): not an expression"):
        parse_expression("1 +", WHERE)
