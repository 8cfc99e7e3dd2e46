"""Calling PyTorch subjects: numbers, gradients, and everything that may go wrong in between."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import numpy as np
import pytest
import torch

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Call, SubjectError
from rankproof.conformance.subjects.torch_subject import TorchSubject

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")


def given(target, **options):
    return TorchSubject("given", target, MARGIN_RANKING, **options)


@pytest.fixture
def library():
    """torch's own margin ranking loss."""
    return build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)


def test_value_and_gradient_of_a_module(library, pairs):
    outcome = library.run(pairs)

    assert outcome.value == pytest.approx((1.0 + 0.0 + 1.75) / 3)
    assert outcome.gradient["input1"] == pytest.approx(np.array([-1, 0, 1]) / 3)
    assert outcome.gradient["input2"] == pytest.approx(np.array([1, 0, -1]) / 3)
    assert (outcome.error, outcome.gradient_error, outcome.modified) == (None, None, ())


def test_parameters_and_reduction_reach_the_constructor(library, pairs):
    outcome = library.run(pairs.with_(parameters={"margin": 1.0}, reduction="none"))

    assert outcome.value == pytest.approx(np.array([1.5, 0.0, 2.25]))


def test_the_upstream_gradient_is_applied(library, pairs):
    outcome = library.run(pairs.with_(reduction="none", upstream=np.array([2.0, 3.0, 5.0])))

    assert outcome.gradient["input1"] == pytest.approx(np.array([-2.0, 0.0, 5.0]))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_the_dtype_of_the_case_is_the_dtype_of_the_call(library, pairs, dtype):
    outcome = library.run(pairs.with_(dtype=dtype))

    assert outcome.dtype == dtype
    assert outcome.value.dtype == np.float64


def test_only_the_named_inputs_are_differentiated(library, pairs):
    assert set(library.run(pairs, Call(requires_grad=("input2",))).gradient) == {"input2"}


def test_nothing_is_differentiated_unless_asked(library, pairs):
    assert library.run(pairs, Call(gradient=False)).gradient == {}


def test_strides_change_nothing(library, pairs):
    plain, strided = library.run(pairs), library.run(pairs, Call(strided=True))

    assert plain.value == strided.value
    assert (plain.gradient["input1"] == strided.gradient["input1"]).all()


def test_strided_inputs_are_not_contiguous(pairs):
    seen = []

    def loss(input1, input2, target):
        seen.extend(tensor.is_contiguous() for tensor in (input1, input2, target))
        return input1.sum()

    given(loss).run(pairs, Call(strided=True))

    assert not any(seen[-3:])


def test_inputs_constant_along_an_axis_have_stride_0_there_when_expanded_and_full_gradients(pairs):
    strides = []

    def loss(input1, input2, target):
        strides.extend(tensor.stride() for tensor in (input1, input2, target))
        return (torch.arange(6.0, dtype=input1.dtype).reshape(2, 3) * input1 * target).sum()

    rows = np.array([[1.0, 2.0, 3.0]] * 2)
    inputs = {"input1": rows, "input2": np.array([[0.5] * 3, [0.25] * 3]), "target": np.ones((2, 3))}
    outcome = given(loss).run(pairs.with_(inputs=inputs), Call(expanded=True))

    assert strides[-3:] == [(0, 1), (3, 0), (0, 0)]
    assert outcome.gradient["input1"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_writing_into_an_expanded_input_is_an_error(pairs):
    constant = {name: np.ones(3) for name in pairs.inputs}
    outcome = given(lambda input1, input2, target: target.neg_().sum()).run(
        pairs.with_(inputs=constant), Call(expanded=True)
    )

    assert outcome.error == "RuntimeError"


def test_relevance_of_0_and_1_is_boolean_when_asked_and_grades_are_not():
    spec = load_builtin("pairwise_hinge")
    seen = []

    def loss(scores, relevance):
        seen.append(relevance.dtype)
        return scores.sum()

    subject = TorchSubject("given", loss, spec)
    case = probes.single(spec, spec.defaults(), "mean")
    for relevance in ([1.0, 0, 1, 0, 0], [2.0, 0, 1, 0, 0]):
        subject.run(case.with_(inputs={**case.inputs, "relevance": np.array(relevance)}), Call(boolean_labels=True))

    assert seen[-2:] == [torch.bool, torch.float64]


def test_labels_are_integers_when_asked(pairs):
    seen = []

    def loss(input1, input2, target):
        seen.append(target.dtype)
        return input1.sum()

    subject = given(loss)
    subject.run(pairs, Call(integer_labels=True))
    subject.run(pairs)

    assert seen[-2:] == [torch.int64, torch.float64]


def test_arguments_of_other_names(torch_loss, pairs, library):
    assert torch_loss("positional").run(pairs).value == library.run(pairs).value


def test_a_subject_without_the_target_input(torch_loss, positive_pairs, library):
    assert torch_loss("positive_negative").run(positive_pairs).value == library.run(positive_pairs).value


def test_an_instance(torch_loss, positive_pairs):
    assert torch_loss("instance").run(positive_pairs).value == pytest.approx(1.5)


def test_a_class_is_made_once_for_each_set_of_parameters(torch_loss, positive_pairs):
    subject = torch_loss("PairLoss")
    subject.run(positive_pairs)
    made = subject.target.made
    subject.run(positive_pairs)
    subject.run(positive_pairs.with_(parameters={"margin": 0.25}))

    assert subject.target.made == made + 1


def test_an_unused_input_has_a_gradient_of_zero(torch_loss, pairs):
    outcome = torch_loss("ignores_second").run(pairs)

    assert outcome.gradient_error is None
    assert (outcome.gradient["input2"] == np.zeros(3)).all()


def test_a_detached_result_has_a_value_and_a_gradient_error(torch_loss, pairs):
    outcome = torch_loss("detached").run(pairs)

    assert outcome.value == pytest.approx(2.75 / 3)
    assert outcome.gradient_error.startswith("the result has no graph (detached)")
    assert outcome.gradient == {}


def test_a_float_has_a_value_and_a_gradient_error(torch_loss, pairs):
    outcome = torch_loss("returns_float").run(pairs)

    assert outcome.value == pytest.approx(2.75 / 3)
    assert outcome.dtype is None
    assert outcome.gradient_error == "returned a Python float; expected a tensor, so that it can be differentiated"


def test_a_tuple_is_an_error_that_says_what_is_expected(torch_loss, pairs):
    outcome = torch_loss("returns_tuple").run(pairs)

    assert (outcome.error, outcome.value) == ("TypeError", None)
    assert outcome.message == "returned a tuple; expected one real tensor, the loss"


def test_an_exception_is_recorded(torch_loss, pairs):
    outcome = torch_loss("raises").run(pairs)

    assert (outcome.error, outcome.message) == ("ValueError", "target: nothing is good enough")


def test_an_exit_is_recorded(torch_loss, pairs):
    assert torch_loss("exits").run(pairs).error == "SystemExit"


def test_an_interrupt_by_the_user_is_not_held_back(pairs):
    def loss(input1, input2, target):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        given(loss).run(pairs)


def test_an_exception_in_the_backward_is_recorded(torch_loss, pairs):
    outcome = torch_loss("fails_backward").run(pairs)

    assert outcome.error is None
    assert outcome.gradient_error.startswith("RuntimeError: no backward here")


def test_a_wrong_shape_of_the_result_is_recorded_beside_its_value(torch_loss, pairs):
    outcome = torch_loss("unreduced").run(pairs.with_(upstream=np.array(2.0)))

    assert outcome.value.shape == (3,)
    assert "shape" in outcome.gradient_error


def test_inputs_modified_in_place_are_named_and_the_case_is_not(torch_loss, pairs):
    subject = torch_loss("modifies")
    outcome = subject.run(pairs)

    assert outcome.modified == ("input1",)
    assert pairs.inputs["input1"].tolist() == [0.5, 2.0, 1.5]


def test_nan_is_no_modification(library, pairs):
    inputs = {**pairs.inputs, "input1": np.array([np.nan, 0.0, 1.0])}

    assert library.run(pairs.with_(inputs=inputs)).modified == ()


def test_output_and_warnings_are_swallowed(torch_loss, pairs, capfd, recwarn):
    assert torch_loss("noisy").run(pairs).error is None
    assert capfd.readouterr() == ("", "")
    assert not recwarn


@pytest.mark.filterwarnings("error")
def test_a_warning_is_no_error(torch_loss, pairs):
    assert torch_loss("noisy").run(pairs).error is None


def test_global_state_is_put_back(torch_loss, pairs):
    torch.manual_seed(1)
    random.seed(1)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    torch_loss("changes_the_state").run(pairs)

    assert torch.equal(torch.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before[1:]
    assert torch.get_default_dtype() is torch.float32
    assert torch.is_grad_enabled()


def test_the_seed_decides_what_is_drawn(torch_loss):
    spec = WARP
    case = probes.single(spec, spec.defaults(), "mean")
    subject = torch_loss("draws", "warp")
    values = [float(subject.run(case, Call(seed=seed)).value) for seed in (1, 1, 2, 3, 4, 5, 6)]

    assert values[0] == values[1]
    assert len(set(values)) > 1


def test_a_generator_is_passed_and_seeded(torch_loss):
    spec = WARP
    case = probes.single(spec, spec.defaults(), "mean")
    subject = torch_loss("takes_a_generator", "warp")
    one, again, other = (subject.run(case, Call(omit=("order",), seed=seed)).value for seed in (1, 1, 2))

    assert one == again != other


def test_an_unknown_device_is_refused():
    with pytest.raises(SubjectError, match="expected cpu, interpreter, cuda"):
        given(torch.nn.MarginRankingLoss, device="tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(SubjectError, match="torch sees no GPU"):
        given(torch.nn.MarginRankingLoss, device="cuda")


def test_a_bound_call_is_a_function_of_the_scores(library, pairs):
    bound = library.bound(pairs.with_(reduction="none", upstream=np.array([2.0, 3.0, 5.0])))
    output = bound.function(*bound.leaves.values())
    (gradient,) = torch.autograd.grad(output, [bound.leaves["input1"]], bound.upstream)

    assert list(bound.leaves) == ["input1", "input2"]
    assert gradient.tolist() == [-2.0, 0.0, 5.0]


def test_a_bound_call_gives_one_list_for_one_list(torch_loss):
    spec = PAIRWISE_HINGE
    case = probes.single(spec, spec.defaults(), "none")
    subject = torch_loss("batches_unreduced", "pairwise_hinge")
    bound = subject.bound(case)

    assert bound.function(*bound.leaves.values()).shape == ()
    assert bound.leaves["scores"].shape == (5,)


def test_naming_the_torch_adapter_does_not_import_torch():
    source = "import sys, rankproof.conformance.subjects.build, rankproof.conformance.subjects.torch_subject as _\n"
    source += "assert 'torch' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    assert subprocess.run([sys.executable, "-c", source], env=environment, check=False).returncode == 0
