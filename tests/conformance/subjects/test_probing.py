"""What probing finds out about subjects of all kinds."""

from __future__ import annotations

import pytest
import torch

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.subjects.torch_subject import TorchSubject
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import verdict_on

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")


def test_torch_margin_ranking_loss():
    found = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING).capabilities()

    assert found.parameters == {"margin"}
    assert found.fixed == {}
    assert found.reductions == ("none", "mean", "sum")
    assert found.default_reduction == "mean"
    assert found.inputs == ("input1", "input2", "target")
    assert (found.mask, found.batch, found.draws) == (False, True, False)
    assert found.missing == {}
    assert found.called == "MarginRankingLoss(margin=margin, reduction=reduction)(input1, input2, target)"
    assert found.unmatched == 0


@pytest.mark.parametrize("loss", ["margin_ranking", "pairwise_hinge", "approx_ndcg", "warp"])
def test_the_reference_can_be_asked_everything(loss):
    spec = load_builtin(loss)
    found = build_subject(f"rankproof.reference.{loss}:{loss}", spec).capabilities()

    assert found.inputs == tuple(spec.inputs)
    assert found.parameters == set(spec.parameters)
    assert set(found.missing) <= {"draws", "transforms"}
    assert found.mask == (spec.mask is not None)


def test_an_input_that_is_fixed(torch_loss):
    found = torch_loss("positive_negative").capabilities()

    assert found.inputs == ("input1", "input2")
    assert found.missing["input target"] == "takes no target; checked with target = 1"


def test_labels_before_scores_are_known_by_their_names(torch_loss):
    found = torch_loss("labels_first", "pairwise_hinge").capabilities()

    assert found.called.endswith("labels_first(y_true=relevance, y_pred=scores)")
    assert found.unmatched == 0


def test_a_mask_that_says_the_opposite_is_told(torch_loss):
    found = torch_loss("with_padding_mask", "pairwise_hinge").capabilities()

    assert not found.mask
    assert found.missing["mask"] == (
        "takes no argument named mask; padding_mask is its opposite: "
        "wrap it in a function that takes mask and passes padding_mask=~mask"
    )
    assert torch_loss("labels_first", "pairwise_hinge").capabilities().missing["mask"] == (
        "takes no argument named mask; if a label such as -1 marks padding, say --set padding=-1"
    )


@pytest.mark.parametrize(
    ("name", "verdict"), [("minus_one_is_padding", Verdict.CONFORMING), ("minus_one_is_the_worst", Verdict.DIVERGES)]
)
def test_padding_that_a_label_marks_is_judged_once_the_label_is_said(torch_loss, name, verdict):
    subject = torch_loss(name, "pairwise_hinge", settings={"padding": -1, "margin": 1.0})
    found = subject.capabilities()

    assert found.mask
    assert found.padding_label == -1.0
    assert "mask" not in found.missing
    assert verdict_on(Context(PAIRWISE_HINGE, subject, found, "float64"), "padding").verdict is verdict
    assert verdict_on(Context(PAIRWISE_HINGE, subject, found, "float64"), "value").verdict is Verdict.ADMISSIBLE


def test_a_subject_that_takes_one_list_at_a_time(torch_loss):
    found = torch_loss("one_list", "pairwise_hinge").capabilities()

    assert not found.batch
    assert found.missing["batch"] == "takes one list at a time: a batch of two raised ValueError: one list, please"
    assert "call" not in found.missing


def test_a_subject_that_takes_batches_only_is_given_a_batch_of_one(torch_loss):
    spec = PAIRWISE_HINGE
    subject = torch_loss("batches_only", "pairwise_hinge")
    outcome = subject.run(probes.single(spec, spec.defaults(), "mean"))
    alone = torch_loss("one_list", "pairwise_hinge").run(probes.single(spec, spec.defaults(), "mean"))

    assert subject.capabilities().batch
    assert subject.capabilities().missing["single list"].startswith("takes batches only")
    assert outcome.value == alone.value
    assert outcome.gradient["scores"].tolist() == alone.gradient["scores"].tolist()


def test_an_unreduced_subject_that_takes_batches_only_gives_a_number_for_one_list(torch_loss):
    spec = PAIRWISE_HINGE
    outcome = torch_loss("batches_unreduced", "pairwise_hinge").run(probes.single(spec, spec.defaults(), "none"))

    assert outcome.value.shape == ()


def test_labels_that_have_to_be_integers(torch_loss):
    subject = torch_loss("wants_integer_labels", "pairwise_hinge")

    assert subject.capabilities().missing["float labels"] == "takes labels of integer type only"
    assert not subject.run(probes.single(subject.spec, {}, "mean")).raised


def test_booleans_that_have_to_be_numbers():
    def loss(scores, positives, order=None):
        return (scores * (1 - positives)).sum()

    found = TorchSubject("given", loss, WARP).capabilities()

    assert found.missing["boolean labels"] == "takes no booleans: asked with 0 and 1 of float type"


def test_reductions_that_are_refused(torch_loss):
    found = torch_loss("one_list_reduced", "pairwise_hinge").capabilities()

    assert found.reductions == ("mean", "sum")
    assert found.missing["reduction none"] == "raised ValueError: reduction: got none, expected mean or sum"


def test_a_default_reduction_that_raises_is_asked_for_all_the_same():
    def broken_mean(input1, input2, target, margin=0.0, reduction="mean"):
        unreduced = torch.relu(margin - target * (input1 - input2))
        return unreduced if reduction == "none" else unreduced.sum() / unreduced.shape.numel

    found = TorchSubject("broken_mean", broken_mean, load_builtin("margin_ranking")).capabilities()

    assert found.reductions == ("none", "mean")
    assert "reduction sum" in found.missing


def test_a_subject_that_always_raises_keeps_the_defaults_and_says_so(torch_loss):
    found = torch_loss("raises").capabilities()

    assert found.missing["call"] == "every probing call raised, the first ValueError: target: nothing is good enough"
    assert found.parameters == {"margin"}
    assert found.batch


def test_an_input_that_is_drawn(torch_loss):
    found = torch_loss("draws", "warp").capabilities()

    assert found.draws
    assert found.inputs == ("scores", "positives")
    assert found.missing["input order"] == "takes no order"


def test_an_order_that_may_be_left_out(torch_loss):
    found = torch_loss("takes_a_generator", "warp").capabilities()

    assert found.draws
    assert "order" in found.inputs


def test_an_order_that_may_not_be_left_out():
    found = build_subject("rankproof.reference.warp:warp", WARP).capabilities()

    assert not found.draws
    assert found.missing["draws"].startswith("does not draw by itself: without order it raised ValueError")


def test_a_numpy_subject_without_gradient(numpy_loss):
    assert numpy_loss("value_only").capabilities().missing["gradient"] == "offers no gradient"
    assert "gradient" not in numpy_loss("beside").capabilities().missing
    assert "gradient" not in numpy_loss("separate").capabilities().missing


def test_a_subject_for_float32_only():
    def loss(input1, input2, target):
        return (torch.relu(-target * (input1 - input2)) @ torch.ones(5)).sum()

    subject = TorchSubject("given", loss, MARGIN_RANKING)

    assert subject.capabilities().missing["float64"] == "takes float32 and no float64"


def test_a_setting_takes_a_parameter_out_of_what_is_asked(torch_loss, pairs):
    subject = torch_loss("positional", settings={"margin": 2.0})

    assert subject.capabilities().parameters == frozenset()
    assert subject.capabilities().fixed == {"margin": 2.0}
    assert subject.run(pairs, Call(gradient=False)).value == pytest.approx((2.5 + 0.5 + 3.25) / 3)


def test_a_setting_of_the_reduction(torch_loss, positive_pairs):
    subject = torch_loss("PairLoss", settings={"reduction": "sum"})

    assert subject.capabilities().reductions == ("sum",)
    assert subject.run(positive_pairs).value == pytest.approx(1.0)


def test_a_setting_that_the_spec_does_not_know(torch_loss, pairs):
    assert torch_loss("Demanding", settings={"width": 3}).run(pairs).value == pytest.approx(2.75)
