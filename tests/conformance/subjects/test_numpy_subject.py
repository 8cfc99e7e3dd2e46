"""Calling numpy subjects, and the three ways in which they give a gradient."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.numpy_subject import NumpySubject
from rankproof.conformance.subjects.subject import Call

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")


def test_gradient_by_a_second_function(numpy_loss, positive_pairs):
    outcome = numpy_loss("separate").run(positive_pairs)

    assert outcome.value == pytest.approx(1 / 3)
    assert outcome.gradient["input1"] == pytest.approx(np.array([-1, 0, 0]) / 3)


def test_a_setting_reaches_the_second_function_too(numpy_loss, positive_pairs):
    subject = numpy_loss("separate", settings={"margin": 2.0})
    names: dict[str, object] = {}
    exec(subject.snippet(positive_pairs), names)

    assert subject.run(positive_pairs).gradient["input1"].tolist() == names["gradient"]["input1"] == [-1 / 3] * 3


def test_gradient_beside_the_value(numpy_loss, pairs):
    assert numpy_loss("beside").run(pairs).gradient["input2"] == pytest.approx(np.array([1, 0, -1]) / 3)


def test_an_upstream_gradient_that_the_function_does_not_take_is_applied_here(numpy_loss, pairs):
    upstream = np.array([2.0, 3.0, 5.0])
    outcome = numpy_loss("beside").run(pairs.with_(reduction="none", upstream=upstream))

    assert outcome.gradient["input2"] == pytest.approx(np.array([2.0, 0.0, -5.0]))


def test_an_upstream_gradient_per_list_is_spread_over_its_items(numpy_loss):
    def loss(scores, relevance, reduction="mean"):
        return scores.sum(-1), {"scores": np.ones_like(scores)}

    spec = PAIRWISE_HINGE
    case = probes.batched(spec, {}, "none").with_(upstream=np.array([2.0, 3.0]))
    outcome = NumpySubject("given", loss, spec).run(case)

    assert outcome.gradient["scores"].tolist() == [[2.0] * 5, [3.0] * 5]


def test_the_reference_takes_the_upstream_gradient_itself(pairs):
    subject = build_subject("rankproof.reference.margin_ranking:margin_ranking", MARGIN_RANKING)
    outcome = subject.run(pairs.with_(reduction="none", upstream=np.array([2.0, 3.0, 5.0])))

    assert outcome.gradient["input1"].tolist() == [-2.0, 0.0, 5.0]


def test_no_gradient_is_said_to_be_none(numpy_loss, pairs):
    outcome = numpy_loss("value_only").run(pairs)

    assert outcome.value == pytest.approx((0.5 + 0 + 1.25) / 3)
    assert outcome.gradient_error.startswith("offers no gradient; return (value, {input: gradient})")


def test_a_gradient_of_one_input_only_is_named(numpy_loss, pairs):
    assert numpy_loss("half_a_gradient").run(pairs).gradient_error == "the gradient has input1; expected also input2"


def test_a_class_with_a_call_method(numpy_loss, pairs):
    assert numpy_loss("Loss").run(pairs).value == pytest.approx(2.75 / 3)


def test_float32_cases_are_passed_in_float32(numpy_loss, positive_pairs):
    assert numpy_loss("separate").run(positive_pairs.with_(dtype="float32")).dtype == "float32"
    assert numpy_loss("separate").run(positive_pairs.with_(dtype="float16")).dtype == "float64"


def test_a_python_number_has_no_dtype(pairs):
    def returning(value):
        return NumpySubject("returning", lambda input1, input2, target: value, MARGIN_RANKING).run(pairs).dtype

    assert returning(1.0) is None
    assert returning(np.float32(1.0)) == "float32"


def test_strided_inputs_are_not_contiguous(pairs):
    seen = []

    def loss(input1, input2, target):
        seen.append(input1.flags.contiguous)
        return input1.sum()

    subject = NumpySubject("given", loss, MARGIN_RANKING)
    values = [float(subject.run(pairs, Call(strided=strided)).value) for strided in (False, True)]

    assert seen[-2:] == [True, False]
    assert values[0] == values[1]


def test_inputs_constant_along_an_axis_have_stride_0_there_when_expanded(pairs):
    strides = []

    def loss(input1, input2, target):
        strides.extend(array.strides for array in (input1, input2, target))
        return input1.sum()

    inputs = {
        "input1": np.array([[1.0, 2.0]] * 2),
        "input2": np.array([[0.5] * 2, [0.25] * 2]),
        "target": np.ones((2, 2)),
    }
    NumpySubject("given", loss, MARGIN_RANKING).run(pairs.with_(inputs=inputs), Call(expanded=True))

    assert strides[-3:] == [(0, 8), (16, 0), (0, 0)]


def test_inputs_modified_in_place_are_named_and_the_case_is_not(numpy_loss, pairs):
    assert numpy_loss("modifies").run(pairs).modified == ("input1",)
    assert pairs.inputs["input1"].tolist() == [0.5, 2.0, 1.5]


def test_a_list_is_an_error_that_says_what_is_expected(numpy_loss, pairs):
    outcome = numpy_loss("returns_list").run(pairs)

    assert outcome.error == "TypeError"
    assert "returned a list; expected a number, an array or (value, {input: gradient})" in outcome.message


def test_an_exit_is_recorded(numpy_loss, pairs):
    outcome = numpy_loss("exits").run(pairs)

    assert (outcome.error, outcome.message) == ("SystemExit", "2")


def test_the_snippet_of_a_loss_without_a_gradient_asks_for_none(tmp_path, pairs):
    (tmp_path / "plain.py").write_text("def loss(input1, input2, target, margin=0.0):\n    return 7.5\n")
    subject = build_subject(f"{tmp_path / 'plain.py'}:loss", MARGIN_RANKING, framework="numpy")
    scope = {}
    exec(subject.snippet(pairs), scope)

    assert scope["value"] == 7.5
    assert "gradient" not in scope


def test_coupled_values_need_a_gradient_function_that_takes_the_upstream_gradient():
    def ranks(scores):
        return scores - scores.mean(), {"scores": np.zeros_like(scores)}

    def gradient(scores, upstream=None):
        return {"scores": upstream - upstream.mean()}

    spec = load_builtin("soft_rank")
    case = probes.single(spec, spec.defaults(), "none").with_(upstream=np.arange(5.0))
    beside, apart = NumpySubject("beside", ranks, spec), NumpySubject("apart", ranks, spec, gradient_target=gradient)

    assert beside.capabilities().missing["gradient"] == "offers no gradient"
    assert "with a parameter named upstream" in beside.run(case).gradient_error
    assert "gradient" not in apart.capabilities().missing
