"""Differentiating twice: by the scores, by the upstream gradient, and a graph that is silently missing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rankproof.conformance.subjects.torch_twice import ByUpstream, Twice

torch = pytest.importorskip("torch")

PLAN = SimpleNamespace(upstream=None)


class Detached(torch.autograd.Function):
    """A cube whose gradient has no graph of its own."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x**3).sum()

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return (upstream.detach() * 3 * x.detach() ** 2).detach()


def asked(way, loss):
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    tensors = {"x": x * 1}
    way = way(loss, PLAN, {"x": torch.tensor([1.0, 0.5])})
    output = way.output(tensors, {"x": x})
    return output, way.gradient(tensors, {"x": x}, output)


def cubes(x):
    return (x**3).sum()


def test_the_gradient_is_the_hessian_times_the_direction():
    output, gradient = asked(Twice, cubes)

    assert output.item() == 1 - 8
    assert gradient["x"].tolist() == [6 * 1 * 1, 6 * -2 * 0.5]


def test_a_gradient_without_a_graph_has_no_derivative():
    _, gradient = asked(Twice, Detached.apply)

    assert gradient == {"x": None}


def test_by_the_upstream_gradient_the_value_is_the_slope_along_the_direction():
    value, gradient = asked(ByUpstream, cubes)

    assert value.item() == 3 * 1 * 1 + 3 * 4 * 0.5
    assert gradient == {}


def test_a_slope_that_does_not_depend_on_the_upstream_gradient_is_zero():
    value, _ = asked(ByUpstream, Detached.apply)

    assert value.item() == 0
