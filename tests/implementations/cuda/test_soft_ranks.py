"""The kernels of soft ranks and of the best rank, by the metrics that are made of them."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import approx_mrr, launch
from tests.calls import implementation
from tests.implementations.definitions import DEVICE, cut_into_tiles

SETTINGS = [
    ("approx_mrr", {}),
    ("approx_mrr", {"several": "mean"}),
    ("approx_recall", {"k": 2, "cutoff_temperature": 0.3}),
    ("approx_map", {}),
    ("approx_map", {"hits": "ranks", "rank_temperature": 0.7}),
    ("approx_map", {"hits": "hard"}),
]


def lists(shape=(3, 6), dtype=torch.float64):
    """Scores with NaN in the padding, positives, of which the second list has none, and the mask."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64)
    positives = torch.rand(shape, generator=generator) < 0.4
    mask = torch.rand(shape, generator=generator) > 0.2
    positives.view(-1, shape[-1])[1:2] = False
    scores[~mask] = torch.nan
    return scores.to(DEVICE, dtype), positives.to(DEVICE), mask.to(DEVICE)


def holds(loss, shape=(3, 6), dtype=torch.float64, **options):
    """Assert that value and gradient are those of the table of all pairs, for an upstream gradient of some numbers."""
    scores, positives, mask = lists(shape, dtype)
    found = []
    for variant, exact in (("cuda", dtype), ("vectorized", torch.float64)):
        leaf = scores.to(exact).requires_grad_()
        values = implementation(variant, loss)(leaf, positives, mask=mask, temperature=0.7, reduction="none", **options)
        upstream = torch.linspace(-1, 2, values.numel(), device=DEVICE).reshape(values.shape).to(exact)
        found.append((values.double(), torch.autograd.grad(values, leaf, upstream)[0].double()))
    rtol, atol = {torch.float64: (1e-12, 1e-13), torch.float32: (2e-5, 2e-6)}.get(dtype, (0.02, 0.02))

    torch.testing.assert_close(*(values for values, _ in found), rtol=rtol, atol=atol)
    torch.testing.assert_close(*(gradient for _, gradient in found), rtol=rtol, atol=atol)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_padded_lists_of_any_batch_axes(loss, options):
    holds(loss, (2, 1, 2, 5), **options)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_other_dtypes(loss, options, dtype):
    holds(loss, dtype=dtype, **options)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_long_lists_are_cut_into_tiles_and_blocks(loss, options, monkeypatch):
    cut_into_tiles(monkeypatch)
    monkeypatch.setattr(approx_mrr, "LONGEST_BLOCK", 4)
    monkeypatch.setattr(approx_mrr, "PAIRS_OF_A_SHARED_TILE", 8)

    holds(loss, (3, 21), **options)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_short_lists_share_tiles(loss, options, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)

    holds(loss, (5, 3), **options)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
def test_nothing_to_rank_is_a_zero_that_keeps_the_graph(loss, options, shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    value = implementation("cuda", loss)(scores, torch.zeros(shape, dtype=torch.bool, device=DEVICE), **options)
    value.backward()

    assert value.item() == 0
    assert scores.grad.shape == shape


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_a_second_derivative_that_there_is_not_is_refused(loss, options):
    scores = torch.tensor([1.0, 0.0, 2.0], device=DEVICE, requires_grad=True)
    value = implementation("cuda", loss)(scores, torch.tensor([1, 1, 0], device=DEVICE), **options)
    (gradient,) = torch.autograd.grad(value, scores, create_graph=True)

    with pytest.raises(RuntimeError, match=rf"^{loss}: got a second derivative.*'vectorized'"):
        gradient.sum().backward()


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_vmap_of_the_gradient(loss, options):
    scores, positives, _ = lists((3, 5))
    scores = scores.nan_to_num()
    compute = implementation("cuda", loss)

    def gradient(s, y):
        return torch.func.grad(lambda x: compute(x, y, validate=False, **options))(s)

    mapped = torch.func.vmap(gradient)(scores, positives)
    direct = torch.func.grad(lambda x: compute(x, positives, reduction="sum", **options))(scores)

    torch.testing.assert_close(mapped, direct)


def test_of_equal_positives_the_first_is_the_best():
    scores = torch.tensor([0.0, 1.0, 1.0, -1.0], device=DEVICE, requires_grad=True)
    value = implementation("cuda", "approx_mrr")(scores, torch.tensor([1, 1, 1, 0], device=DEVICE))
    value.backward()

    assert scores.grad[1] < 0
    assert scores.grad[2] > 0
