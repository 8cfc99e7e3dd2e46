"""Peak memory on a CUDA device: what the call adds to what was there, counted after it has ended."""

from __future__ import annotations

import pytest

from rankproof.conformance.subjects.torch_memory import cuda_peak_bytes

torch = pytest.importorskip("torch")


def test_what_was_allocated_before_is_not_counted(monkeypatch):
    told = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: told.append("synchronize"))
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda device: told.append("reset"))
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 100)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: 350)

    assert cuda_peak_bytes(lambda: told.append("call"), "cuda") == 250
    assert told == ["synchronize", "reset", "call", "synchronize"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_tensor_that_is_gone_again_is_counted():
    kept = torch.ones(2**20, device="cuda")
    peak = cuda_peak_bytes(lambda: torch.ones(2**22, dtype=torch.uint8, device="cuda").sum().item(), "cuda")

    assert 2**22 <= peak < 2**23
    assert kept.numel() == 2**20
