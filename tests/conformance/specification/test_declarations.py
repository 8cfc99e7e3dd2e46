"""Inputs, parameters and their names are checked against each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rankproof.conformance.specification import LossSpec
from rankproof.conformance.specification.model import Role

Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("loss", "old", "new", "expected"),
    [
        (
            "margin_ranking",
            "input1: {axes: [n]",
            "input1: {axes: [m]",
            "(inputs.input1.axes[0]): unknown axis 'm'; expected 'n'",
        ),
        (
            "warp",
            "  trials: items",
            "  unused: nothing\n  trials: items",
            "(axes.unused): no input runs along the axis 'unused'; remove it",
        ),
        (
            "warp",
            "    of: items\n",
            "",
            "(inputs.order): an input with the role index needs 'of', the axis whose positions it holds",
        ),
        ("warp", "of: items", "of: item", "(inputs.order.of): unknown axis 'item'; did you mean 'items'?"),
        (
            "margin_ranking",
            "role: sign",
            "role: sign, of: n",
            "(inputs.target.of): 'of' is for the roles index and permutation, this input has the role sign",
        ),
        (
            "margin_ranking",
            "default: 0.0",
            "default: zero",
            "(parameters.margin.default): got 'zero', expected a number",
        ),
        (
            "margin_ranking",
            "drawn: [0.0, 3.0]",
            "drawn: [3.0, 0.0]",
            "(parameters.margin.drawn): the range ends before it begins; expected [smallest, largest]",
        ),
        (
            "approx_ndcg",
            "drawn: [0.125, 4.0]",
            "drawn: [0.0, 4.0]",
            "(parameters.temperature.drawn[0]): got 0.0, but 'temperature' is above 0.0",
        ),
        (
            "pairwise_hinge",
            "    choices: [all, hardest, semi_hard]\n",
            "",
            "(parameters.negatives): a parameter of type choice needs 'choices', the list of its values",
        ),
        (
            "pairwise_hinge",
            "default: all",
            "default: every",
            "(parameters.negatives.default): "
            "'every' is not a choice of 'negatives'; expected one of all, hardest, semi_hard",
        ),
        (
            "margin_ranking",
            "unit: score, drawn",
            "unit: score, choices: [a, b], drawn",
            "(parameters.margin.choices): 'choices' is for the type choice, this parameter has the type real",
        ),
        (
            "margin_ranking",
            "  margin: {",
            "  input1: {",
            "(parameters.input1): the name 'input1' is declared under inputs already; choose another",
        ),
        (
            "margin_ranking",
            "  margin: {",
            "  exp: {",
            "(parameters.exp): the name 'exp' is a function of the formula language already; choose another",
        ),
        (
            "margin_ranking",
            "  margin: {",
            "  lambda: {",
            "(parameters.lambda): the name 'lambda' is a word of Python; choose another",
        ),
        (
            "margin_ranking",
            "  margin: {",
            "  reduction: {",
            "(parameters.reduction): "
            "the name 'reduction' is an argument that every loss has, or a reserved word already; choose another",
        ),
    ],
)
def test_a_wrong_declaration_is_told(problems: Problems, loss: str, old: str, new: str, expected: str) -> None:
    assert expected in problems(loss, (old, new))


def test_a_loss_without_scores_is_refused(problems: Problems) -> None:
    found = problems("pairwise_hinge", ("role: score", "role: relevance"))

    assert "(inputs): no input has the role score; expected at least one that has a gradient" in found


def test_declarations_are_read(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated("warp", ("default: 1.0, unit", "default: 1, unit"))

    assert list(spec.inputs) == ["scores", "positives", "order"]
    assert spec.inputs["order"].role is Role.INDEX
    assert (spec.inputs["order"].of, spec.inputs["order"].optional) == ("items", True)
    assert type(spec.parameters["margin"].default) is float
    assert spec.parameters["margin"].drawn == (0.0, 3.0)
    assert spec.parameters["max_trials"].nullable
    assert spec.parameters["violation"].choices == ("margin", "margin_inclusive", "misranking")
    assert spec.inputs["order"].location.key == "inputs.order"
    assert mutated("margin_ranking").inputs["target"].omitted == 1.0
