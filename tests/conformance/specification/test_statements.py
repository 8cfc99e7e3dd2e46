"""Properties, sampling and conventions speak of what is declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rankproof.conformance.specification import LossSpec, to_text
from rankproof.conformance.specification.model import Loop, Scale

Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("loss", "old", "new", "expected"),
    [
        (
            "margin_ranking",
            "shift: [input1, input2]",
            "shift: [input1, inputs2]",
            "(properties.shift[1]): unknown input 'inputs2'; did you mean 'input2'?",
        ),
        (
            "margin_ranking",
            "zero_sum: [input1, input2]",
            "zero_sum: [target]",
            "(properties.zero_sum[0]): the input 'target' has the role sign, expected a score",
        ),
        (
            "margin_ranking",
            "second_order: [input1, input2]",
            "second_order: [input1, target]",
            "(properties.second_order[1]): the input 'target' has the role sign, expected a score",
        ),
        (
            "margin_ranking",
            "permutation: n",
            "permutation: items",
            "(properties.permutation): unknown axis 'items'; expected 'n'",
        ),
        (
            "margin_ranking",
            "parameters: [margin], degree",
            "parameters: [margn], degree",
            "(properties.scale.parameters[0]): unknown parameter 'margn'; did you mean 'margin'?",
        ),
        (
            "warp",
            "parameters: [margin], degree",
            "parameters: [max_trials], degree",
            "(properties.scale.parameters[0]): the parameter 'max_trials' has the type integer, expected real",
        ),
        ("warp", "mask: items", "mask: item", "(mask): unknown axis 'item'; did you mean 'items'?"),
        ("warp", "  input: order", "  input: ordr", "(sampling.input): unknown input 'ordr'; did you mean 'order'?"),
        (
            "warp",
            "    optional: true\n",
            "",
            "(sampling.input): the input 'order' is not drawn; expected role index and optional: true",
        ),
        (
            "warp",
            "per: i in items if",
            "per: i in item if",
            "(sampling.per): unknown axis 'item'; did you mean 'items'?",
        ),
        (
            "warp",
            "if positives[i]\n  over",
            "if positive[i]\n  over",
            "(sampling.per): unknown name 'positive' (column 1 of `positive[i]`); did you mean 'positives'?",
        ),
        (
            "warp",
            "over: 'j in",
            "over: 'i in",
            "(sampling.over): the variable 'i' is a variable already; a variable needs a name of its own",
        ),
        (
            "warp",
            "stops: max_trials",
            "stops: margin",
            "(sampling.stops): the parameter 'margin' has the type real, expected integer",
        ),
        (
            "approx_ndcg",
            "conventions:\n  temperature:",
            "conventions:\n  temprature:",
            "(conventions.temprature): unknown parameter 'temprature'; did you mean 'temperature'?",
        ),
        (
            "approx_ndcg",
            "value: linear, used_by",
            "value: lin, used_by",
            "(conventions.gain[1].value): 'lin' is not a choice of 'gain'; did you mean 'linear'?",
        ),
    ],
)
def test_a_wrong_statement_is_told(problems: Problems, loss: str, old: str, new: str, expected: str) -> None:
    assert expected in problems(loss, (old, new))


def test_statements_are_read(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated("warp")

    assert spec.properties.shift == ("scores",)
    assert spec.properties.scale == Scale(("scores",), ("margin",), 1)
    assert spec.properties.permutation == "items"
    assert spec.sampling is not None
    assert (spec.sampling.per, spec.sampling.over) == (Loop("i", "items"), Loop("j", "items"))
    assert spec.sampling.per_where is not None
    assert spec.sampling.over_where is not None
    assert to_text(spec.sampling.per_where.node) == "positives[i]"
    assert to_text(spec.sampling.over_where.node) == 'is_negative(i, j) or skipped == "counted"'
    assert (spec.sampling.replacement, spec.sampling.stops) == ("replacement", "max_trials")
    assert [value.value for value in spec.conventions["violation"]] == ["margin"]
    assert spec.conventions["max_trials"][0].used_by == ("LightFM",)
    assert "differences" not in spec.conventions
    assert [difference.topic for difference in spec.differences][1] == "N past Y - 1"
    assert (spec.mask, spec.nan, spec.cost) == ("items", "propagates", {"time": "n", "memory": "n"})
