"""Worked cases fit the loss: names, parameters, shapes and values, but for invalid ones, which are wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rankproof.conformance.specification import LossSpec
from rankproof.conformance.specification.model import Constant

Problems = Callable[..., list[str]]
FIRST = "inputs: {input1: [2, 1.5, 3], input2: [1, 2, 1], target: [1, 1, 1]}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            FIRST,
            FIRST.replace("input1", "input_1"),
            "(examples[0].inputs.input_1): unknown input 'input_1'; did you mean 'input1'?",
        ),
        (FIRST, FIRST.replace(", target: [1, 1, 1]", ""), "(examples[0].inputs): the input 'target' is missing"),
        (
            "parameters: {margin: 1}",
            "parameters: {margn: 1}",
            "(examples[0].parameters.margn): unknown parameter 'margn'; did you mean 'margin'?",
        ),
        (
            "parameters: {margin: 1}",
            "parameters: {margin: one}",
            "(examples[0].parameters.margin): got 'one', expected a number",
        ),
        (
            "id: both_targets",
            "id: positive_negative_form",
            "(examples[1].id): the id 'positive_negative_form' stands in line 54 already; expected another",
        ),
        (
            "reduction: none\n    unreduced: []",
            "reduction: none\n    value: 0\n    unreduced: []",
            "(edge_cases[1].value): under reduction none there is no value; write 'unreduced'",
        ),
        (
            "    reduction: none\n    unreduced: []\n",
            "",
            "(edge_cases[1]): states neither 'value' nor 'unreduced'; expected at least one",
        ),
        (
            '    value: "(0 + 1.5 + 0) / 3"\n',
            "    decimals: 3\n",
            "(examples[0].decimals): 'decimals' says how precise 'value' is, which is missing",
        ),
        (
            '    gradient: {input1: [0, "-1/3", 0], input2: [0, "1/3", 0]}\n',
            "    upstream: 2\n",
            "(examples[0].upstream): 'upstream' is what 'gradient' goes on from, which is missing",
        ),
        (
            'gradient: {input1: [0, "-1/3", 0], input2',
            'gradient: {target: [0, "-1/3", 0], input2',
            "(examples[0].gradient.target): the input 'target' has no gradient; only scores have one",
        ),
        (
            'gradient: {input1: [0, "-1/3", 0], input2',
            'gradient: {inptu1: [0, "-1/3", 0], input2',
            "(examples[0].gradient.inptu1): unknown input 'inptu1'; did you mean 'input1'?",
        ),
        (
            "argument: target\n",
            "argument: tarjet\n",
            "(invalid[0].argument): unknown argument 'tarjet'; did you mean 'target'?",
        ),
        (
            "reduction: sum\n",
            "reduction: sum\n    mask: [true, true, true]\n",
            "(examples[2].mask): this loss has no mask; the file would say so as 'mask: <axis>'",
        ),
    ],
)
def test_a_wrong_case_is_told(problems: Problems, old: str, new: str, expected: str) -> None:
    assert expected in problems("margin_ranking", (old, new))


@pytest.mark.parametrize(
    ("loss", "old", "new", "expected"),
    [
        (
            "margin_ranking",
            "input2: [1, 2, 1], target",
            "input2: [1, 2], target",
            "(examples[0].inputs.input2): has 2 along n, but input1 has 3; expected equal lengths",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: 2",
            "(examples[0].inputs.input1): a single number, expected a list along [n]",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [[2], [1.5, 3]]",
            "(examples[0].inputs.input1[1]): has the shape [2], but its neighbour the shape [1]; expected equal ones",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [2, [1.5], 3]",
            "(examples[0].inputs.input1[1]): has the shape [1], but its neighbour no list at all; expected equal ones",
        ),
        (
            "margin_ranking",
            'unreduced: [0, "1 - (1.5 - 2)", 0]',
            "unreduced: [0, 0]",
            "(examples[0].unreduced): has the shape [2], expected [3]",
        ),
        (
            "margin_ranking",
            'gradient: {input1: [0, "-1/3", 0]',
            "gradient: {input1: [[0, 0, 0]]",
            "(examples[0].gradient.input1): has the shape [1, 3], expected [3]",
        ),
        (
            "warp",
            "order: [0]",
            "order: [[0]]",
            "(edge_cases[2].inputs.order): has the batch axes [1], but scores has []; expected equal ones",
        ),
        (
            "warp",
            "positives: {shape: [0, 3]}",
            "positives: {shape: [0, 4]}",
            "(edge_cases[0].inputs.positives): has 4 along items, but scores has 3; expected equal lengths",
        ),
        (
            "warp",
            "positives: {shape: [0, 3]}",
            "positives: {shape: [2, 3]}",
            "(edge_cases[0].inputs.positives): {shape: [2, 3]} is for arrays without elements; write out the numbers",
        ),
        (
            "approx_ndcg",
            "scores: [[0, 0], [3, 4]]",
            "scores: [[[0, 1], [0]], [[3], [4]]]",
            "(examples[7].inputs.scores[0][1]): has the shape [1], but its neighbour the shape [2]; "
            "expected equal ones",
        ),
        (
            "approx_ndcg",
            "mask: [false, false]",
            "mask: [false]",
            "(edge_cases[6].mask): has the shape [1], expected [2]",
        ),
        (
            "approx_ndcg",
            "unreduced: [.nan,",
            "unreduced: [.nan, 0,",
            "(edge_cases[11].unreduced): has the shape [3], expected [2]",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_told(problems: Problems, loss: str, old: str, new: str, expected: str) -> None:
    assert expected in problems(loss, (old, new))


@pytest.mark.parametrize(
    ("loss", "old", "new", "expected"),
    [
        (
            "margin_ranking",
            "target: [1, -1]",
            "target: [1, 0]",
            "(examples[1].inputs.target[1]): got 0, expected -1 or 1",
        ),
        (
            "margin_ranking",
            "target: [1, -1]",
            "target: [1, true]",
            "(examples[1].inputs.target[1]): got true, expected -1 or 1",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [2, no, 3]",
            "(examples[0].inputs.input1[1]): got 'no', expected a number, or true or false without quotes",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [2, true, 3]",
            "(examples[0].inputs.input1[1]): got true, expected a number",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [2, null, 3]",
            "(examples[0].inputs.input1[1]): got null, expected a number or a text or true or false or a list or "
            "a mapping (a number, .nan, a boolean, a constant expression in quotes, nested lists of these, or "
            "{shape: [...]} "
            "for an array without elements)",
        ),
        (
            "margin_ranking",
            "input1: [2, 1.5, 3]",
            "input1: [2, {shape: [0]}, 3]",
            "(examples[0].inputs.input1[1]): {shape: [...]} stands for a whole array, not inside a list",
        ),
        (
            "approx_ndcg",
            "relevance: [0, 2, 1]",
            "relevance: [0, -2, 1]",
            "(examples[0].inputs.relevance[1]): got -2, expected a number of at least 0",
        ),
        (
            "approx_ndcg",
            "relevance: [0, 2, 1]",
            "relevance: [0, .nan, 1]",
            "(examples[0].inputs.relevance[1]): got nan, expected a number of at least 0",
        ),
        (
            "warp",
            "order: [1, 2]}",
            "order: [1, 9]}",
            "(examples[0].inputs.order[1]): got 9, expected an index below 5, the length of items",
        ),
        (
            "warp",
            "order: [1, 2]}",
            "order: [1, -1]}",
            "(examples[0].inputs.order[1]): got -1, expected an index of at least 0",
        ),
        (
            "warp",
            "order: [1, 2]}",
            "order: [1, 0.5]}",
            "(examples[0].inputs.order[1]): got 0.5, expected an index of at least 0",
        ),
        (
            "warp",
            "positives: [true, false, false,",
            "positives: [1, false, false,",
            "(examples[0].inputs.positives[0]): got 1, expected true or false",
        ),
        ("warp", "mask: [false, false]", "mask: [false, 0]", "(edge_cases[15].mask[1]): got 0, expected true or false"),
        (
            "margin_ranking",
            "value: 3.5",
            "value: true",
            "(examples[2].value): got true, expected a number or "
            "a text (the value after reduction: a number, .nan or a constant expression)",
        ),
        (
            "margin_ranking",
            "unreduced: [3, 0, 0.5]",
            "unreduced: [3, false, 0.5]",
            "(examples[2].unreduced[1]): got false, expected a number",
        ),
    ],
)
def test_numbers_of_the_wrong_kind_are_told(problems: Problems, loss: str, old: str, new: str, expected: str) -> None:
    assert expected in problems(loss, (old, new))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 - (1.5 - 2", "not an expression: '(' was never closed (column 5 of `1 - (1.5 - 2`)"),
        ("-1/three", "unknown name 'three' (column 4 of `-1/three`)"),
        ("lag(2)", "unknown function 'lag' (column 1 of `lag(2)`); did you mean 'log'?"),
        ("1/0", "'1/0' has no value: `1/0`: division by 0"),
        ("log(-1)", "'log(-1)' has no value: `log(-1)`: log of a number that is not positive"),
        (
            "max([i for i in range(9)])",
            "a comprehension is not for worked values; write the number out, as 1 + 1/2 + 1/3",
        ),
        ("len(range(4))", "the function len is not for worked values; write the number out, as 1 + 1/2 + 1/3"),
        ("1e308 * 10", "'1e308 * 10' is beyond float64"),
    ],
)
def test_a_worked_value_without_a_value_is_told(problems: Problems, text: str, expected: str) -> None:
    found = problems("margin_ranking", ('"1 - (1.5 - 2)"', f'"{text}"'))

    assert found == [f"(examples[0].unreduced[1]): {expected}"]


def test_what_padding_holds_is_not_checked(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated(
        "approx_ndcg",
        ("relevance: [1, 0]}\n    mask: [false, false]", "relevance: [-1, .nan]}\n    mask: [false, false]"),
    )

    assert [case.id for case in spec.edge_cases if case.mask is not None] == ["all_masked"]


def test_an_invalid_case_is_free_in_shapes_and_values(mutated: Callable[..., LossSpec]) -> None:
    spec = mutated(
        "margin_ranking", ("input1: [1], input2: [0], target: [0]}", "input1: 1, input2: [], target: [[0.5, .nan]]}")
    )

    assert spec.invalid[0].argument == "target"
    assert mutated("approx_ndcg").invalid[1].parameters == {"temperature": 0.0}


def test_worked_numbers_keep_their_exact_text(mutated: Callable[..., LossSpec]) -> None:
    example = mutated("warp").examples[0]

    assert [value.text for value in example.inputs["scores"]] == ["0.59", "0.17", "0.63", "0.05", "0.31"]
    assert example.inputs["positives"] == [True, False, False, False, False]
    assert isinstance(example.value, Constant)
    assert example.value.text == "log(2) * (1 - 0.59 + 0.63)"
    assert example.value == pytest.approx(0.7208730677823432, rel=1e-15)
    assert example.parameters == {"violation": "misranking", "rank_weight": "logarithmic"}
    assert example.unreduced is None


def test_a_real_parameter_of_a_case_keeps_its_exact_text(mutated: Callable[..., LossSpec]) -> None:
    temperature = mutated("approx_ndcg").examples[1].parameters["temperature"]

    assert isinstance(temperature, Constant)
    assert temperature.text == "0.1"


def test_an_array_without_elements_keeps_its_shape(mutated: Callable[..., LossSpec]) -> None:
    assert mutated("warp").edge_cases[0].inputs["order"].shape == (0, 2)


def test_an_input_that_may_be_left_out_is_not_missed_unless_it_is_drawn(mutated, problems):
    spec = mutated("plackett_luce", (", permutation: [1, 2, 0]}\n    value: 1.74910", "}\n    value: 1.74910"))
    text = mutated("warp").examples[0].inputs["order"]
    (told,) = problems("warp", (f"order: [{', '.join(str(int(i)) for i in text)}]", ""))

    assert "permutation" not in spec.examples[0].inputs
    assert told.endswith("the input 'order' is missing")
