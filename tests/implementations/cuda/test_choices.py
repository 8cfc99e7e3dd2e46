"""The scans of choices: lists longer than a block of places, and groups that are chosen from together."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import choices
from rankproof.implementations.custom_autograd.choices import log_likelihood as running_sums
from tests.implementations.definitions import DEVICE


@pytest.mark.parametrize("spread", [1.0, 1e4])
@pytest.mark.parametrize("grouped", [False, True])
def test_what_is_carried_from_block_to_block_is_the_running_sum(monkeypatch, spread, grouped):
    monkeypatch.setattr(choices, "PLACES_OF_A_TILE", 4)
    generator = torch.Generator().manual_seed(0)
    scores = (spread * torch.randn(2, 11, dtype=torch.float64, generator=generator)).to(DEVICE).requires_grad_()
    order = torch.rand(2, 11, generator=generator).argsort(-1).to(DEVICE)
    weights = torch.rand(2, 11, dtype=torch.float64, generator=generator).to(DEVICE)
    mask = (torch.rand(2, 11, generator=generator) < 0.8).to(DEVICE)
    begins = torch.tensor([0, 0, 2, 3, 3, 3, 3, 3, 3, 9, 10], device=DEVICE).expand(2, 11) if grouped else None
    given = (scores, order, mask, weights, begins)
    value, expected = choices.log_likelihood(*given), running_sums(*given)
    (got,), (wanted,) = (torch.autograd.grad(each.sum(), scores) for each in (value, expected))

    torch.testing.assert_close(value, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-12)
