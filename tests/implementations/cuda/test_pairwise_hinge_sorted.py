"""The sorted pairwise hinge of long lists gives what the tiles give; lists are short here, and blocks shorter."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import pairwise_hinge, pairwise_hinge_sorted
from rankproof.implementations.cuda.pairwise_hinge_sorted import grade_bounds, hinge_by_sorting, previous_lower
from rankproof.implementations.cuda.pairwise_hinge_tiles import hinge_by_tiles
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

# Padding is of infinite score here, and the interpreter's numpy warns of the differences that are thrown away.
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in subtract:RuntimeWarning")


@pytest.fixture
def short_blocks(monkeypatch):
    monkeypatch.setattr(pairwise_hinge_sorted, "NEAR_LEVEL", 1)
    monkeypatch.setattr(pairwise_hinge_sorted, "ITEMS_OF_A_PROGRAM", 16)


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
@pytest.mark.parametrize("grades", [2, 5, 1000])
@pytest.mark.parametrize("items", [1, 5, 16, 21])
def test_sorting_counts_what_tiles_count(items, grades, negatives):
    generator = torch.Generator().manual_seed(items + grades)
    scores = torch.randn(3, items, generator=generator, dtype=torch.float64).to(DEVICE)
    relevance = torch.randint(0, grades, (3, items), generator=generator).to(DEVICE)
    mask = (torch.rand(3, items, generator=generator) > 0.3).to(DEVICE, torch.uint8)
    scores[mask == 0] = torch.nan
    mask[2] = 0
    arguments = (scores, relevance, mask, 0.75, negatives, torch.float64)
    sums, *counts = hinge_by_sorting(*arguments)
    expected_sums, *expected_counts = hinge_by_tiles(*arguments)

    torch.testing.assert_close(sums, expected_sums)
    for count, expected in zip(counts, expected_counts, strict=True):
        assert count.tolist() == expected.tolist()


@pytest.mark.usefixtures("short_blocks")
def test_ties_and_pairs_at_the_margin_are_counted_alike():
    scores = torch.randint(-3, 4, (2, 19), generator=torch.Generator().manual_seed(3)).float().to(DEVICE)
    relevance = torch.randint(0, 3, (2, 19), generator=torch.Generator().manual_seed(4)).to(DEVICE)
    arguments = (scores, relevance, None, 1.0, "all", torch.float32)

    for got, expected in zip(hinge_by_sorting(*arguments), hinge_by_tiles(*arguments), strict=True):
        assert got.tolist() == expected.tolist()


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_a_list_past_the_limit_is_sorted(negatives, monkeypatch):
    monkeypatch.setattr(pairwise_hinge, "LONGEST_LIST_IN_TILES", 4)
    monkeypatch.setattr(pairwise_hinge, "hinge_by_tiles", None)
    scores = torch.randn(2, 7, generator=torch.Generator().manual_seed(5), dtype=torch.float64).to(DEVICE)
    relevance = torch.tensor([[0, 2, 1, 0, 1, 2, 0], [1, 0, 0, 3, 0, 0, 0]], device=DEVICE)

    holds(pairwise_hinge.pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), negatives=negatives)


@pytest.mark.usefixtures("short_blocks")
def test_an_offset_costs_no_digits():
    scores = torch.randn(1, 16, generator=torch.Generator().manual_seed(6)).to(DEVICE) * 2**-6
    relevance = (torch.arange(16, device=DEVICE) % 3).expand(1, 16)
    shifted = torch.round(scores * 2**12) / 2**12 + 2048  # exact in float32
    plain, moved = (
        hinge_by_sorting(s, relevance, None, 2.0**-6, "all", torch.float32)[0] for s in (shifted - 2048, shifted)
    )

    torch.testing.assert_close(moved, plain, rtol=2e-7, atol=0)


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_a_nan_score_makes_its_list_nan_and_no_other(negatives):
    scores = torch.tensor([[torch.nan, 1.0, 0.5], [0.0, 1.0, 0.5]], device=DEVICE)
    relevance = torch.tensor([[0, 1, 2], [0, 1, 2]], device=DEVICE)
    sums, _, _ = hinge_by_sorting(scores, relevance, None, 1.0, negatives, torch.float32)

    assert sums.isnan().tolist() == [True, False]


def test_a_grade_s_bounds():
    begins, ends = grade_bounds(torch.tensor([[0, 0, 1, 3, 3, 3]], device=DEVICE))

    assert begins.tolist() == [[0, 0, 2, 3, 3, 3]]
    assert ends.tolist() == [[2, 2, 3, 6, 6, 6]]


def test_the_last_lower_item_before_each():
    grades = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    chosen = previous_lower(torch.tensor([grades], device=DEVICE))
    expected = [max((j for j in range(i) if grades[j] < grade), default=-1) for i, grade in enumerate(grades)]

    assert chosen.tolist() == [expected]
