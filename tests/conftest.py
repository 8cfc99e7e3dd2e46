"""Where there is no GPU, Triton interprets its kernels: it has to be told before any test imports one."""

from __future__ import annotations

import glob
import os

import pytest

if not glob.glob("/dev/nvidia[0-9]*"):
    os.environ.setdefault("TRITON_INTERPRET", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--agreement-cases", type=int, default=100, help="cases a loss on which the three answers agree")


@pytest.fixture
def agreement_cases(request: pytest.FixtureRequest) -> int:
    """On how many cases of a loss the formula, the stated gradient and the reference are held against each other."""
    return int(request.config.getoption("--agreement-cases"))
