"""A case in the subject's own terms."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.binding import bind
from rankproof.conformance.subjects.plan import Arrangement, Kind, make_plan
from rankproof.conformance.subjects.subject import Call

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")


PLAIN = Arrangement()


def planned(target, spec, case=None, call=Call(), arrangement=PLAIN, **settings):
    case = case or probes.single(spec, spec.defaults(), "mean")
    return make_plan(spec, bind(target, spec, settings, "loss"), case, call, arrangement)


def test_parameters_are_always_passed_with_the_specs_default():
    plan = planned(lambda scores, relevance, margin=7.0, reduction="sum": 0, PAIRWISE_HINGE)

    assert plan.options == {"margin": 1.0, "reduction": "mean"}
    assert plan.constructor is None


def test_parameters_of_the_case_go_before_the_defaults():
    case = probes.single(PAIRWISE_HINGE, {"margin": 0.25}, "sum")

    assert planned(lambda scores, relevance, margin: 0, PAIRWISE_HINGE, case).options == {"margin": 0.25}


def test_a_setting_goes_before_the_case():
    case = probes.single(PAIRWISE_HINGE, {"margin": 0.25}, "sum")

    assert planned(lambda scores, relevance, margin: 0, PAIRWISE_HINGE, case, margin=3.0).options == {"margin": 3.0}


def test_a_class_gets_its_parameters_in_the_constructor():
    class Loss:
        def __init__(self, margin=0.0, reduction="mean"): ...

        def forward(self, input1, input2, target): ...

    plan = planned(Loss, MARGIN_RANKING)

    assert plan.constructor == {"margin": 0.0, "reduction": "mean"}
    assert plan.options == {}


def test_inputs_by_position_up_to_the_first_that_is_left_out():
    plan = planned(lambda scores, order=None, positives=None: 0, WARP, call=Call(omit=("order",)))

    assert [argument.name for argument in plan.positional] == ["scores"]
    assert list(plan.keyword) == ["positives"]


@pytest.mark.parametrize(
    ("call", "arrangement", "kinds"),
    [
        (Call(), PLAIN, [Kind.FLOAT, Kind.FLOAT]),
        (Call(integer_labels=True), PLAIN, [Kind.FLOAT, Kind.INTEGER]),
        (Call(), Arrangement(labels=Kind.INTEGER), [Kind.FLOAT, Kind.INTEGER]),
    ],
)
def test_kinds_of_labels(call, arrangement, kinds):
    plan = planned(lambda scores, relevance: 0, PAIRWISE_HINGE, call=call, arrangement=arrangement)

    assert [argument.kind for argument in plan.arguments] == kinds


def test_fractional_labels_are_not_cut_to_integers():
    case = probes.single(PAIRWISE_HINGE, {}, "mean")
    case = case.with_(inputs={**case.inputs, "relevance": case.inputs["relevance"] + 0.5})
    plan = planned(lambda scores, relevance: 0, PAIRWISE_HINGE, case, Call(integer_labels=True))

    assert plan.arguments[1].kind is Kind.FLOAT


def test_booleans_and_indices():
    plan = planned(lambda scores, positives, order: 0, WARP, arrangement=Arrangement(booleans=Kind.FLOAT))

    assert [argument.kind for argument in plan.arguments] == [Kind.FLOAT, Kind.FLOAT, Kind.INTEGER]


def test_the_mask_is_passed_where_there_is_one():
    def loss(scores, relevance, mask=None): ...

    case = probes.single(PAIRWISE_HINGE, {}, "mean")

    assert "mask" not in planned(loss, PAIRWISE_HINGE, case).keyword
    assert "mask" in planned(loss, PAIRWISE_HINGE, case.with_(mask=np.arange(5) < 3)).keyword


def test_a_mask_that_is_required_marks_every_item_real():
    plan = planned(lambda scores, relevance, mask: 0, PAIRWISE_HINGE)

    assert plan.keyword["mask"].array.tolist() == [True] * 5


def test_one_list_is_lifted_and_a_batch_is_not():
    lifted = Arrangement(lifted=True)
    upstream = np.array(2.0)
    single = probes.single(PAIRWISE_HINGE, {}, "none").with_(upstream=upstream, mask=np.ones(5, bool))
    batch = probes.batched(PAIRWISE_HINGE, {}, "none")

    def loss(scores, relevance, mask=None): ...

    one = planned(loss, PAIRWISE_HINGE, single, arrangement=lifted)
    several = planned(loss, PAIRWISE_HINGE, batch, arrangement=lifted)

    assert [argument.array.shape for argument in one.arguments] == [(1, 5)] * 3
    assert one.upstream.shape == (1,)
    assert [argument.array.shape for argument in several.arguments] == [(2, 5)] * 2
    assert (one.lifted, several.lifted) == (True, False)


def test_which_inputs_are_differentiated():
    def loss(input1, input2, target): ...

    assert planned(loss, MARGIN_RANKING).differentiated == ("input1", "input2")
    assert planned(loss, MARGIN_RANKING, call=Call(requires_grad=("input2",))).differentiated == ("input2",)
    assert planned(loss, MARGIN_RANKING, call=Call(gradient=False)).differentiated == ()


def test_padding_is_told_by_its_label_where_that_is_set():
    case = probes.single(PAIRWISE_HINGE, {}, "mean")
    mask = np.array([True, *[False] * (case.inputs["relevance"].size - 1)])
    plan = planned(lambda scores, relevance: 0, PAIRWISE_HINGE, case.with_(mask=mask), padding=-1)
    scores, relevance = (argument.array for argument in plan.positional)

    assert relevance.tolist() == [case.inputs["relevance"][0], *[-1.0] * (mask.size - 1)]
    assert scores.tolist() == case.inputs["scores"].tolist()


def test_a_label_for_padding_marks_nothing_without_a_mask():
    case = probes.single(PAIRWISE_HINGE, {}, "mean")
    plan = planned(lambda scores, relevance: 0, PAIRWISE_HINGE, case, padding=-1)

    assert plan.positional[1].array.tolist() == case.inputs["relevance"].tolist()


def test_positives_of_which_a_label_marks_padding_are_numbers():
    case = probes.single(WARP, {}, "mean")
    mask = np.array([False, *[True] * (case.inputs["positives"].size - 1)])
    arrangement = Arrangement(booleans=Kind.FLOAT)
    plan = planned(lambda scores, positives: 0, WARP, case.with_(mask=mask), Call(), arrangement, padding=-2)

    assert plan.positional[1].array.tolist() == [-2.0, *case.inputs["positives"][1:].astype(float).tolist()]
    assert plan.positional[1].kind is Kind.FLOAT
