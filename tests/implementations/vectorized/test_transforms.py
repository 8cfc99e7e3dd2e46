"""The vectorized variant is traced whole by torch.compile, and mapped by vmap."""

from __future__ import annotations

import pytest
import torch

from tests.calls import LOSSES, SCORES, implementation, random_calls


def batches(loss):
    """A few calls over the conventions, with at least two items so that no trace is special."""
    calls = [call for call in random_calls(loss, seed=13) if min(call.inputs[SCORES[loss][0]].shape) > 1]
    return calls[:: max(1, len(calls) // 3)]


@pytest.mark.parametrize("loss", LOSSES)
def test_compile_finds_no_graph_break(loss):
    for call in batches(loss)[-2:]:
        torch.compiler.reset()
        compute = implementation("vectorized", loss)
        expected, arguments = compute(**call.for_torch(loss)), call.for_torch(loss)
        result = torch.compile(compute, fullgraph=True, backend="aot_eager")(**arguments)
        result.sum().backward()

        torch.testing.assert_close(result, expected)
        assert all(arguments[name].grad is not None for name in SCORES[loss])


@pytest.mark.parametrize("loss", LOSSES)
def test_vmap_maps_over_the_lists(loss):
    for call in batches(loss):
        arguments = call.for_torch(loss) | {"reduction": "none"}
        tensors = {name: value for name, value in arguments.items() if isinstance(value, torch.Tensor)}
        options = {name: value for name, value in arguments.items() if name not in tensors}

        def one(*given, names=tuple(tensors), options=options):
            return implementation("vectorized", loss)(**dict(zip(names, given, strict=True)), **options)

        torch.testing.assert_close(
            torch.vmap(one)(*tensors.values()), implementation("vectorized", loss)(**arguments), rtol=1e-12, atol=1e-14
        )


@pytest.mark.parametrize("replacement", [False, True])
def test_drawing_compiles_whole(replacement):
    torch.compiler.reset()
    scores = torch.randn(3, 5, generator=torch.Generator().manual_seed(0), requires_grad=True)
    positives = torch.tensor([[1, 0, 0, 0, 1]] * 3)
    compute = torch.compile(implementation("vectorized", "warp"), fullgraph=True, backend="aot_eager")
    compute(scores, positives, replacement=replacement).backward()

    assert scores.grad.abs().sum() > 0
