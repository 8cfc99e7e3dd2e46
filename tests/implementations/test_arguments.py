"""Errors name the argument, what was got and what was expected."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations import approx_ndcg, margin_ranking, pairwise_hinge, plackett_luce, warp
from rankproof.implementations.vectorized.approx_ndcg import approx_ndcg as vectorized

SCORES, LABELS = torch.tensor([[1.0, 2.0]]), torch.tensor([[1, 0]])


@pytest.fixture(autouse=True)
def _vectorized(monkeypatch):
    """The checks are the same in every variant."""
    monkeypatch.setattr("rankproof.implementations.variants.default_variant", lambda device: "vectorized")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"scores": [[1.0, 2.0]]}, TypeError, r"^scores: got list, expected a tensor \[..., items\]"),
        ({"scores": LABELS}, TypeError, r"^scores: got dtype torch.int64, expected float64"),
        ({"scores": torch.tensor(1.0)}, ValueError, r"^scores: got a tensor without axes"),
        ({"relevance": None}, TypeError, r"^relevance: got NoneType"),
        ({"relevance": LABELS + 0j}, TypeError, r"^relevance: got dtype torch.complex64"),
        ({"relevance": LABELS[0]}, ValueError, r"^relevance: got shape \[2\], expected \[1, 2\]"),
        ({"relevance": LABELS.to("meta")}, ValueError, r"^relevance: got device meta, expected cpu"),
        ({"relevance": LABELS * torch.nan}, ValueError, r"^relevance: got nan at \[0, 0\], expected a finite grade"),
        ({"relevance": LABELS - 1}, ValueError, r"^relevance: got -1 at \[0, 1\]"),
        ({"mask": LABELS}, TypeError, r"^mask: got dtype torch.int64, expected torch.bool"),
        ({"mask": LABELS[0].bool()}, ValueError, r"^mask: got shape \[2\], expected \[1, 2\]"),
        ({"mask": [[True, False]]}, TypeError, r"^mask: got list"),
        ({"margin": "1"}, TypeError, r"^margin: got str, expected a number"),
        ({"margin": True}, TypeError, r"^margin: got bool"),
        ({"margin": float("inf")}, ValueError, r"^margin: got inf, expected a finite number"),
        ({"reduction": "average"}, ValueError, r"^reduction: got 'average', expected one of 'none', 'sum', 'mean'"),
        ({"negatives": None}, ValueError, r"^negatives: got None, expected one of 'all'"),
        ({"normalization": "pairs"}, ValueError, r"^normalization: got 'pairs'"),
    ],
)
def test_list_losses_refuse_by_name(change, error, message):
    with pytest.raises(error, match=message):
        pairwise_hinge(**({"scores": SCORES, "relevance": LABELS} | change))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"temperature": -1.0}, ValueError, r"^temperature: got -1.0, expected a finite number above 0"),
        ({"cutoff_temperature": 0}, ValueError, r"^cutoff_temperature: got 0"),
        ({"k": 1.5}, TypeError, r"^k: got 1.5, expected an integer or None"),
        ({"k": True}, TypeError, r"^k: got True"),
        ({"form": "loss"}, ValueError, r"^form: got 'loss'"),
        ({"nothing_relevant": "nan"}, ValueError, r"^nothing_relevant: got 'nan'"),
    ],
)
def test_approx_ndcg_refuses_by_name(options, error, message):
    with pytest.raises(error, match=message):
        approx_ndcg(SCORES, LABELS, **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"order": [[1]]}, TypeError, r"^order: got list"),
        ({"order": torch.tensor([[1.0]])}, TypeError, r"^order: got dtype torch.float32, expected an integer"),
        ({"order": torch.tensor([1])}, ValueError, r"^order: got shape \[1\], expected \[1, 'trials'\]"),
        ({"order": torch.tensor([[1], [0]])}, ValueError, r"^order: got shape \[2, 1\]"),
        ({"order": torch.tensor([[0, 2]])}, ValueError, r"^order: got 2 at \[0, 1\], expected 0 to 1"),
        ({"positives": LABELS * 2}, ValueError, r"^positives: got 2 at \[0, 0\], expected 0 or 1"),
        ({"replacement": 1}, TypeError, r"^replacement: got 1, expected True or False"),
        ({"max_trials": 0}, ValueError, r"^max_trials: got 0, expected at least 1"),
        ({"generator": 0}, TypeError, r"^generator: got int"),
        ({"skipped": "no"}, ValueError, r"^skipped: got 'no'"),
        ({"label_count": "all"}, ValueError, r"^label_count: got 'all'"),
        ({"rank_weight": "log"}, ValueError, r"^rank_weight: got 'log'"),
    ],
)
def test_warp_refuses_by_name(options, error, message):
    with pytest.raises(error, match=message):
        warp(**({"scores": SCORES, "positives": LABELS} | options))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"input1": torch.tensor(1.0)}, ValueError, r"^input1: got a tensor without axes, expected \[..., n\]"),
        ({"input2": SCORES.T}, ValueError, r"^input2: got shape \[2, 1\], expected \[1, 2\], the shape of input1"),
        ({"input2": SCORES.double()}, TypeError, r"^input2: got dtype torch.float64, expected torch.float32"),
        ({"target": LABELS}, ValueError, r"^target: got 0 at \[0, 1\], expected -1 or \+1"),
        ({"target": LABELS.bool()}, ValueError, r"^target: got False at \[0, 1\]"),
    ],
)
def test_margin_ranking_refuses_by_name(change, error, message):
    with pytest.raises(error, match=message):
        margin_ranking(**({"input1": SCORES, "input2": SCORES, "target": LABELS * 2 - 1} | change))


@pytest.mark.parametrize(
    ("permutation", "error", "message"),
    [
        ([[1, 0]], TypeError, r"^permutation: got list"),
        (torch.tensor([[1.0, 0.0]]), TypeError, r"^permutation: got dtype torch.float32, expected an integer"),
        (torch.tensor([[1]]), ValueError, r"^permutation: got shape \[1, 1\], expected \[1, 2\], the shape of scores"),
        (torch.tensor([[1, 2]]), ValueError, r"^permutation: got 2 at \[0, 1\], expected 0 to 1"),
        (torch.tensor([[1, 1]]), ValueError, r"^permutation: got 1 more than once in the list at \[0\], expected each"),
    ],
)
def test_plackett_luce_refuses_by_name(permutation, error, message):
    with pytest.raises(error, match=message):
        plackett_luce(SCORES, permutation)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.uint16, torch.int32])
def test_a_permutation_may_be_of_any_integer_dtype(dtype):
    permutation = torch.tensor([[1, 0]])

    assert plackett_luce(SCORES, permutation.to(dtype)) == plackett_luce(SCORES, permutation)


def test_contents_are_not_checked_when_validation_is_off():
    assert pairwise_hinge(SCORES, LABELS - 1, validate=False) == 2
    assert margin_ranking(SCORES, SCORES, LABELS, margin=1.0, validate=False) == 1
    with pytest.raises(ValueError, match=r"^relevance: got shape"):
        pairwise_hinge(SCORES, LABELS[0], validate=False)


def test_what_padding_holds_is_not_checked():
    mask = torch.tensor([[True, False]])

    assert pairwise_hinge(SCORES, LABELS * 2 - 1, mask=mask) == 0
    assert warp(SCORES, LABELS * 2 - 1, mask=mask) == 0


def test_contents_on_the_meta_device_cannot_be_checked_and_are_not():
    assert pairwise_hinge(SCORES.to("meta"), LABELS.to("meta")).shape == ()


def test_a_misspelt_argument_of_a_variant_is_refused_and_the_right_one_suggested():
    with pytest.raises(TypeError, match=r"^approx_ndcg has no argument 'temprature'; did you mean 'temperature'\?$"):
        vectorized(SCORES, LABELS, temprature=0.1)
    with pytest.raises(TypeError, match=r"^approx_ndcg has no argument 'zzz'; expected some of scores, relevance"):
        vectorized(SCORES, LABELS, zzz=1)
