"""The arrays of a worked case fit each other, or the one that does not is named."""

from __future__ import annotations

import pytest

ONE = "inputs: {input1: [1], input2: [0], target: [1]}"
FIRST = "inputs: {input1: [2, 1.5, 3], input2: [1, 2, 1], target: [1, 1, 1]}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            FIRST,
            "inputs: {input1: [2, 1.5], input2: [1, 2, 1], target: [1, 1, 1]}",
            "(examples[0].inputs.input2): has 3 along n, but input1 has 2; expected equal lengths",
        ),
        (
            FIRST,
            "inputs: {input1: [[2, 1.5, 3]], input2: [1, 2, 1], target: [1, 1, 1]}",
            "(examples[0].inputs.input2): has the batch axes [], but input1 has [1]; expected equal ones",
        ),
        (
            FIRST,
            "inputs: {input1: 2, input2: [1, 2, 1], target: [1, 1, 1]}",
            "(examples[0].inputs.input1): a single number, expected a list along [n]",
        ),
        (
            "unreduced: [3, 0, 0.5]",
            "unreduced: [3, 0]",
            "(examples[2].unreduced): has the shape [2], expected [3]",
        ),
        (
            "gradient: {input1: [-1, 0, 1]",
            "gradient: {input1: [-1, 0]",
            "(examples[2].gradient.input1): has the shape [2], expected [3]",
        ),
        (
            "gradient: {input1: [-1, 0, 1]",
            "upstream: [1, 1, 1]\n    gradient: {input1: [-1, 0, 1]",
            "(examples[2].upstream): has the shape [3], expected [] (a single number)",
        ),
        (
            "reduction: none\n    unreduced: []\n",
            "reduction: none\n    unreduced: []\n    upstream: [1]\n",
            "(edge_cases[1].upstream): has the shape [1], expected [0]",
        ),
    ],
)
def test_the_array_that_does_not_fit_is_named(problems, old, new, expected):
    assert expected in problems("margin_ranking", (old, new))


def test_a_mask_has_the_batch_axes_and_the_items(problems):
    told = problems("pairwise_hinge", ("mask: [false, false]", "mask: [false]"))

    assert any(line.endswith(".mask): has the shape [1], expected [2]") for line in told)


def test_a_list_loss_has_a_value_for_each_list(problems):
    told = problems("pairwise_hinge", ("unreduced: [.nan, 2]", "unreduced: [[.nan, 2]]"))

    assert any(line.endswith(".unreduced): has the shape [1, 2], expected [2]") for line in told)
