"""How a signature is read."""

from __future__ import annotations

import inspect

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.subject import SubjectError

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")


def slots(target, spec=PAIRWISE_HINGE, **settings):
    return [(slot.argument, slot.name) for slot in bind(target, spec, settings, "loss").slots]


def refusal(target, spec=PAIRWISE_HINGE, **settings):
    with pytest.raises(SubjectError) as caught:
        bind(target, spec, settings, "loss")
    return str(caught.value)


def test_inputs_by_name_in_any_order():
    assert slots(lambda relevance, scores: 0) == [("relevance", "relevance"), ("scores", "scores")]


def test_inputs_by_position():
    assert slots(lambda predicted, labels, margin=1.0: 0) == [("predicted", "scores"), ("labels", "relevance")]


def test_the_input_left_over_goes_to_the_argument_left_over():
    assert slots(lambda labels, scores: 0) == [("labels", "relevance"), ("scores", "scores")]


def test_a_parameter_without_default_is_no_input():
    binding = bind(lambda predicted, labels, margin: 0, PAIRWISE_HINGE, {}, "loss")

    assert binding.inputs == ("scores", "relevance")
    assert binding.options == {"margin"}


def test_as_many_inputs_as_there_are_arguments():
    assert slots(lambda a, b: 0, MARGIN_RANKING) == [("a", "input1"), ("b", "input2")]


def test_an_optional_input_may_be_absent():
    assert slots(lambda predicted, positives: 0, WARP) == [("predicted", "scores"), ("positives", "positives")]


def test_variadic_arguments_take_every_required_input():
    assert [name for _, name in slots(lambda *a: 0, WARP)] == ["scores", "positives"]


def test_a_function_without_signature_is_variadic():
    assert [name for _, name in slots(max)] == ["scores", "relevance"]


def test_the_mask_is_taken_by_name():
    assert slots(lambda scores, relevance, *, mask=None: 0)[-1] == ("mask", "mask")


def test_a_class_is_read_in_constructor_and_call():
    class Loss:
        def __init__(self, margin=1.0, reduction="sum"): ...

        def __call__(self, predicted, labels): ...

    binding = bind(Loss, PAIRWISE_HINGE, {}, "loss")

    assert binding.constructed == {"margin", "reduction"}
    assert binding.called == set()
    assert binding.inputs == ("scores", "relevance")
    assert binding.reduction_default == "sum"


def test_forward_goes_before_call():
    class Loss:
        def __call__(self, *anything): ...

        def forward(self, labels, scores): ...

    assert slots(Loss) == slots(Loss()) == [("labels", "relevance"), ("scores", "scores")]


def test_an_input_without_a_place_is_named_with_the_signature():
    message = refusal(lambda scores: 0)

    assert "takes (scores), in which there is no place for relevance of pairwise_hinge" in message


def test_a_required_argument_that_nothing_fits_is_named():
    assert "loss requires schedule, for which pairwise_hinge has nothing" in refusal(lambda a, b, schedule: 0)


def test_a_setting_fills_a_required_argument():
    binding = bind(lambda a, b, schedule: 0, PAIRWISE_HINGE, {"schedule": 3}, "loss")

    assert binding.call_settings == {"schedule": 3}


def test_a_required_argument_of_the_constructor_is_named():
    class Loss:
        def __init__(self, width): ...

        def forward(self, scores, relevance): ...

    assert "the constructor of loss requires width" in refusal(Loss)
    assert bind(Loss, PAIRWISE_HINGE, {"width": 3}, "loss").constructor_settings == {"width": 3}


def test_an_unknown_setting_is_refused():
    assert "setting gian: neither a parameter of pairwise_hinge" in refusal(lambda scores, relevance: 0, gian=1)


def test_a_setting_outside_the_choices_is_refused():
    message = refusal(lambda scores, relevance: 0, negatives="hard")

    assert message == "setting negatives='hard': expected one of all, hardest, semi_hard"


def test_an_unknown_reduction_is_refused():
    assert "expected none, mean or sum" in refusal(lambda scores, relevance: 0, reduction="average")


def test_the_signature_of_a_wrapped_function_is_seen_through():
    def loss(predicted, labels): ...

    def wrapper(*arguments, **options): ...

    wrapper.__signature__ = inspect.signature(loss)

    assert slots(wrapper) == [("predicted", "scores"), ("labels", "relevance")]
