"""The WARP kernels along a given order: violators, trials, weights, and the gradient gathered from them."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.warp import warp
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, cut_into_tiles, holds

WALKS = list(
    itertools.product(["margin", "margin_inclusive", "misranking"], ["non_positives", "others"], ["free", "counted"])
)
OTHERS = itertools.cycle(
    itertools.product(["harmonic", "logarithmic"], ["items", "negatives"], [None, 2], ["none", "positives"])
)
# Each walk twice, each time with the next of the other choices.
CONVENTIONS = [(*walk, *other) for walk, other in zip(WALKS * 2, OTHERS, strict=False)]


def lists(shape=(3, 7), trials=6, dtype=torch.float64, seed=0):
    """Scores on a grid, so that many are tied or exactly at the margin."""
    generator = torch.Generator().manual_seed(seed)
    scores = (torch.randint(-4, 5, shape, generator=generator) / 2).to(DEVICE, dtype)
    positives = (torch.rand(shape, generator=generator) > 0.6).to(DEVICE)
    order = torch.rand(shape, generator=generator).argsort(-1)[..., :trials].to(DEVICE)
    mask = (torch.rand(shape, generator=generator) > 0.2).to(DEVICE)
    return scores, positives, order, mask


@pytest.mark.parametrize(
    ("violation", "negatives", "skipped", "rank_weight", "label_count", "max_trials", "normalization"), CONVENTIONS
)
def test_every_convention_with_nan_in_the_padding(
    violation, negatives, skipped, rank_weight, label_count, max_trials, normalization
):
    scores, positives, order, mask = lists()
    scores[~mask] = torch.nan
    options = {"violation": violation, "negatives": negatives, "skipped": skipped, "rank_weight": rank_weight}
    options |= {"label_count": label_count, "max_trials": max_trials, "normalization": normalization, "mask": mask}

    holds(warp, definitions.warp, (scores, positives, order), **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_every_reduction_of_any_batch_axes(reduction):
    inputs = lists((2, 1, 2, 5), trials=5)[:3]

    holds(warp, definitions.warp, inputs, reduction=reduction)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    holds(warp, definitions.warp, lists(dtype=dtype)[:3], reduction="none")


@pytest.mark.parametrize("negatives", ["non_positives", "others"])
def test_short_lists_share_tiles(negatives, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, positives, order, mask = lists((5, 3), trials=3)

    holds(warp, definitions.warp, (scores, positives, order), negatives=negatives, mask=mask)


@pytest.mark.parametrize(("violation", "negatives", "skipped"), WALKS)
def test_long_lists_are_cut_into_tiles(violation, negatives, skipped, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, positives, order, mask = lists((2, 13), trials=11)
    options = {"violation": violation, "negatives": negatives, "skipped": skipped, "max_trials": 7, "mask": mask}

    holds(warp, definitions.warp, (scores, positives, order), label_count="negatives", **options)


@pytest.mark.parametrize("ordered", [True, False])
def test_nan_empty_and_masked_lists_of_more_than_a_tile(ordered, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, positives, order, mask = lists((3, 9))
    scores[0, 5] = torch.nan
    mask[0] = True
    mask[1] = False
    values = warp(scores, positives, order if ordered else None, mask=mask, normalization="positives", reduction="none")
    empty = warp(scores[:0], positives[:0], order[:0] if ordered else None)

    assert values.isnan().tolist() == [True, False, False]
    assert values[1] == 0
    assert empty == 0


@pytest.mark.parametrize("rank", [1, 2, 15, 16, 17, 18, 40, 1000])
@pytest.mark.parametrize("rank_weight", ["harmonic", "logarithmic"])
def test_weights_of_ranks_are_right_to_the_last_digits(rank_weight, rank):
    scores = torch.zeros(rank + 1, dtype=torch.float64, device=DEVICE)
    positives = torch.arange(rank + 1, device=DEVICE) == 0
    loss = warp(scores, positives, torch.tensor([1], device=DEVICE), rank_weight=rank_weight)

    assert loss.item() == pytest.approx(definitions.weight(rank, rank_weight), rel=4e-16)


def test_an_order_that_repeats_passes_the_number_of_labels():
    scores = torch.tensor([2.0, 0.0, 3.0], device=DEVICE)
    positives = torch.tensor([True, False, False], device=DEVICE)
    order = torch.tensor([1, 1, 1, 2], dtype=torch.int32, device=DEVICE)

    assert warp(scores, positives, order).item() == 0
    assert warp(scores, positives, order[1:]).item() == 0
    assert warp(scores, positives, order[2:]).item() == 2


def test_padding_in_the_order_is_no_negative():
    scores, positives, _, mask = lists((2, 7))
    mask[:, 3] = False
    order = torch.tensor([[3, 0, 3, 1, 2, 4], [3, 3, 3, 5, 6, 0]], device=DEVICE)

    for skipped in ("free", "counted"):
        holds(warp, definitions.warp, (scores, positives, order), mask=mask, skipped=skipped)


def test_a_nan_score_makes_its_list_nan_and_no_other():
    scores = torch.tensor([[1.0, torch.nan], [1.0, 2.0], [torch.nan, 1.0]], device=DEVICE)
    positives = torch.tensor([[True, False]] * 3, device=DEVICE)
    order = torch.tensor([[1]] * 3, device=DEVICE)
    mask = torch.tensor([[True, True], [True, True], [False, True]], device=DEVICE)
    values = warp(scores, positives, order, mask=mask, reduction="none")

    assert values.isnan().tolist() == [True, False, False]
    assert values.tolist()[1:] == [2, 0]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
@pytest.mark.parametrize("ordered", [True, False])
def test_nothing_to_rank_is_a_zero_that_keeps_the_graph(shape, ordered):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    order = torch.zeros((*shape[:-1], 0), dtype=torch.int64, device=DEVICE) if ordered else None
    loss = warp(scores, torch.zeros(shape, device=DEVICE), order, normalization="positives")
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape


def test_an_empty_order_tries_nothing():
    scores = torch.zeros(2, 3, device=DEVICE, requires_grad=True)
    loss = warp(scores, torch.ones(2, 3, device=DEVICE), torch.zeros(2, 0, dtype=torch.int64, device=DEVICE))
    loss.backward()

    assert loss.item() == 0
    assert (scores.grad == 0).all()


def test_padding_alone_has_no_loss_and_no_gradient():
    scores = torch.full((1, 3), torch.nan, device=DEVICE, requires_grad=True)
    mask = torch.zeros(1, 3, dtype=torch.bool, device=DEVICE)
    loss = warp(scores, torch.ones(1, 3, device=DEVICE), mask=mask, validate=False)
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.float32])
def test_labels_of_any_dtype(dtype):
    scores, positives, order, _ = lists((1, 5))

    holds(warp, definitions.warp, (scores, positives.to(dtype), order.to(torch.int32)))


def test_strided_lists():
    scores, positives, order, mask = (tensor.t() for tensor in lists((6, 3), trials=3))
    order = torch.rand(3, 6, generator=torch.Generator().manual_seed(2)).argsort(-1).t().contiguous().t().to(DEVICE)

    assert not scores.is_contiguous()
    holds(warp, definitions.warp, (scores, positives, order), mask=mask)


def test_vmap_of_the_gradient():
    scores, positives, order, _ = lists((3, 5), trials=5)

    def gradient(s, y, o):
        return torch.func.grad(lambda x: warp(x, y, o, negatives="others", validate=False))(s)

    mapped = torch.func.vmap(gradient)(scores, positives, order)
    direct = torch.func.grad(lambda x: warp(x, positives, order, negatives="others", reduction="sum"))(scores)

    torch.testing.assert_close(mapped, direct)
