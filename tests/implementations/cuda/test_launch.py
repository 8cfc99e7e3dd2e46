"""What launching a kernel needs, and what it says when that is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from rankproof.implementations.cuda.launch import as_flags, as_lists, block_size


@pytest.mark.parametrize(("length", "block"), [(0, 1), (1, 1), (2, 2), (3, 4), (64, 64), (65, 64), (1000, 64)])
def test_a_block_covers_the_length_up_to_the_limit(length, block):
    assert block_size(length, 64) == block


@pytest.mark.parametrize(("shape", "lists"), [((4,), (1, 4)), ((2, 3, 4), (6, 4)), ((2, 0), (2, 0)), ((0, 3), (0, 3))])
def test_batch_axes_are_flattened(shape, lists):
    assert as_lists(torch.zeros(shape)).shape == lists


def test_flags_are_bytes_of_contiguous_lists():
    flags = as_flags(torch.tensor([[True, False], [True, True]]).t())

    assert flags.dtype == torch.uint8
    assert flags.tolist() == [[1, 1], [0, 1]]
    assert as_flags(None) is None


def test_a_tensor_on_the_cpu_needs_the_interpreter():
    source = (
        "import torch\n"
        "from rankproof.implementations.cuda.pairwise_hinge import pairwise_hinge\n"
        "pairwise_hinge(torch.zeros(2), torch.tensor([0, 1]))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, text=True)

    assert done.returncode != 0
    assert "RuntimeError: got tensors on device cpu, expected a CUDA device" in done.stderr
    assert "TRITON_INTERPRET=1 before Python starts" in done.stderr
