"""The variant follows the device, can be overridden, and says what it lacks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from rankproof.implementations import pairwise_hinge, variants
from rankproof.implementations.variants import choose_variant, default_variant

SCORES, RELEVANCE = torch.tensor([0.5, 1.0, -0.25]), torch.tensor([0, 2, 1])


@pytest.mark.parametrize(
    ("device", "triton", "variant"),
    [
        ("cpu", True, "custom_autograd"),
        ("cpu", False, "custom_autograd"),
        ("cuda", True, "cuda"),
        ("cuda", False, "custom_autograd"),
        ("mps", True, "vectorized"),
    ],
)
def test_the_device_decides_by_default(monkeypatch, device, triton, variant):
    monkeypatch.setattr(variants, "TRITON_INSTALLED", triton)

    assert default_variant(device) == variant


@pytest.mark.parametrize("variant", ["loop", "vectorized", "custom_autograd"])
def test_a_variant_that_is_asked_for_computes(variant):
    chosen = choose_variant("pairwise_hinge", SCORES, variant)

    assert chosen.__module__ == f"rankproof.implementations.{variant}.pairwise_hinge"
    assert pairwise_hinge(SCORES, RELEVANCE, variant=variant) == 2.25


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match=r"^variant: got 'fast', expected one of 'loop', 'vectorized'"):
        pairwise_hinge(SCORES, RELEVANCE, variant="fast")


def test_cuda_without_triton_says_what_to_install(monkeypatch):
    monkeypatch.setattr(variants, "TRITON_INSTALLED", False)

    with pytest.raises(ImportError, match=r"^variant: got 'cuda', which needs Triton.*pip install triton"):
        pairwise_hinge(SCORES, RELEVANCE, variant="cuda")


def test_cuda_for_a_tensor_on_the_cpu_needs_the_interpreter(monkeypatch):
    monkeypatch.setattr(variants, "TRITON_INSTALLED", True)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)

    with pytest.raises(ValueError, match=r"^variant: got 'cuda' for a tensor on 'cpu'.*TRITON_INTERPRET=1"):
        pairwise_hinge(SCORES, RELEVANCE, variant="cuda")


def test_what_is_no_tensor_is_refused_by_the_argument_s_name():
    with pytest.raises(TypeError, match=r"^scores: got list"):
        pairwise_hinge([0.5], RELEVANCE)


def run_afresh(source):
    """Run statements in an interpreter of its own, in which nothing is loaded yet."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    source = (
        "import sys, torch\nbefore = 'triton' in sys.modules\nimport rankproof.implementations as losses\n" + source
    )
    done = subprocess.run([sys.executable, "-c", source], env=os.environ | {"PYTHONPATH": path}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_triton_is_not_imported_before_the_cuda_variant_is_used():
    run_afresh(
        "losses.pairwise_hinge(torch.zeros(2), torch.tensor([0, 1]))\nassert before or 'triton' not in sys.modules"
    )


def test_the_first_call_may_be_a_compiled_one():
    run_afresh(
        "compute = torch.compile(losses.pairwise_hinge, fullgraph=True, backend='eager')\n"
        "assert compute(torch.zeros(2), torch.tensor([0, 1]), variant='vectorized') == 1"
    )
