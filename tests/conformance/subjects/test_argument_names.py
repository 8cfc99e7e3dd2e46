"""Which names say which input."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.subjects.argument_names import OTHER_NAMES, match, says_mask, says_padding


def test_names_say_inputs_in_any_order():
    assert match(["y_true", "y_pred"], ["scores", "relevance"]) == {"y_true": "relevance", "y_pred": "scores"}


def test_capitals_and_underscores_do_not_matter():
    assert match(["negScores", "POS"], ["positive_scores", "negative_scores"]) == {
        "negScores": "negative_scores",
        "POS": "positive_scores",
    }


@pytest.mark.parametrize("arguments", [["y_true", "q"], ["y_true", "labels"], ["y_true", "y_pred", "logits"]])
def test_nothing_is_said_unless_all_say_another_input(arguments):
    assert match(arguments, ["scores", "relevance"]) == {}


def test_an_input_without_other_names_has_its_own():
    assert match(["Order"], ["order"]) == {"Order": "order"}


def test_every_name_in_the_table_is_an_input_of_a_spec():
    assert set(OTHER_NAMES) <= {name for loss in builtin_ids() for name in load_builtin(loss).inputs}


@pytest.mark.parametrize("loss", builtin_ids())
def test_no_name_says_two_inputs_of_one_loss(loss):
    inputs = list(load_builtin(loss).inputs)

    for name in inputs:
        for other in OTHER_NAMES.get(name, "").split():
            assert match([other], inputs) == {other: name}


def test_a_mask_and_its_opposite_are_told_apart():
    assert says_mask("valid")
    assert says_mask("itemMask")
    assert not says_mask("padding_mask")
    assert not says_mask("attention_mask")
    assert says_padding("padding_mask")
    assert not says_padding("valid_mask")
    assert not says_padding("padding")
