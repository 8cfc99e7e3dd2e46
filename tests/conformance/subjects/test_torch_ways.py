"""The usual way: a call and autograd's gradient, or the reason why there is none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rankproof.conformance.subjects.torch_ways import NoGradient, Way, by_autograd, cotangent_of

torch = pytest.importorskip("torch")

PLAN = SimpleNamespace(upstream=None)


@pytest.fixture
def x():
    return torch.tensor([1.0, 2.0], requires_grad=True)


def test_a_loss_is_called_with_its_tensors_and_differentiated_by_the_leaves(x):
    way = Way(lambda a, b: (a * a * b).sum(), PLAN)
    tensors = {"a": x.clone(), "b": torch.tensor([1.0, 10.0])}
    tensors["a"] = x * 1
    output = way.output(tensors, {"a": x})

    assert output.item() == 41
    assert way.gradient(tensors, {"a": x}, output)["a"].tolist() == [2, 40]


def test_an_input_that_the_loss_does_not_use_has_no_gradient(x):
    unused = torch.ones(1, requires_grad=True)

    assert by_autograd((x * x).sum(), {"x": x, "unused": unused}, torch.tensor(1.0))[1] is None


def test_the_upstream_gradient_is_that_of_the_case_or_ones(x):
    output = x * 2

    assert cotangent_of(PLAN, output, {"x": x}).tolist() == [1, 1]
    assert cotangent_of(SimpleNamespace(upstream=[0.5, -1.0]), output, {"x": x}).tolist() == [0.5, -1]


@pytest.mark.parametrize(
    ("output", "words"), [(1.5, "returned a Python float; expected a tensor"), (None, "returned a Python NoneType")]
)
def test_what_is_no_tensor_cannot_be_differentiated(x, output, words):
    with pytest.raises(NoGradient, match=words):
        cotangent_of(PLAN, output, {"x": x})


def test_what_has_no_graph_is_told_with_the_inputs_that_want_one(x):
    with pytest.raises(NoGradient, match=r"no graph \(detached\).*although x, y require a gradient"):
        cotangent_of(PLAN, x.detach(), {"x": x, "y": x})


def test_a_gradient_may_be_differentiated_again(x):
    (first,) = by_autograd((x**3).sum(), {"x": x}, torch.tensor(1.0), again=True)

    assert torch.autograd.grad(first.sum(), x)[0].tolist() == [6, 12]
