"""How a signature is read."""

from __future__ import annotations

import inspect

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.subject import SubjectError

BPR = load_builtin("bpr")
LIST_NET = load_builtin("list_net")
MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
PLACKETT_LUCE = load_builtin("plackett_luce")
TRIPLET_MARGIN = load_builtin("triplet_margin")
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


OTHER_ORDERS = [
    (BPR, lambda neg_scores, pos_scores: 0, ("negative_scores", "positive_scores")),
    (LIST_NET, lambda y_true, y_pred: 0, ("relevance", "scores")),
    (LIST_NET, lambda yTrue, yPred: 0, ("relevance", "scores")),
    (LIST_NET, lambda y_true, *, y_pred: 0, ("relevance", "scores")),
    (WARP, lambda labels, logits: 0, ("positives", "scores")),
    (PLACKETT_LUCE, lambda ranking, logits: 0, ("permutation", "scores")),
    (TRIPLET_MARGIN, lambda neg, pos, a: 0, ("negative", "positive", "anchor")),
    (TRIPLET_MARGIN, lambda negative, query, pos: 0, ("negative", "anchor", "positive")),
    (MARGIN_RANKING, lambda y, x1, x2: 0, ("target", "input1", "input2")),
    (MARGIN_RANKING, lambda neg, pos: 0, ("input2", "input1")),
]


@pytest.mark.parametrize(("spec", "target", "expected"), OTHER_ORDERS)
def test_names_that_all_say_which_input_they_take_go_before_position(spec, target, expected):
    assert tuple(name for _, name in slots(target, spec)) == expected


UNTOLD = [
    (LIST_NET, lambda y, q: 0),  # q says nothing
    (LIST_NET, lambda y, target_scores: 0),
    (LIST_NET, lambda y, y_true: 0),  # two for one input
    (MARGIN_RANKING, lambda x, y, t: 0),
    (MARGIN_RANKING, lambda y, x2: 0),  # no first input
    (TRIPLET_MARGIN, lambda neg, pos, x: 0),
]


@pytest.mark.parametrize(("spec", "target"), UNTOLD)
def test_position_tells_where_the_names_do_not_say_all(spec, target):
    found = [name for _, name in slots(target, spec)]

    assert found == list(spec.inputs)[: len(found)]


def test_an_exact_name_goes_before_another_name_of_the_same_input():
    assert slots(lambda logits, scores: 0, LIST_NET) == [("logits", "relevance"), ("scores", "scores")]


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


MASKED = [
    lambda scores, relevance, valid: 0,
    lambda predicted, valid, graded: 0,
    lambda scores, relevance, *, valid: 0,
    lambda scores, relevance, valid=None: 0,
]


@pytest.mark.parametrize("target", MASKED)
def test_the_mask_is_taken_by_another_name_that_can_mean_nothing_else(target):
    found = bind(target, LIST_NET, {}, "loss").slots

    assert [slot.name for slot in found] == ["scores", "relevance", "mask"]
    assert found[-1].argument == "valid"


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        (lambda scores, relevance, valid=True: 0, {}),  # a switch
        (lambda scores, relevance, valid: 0, {"valid": None}),
        (lambda predicted, valid: 0, {}),  # the labels, whatever it says
        (lambda scores, relevance, valid=None, item_mask=None: 0, {}),
    ],
)
def test_the_mask_is_not_guessed(target, settings):
    assert bind(target, LIST_NET, settings, "loss").inputs == ("scores", "relevance")


def test_a_mask_of_its_own_name_goes_before_another():
    assert slots(lambda scores, relevance, valid=None, mask=None: 0)[-1] == ("mask", "mask")


@pytest.mark.parametrize(
    "target", [lambda scores, relevance, padding_mask: 0, lambda a, padding_mask: 0, lambda a, b, *, padding_mask: 0]
)
def test_a_mask_that_says_the_opposite_is_refused(target):
    assert refusal(target, LIST_NET) == (
        "loss requires padding_mask, which says where padding is; the mask of list_net is the opposite, True at a real "
        "item. Wrap it in a function that takes mask and passes padding_mask=~mask"
    )


def test_a_mask_that_says_the_opposite_and_may_be_absent_is_left_out():
    binding = bind(lambda scores, relevance, padding_mask=None: 0, LIST_NET, {}, "loss")

    assert binding.inputs == ("scores", "relevance")
    assert binding.padding == "padding_mask"
    assert bind(lambda scores, relevance, pad_mask=-1.0: 0, LIST_NET, {}, "loss").padding == ""
    assert bind(lambda a, b, padding_mask=None: 0, BPR, {}, "loss").padding == ""


def test_a_mask_that_says_the_opposite_may_be_set():
    assert bind(lambda a, b, padding_mask: 0, LIST_NET, {"padding_mask": None}, "loss").padding == ""


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


def test_what_fills_a_required_argument_is_told():
    assert refusal(lambda scores, relevance, attention, depth: 0, LIST_NET) == (
        "loss requires attention, depth, for which list_net has nothing (its inputs are scores, relevance, its mask, "
        "True at a real item, is taken by the name mask, its parameters target, temperature, nothing_relevant); "
        "give a value, --set attention=VALUE --set depth=VALUE, or wrap it in a function"
    )
    assert "its mask" not in refusal(lambda a, b, valid: 0, BPR)
    assert "--set valid=VALUE" in refusal(lambda a, b, valid: 0, BPR)


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


def test_the_label_that_marks_padding_is_a_setting():
    assert bind(lambda scores, relevance: 0, PAIRWISE_HINGE, {"padding": -1}, "loss").padding_label == -1.0
    assert bind(lambda scores, relevance: 0, PAIRWISE_HINGE, {}, "loss").padding_label is None


def test_an_argument_called_padding_is_the_subjects_own():
    bound = bind(lambda scores, relevance, padding="left": 0, PAIRWISE_HINGE, {"padding": "right"}, "loss")

    assert bound.padding_label is None
    assert bound.call_settings == {"padding": "right"}


@pytest.mark.parametrize("label", [0, 1.5, True, "x", None, float("nan"), float("-inf")])
def test_a_label_that_may_be_a_grade_marks_no_padding(label):
    told = refusal(lambda scores, relevance: 0, padding=label)

    assert told == f"setting padding={label!r}: expected the label that marks padding, a number below 0"


def test_a_label_for_padding_needs_labels_and_no_mask():
    takes_a_mask = refusal(lambda scores, relevance, mask=None: 0, padding=-1)
    no_labels = refusal(lambda scores, permutation: 0, PLACKETT_LUCE, padding=-1)

    assert takes_a_mask == "setting padding: loss takes a mask, which says where padding is; leave the setting out"
    assert no_labels == "setting padding: plackett_luce has no label that could mark padding"
