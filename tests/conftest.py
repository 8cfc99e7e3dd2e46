"""What holds for all tests: Triton interprets its kernels where there is no GPU, and no terminal sets the width.

Triton has to be told before any test imports a kernel.
"""

from __future__ import annotations

import contextlib
import glob
import os

import pytest

with contextlib.suppress(ImportError):
    import readline  # noqa: F401  # at its first import it tells the children of this process how wide a terminal is
os.environ.pop("COLUMNS", None)
os.unsetenv("COLUMNS")  # readline does it behind the back of os.environ

if not glob.glob("/dev/nvidia[0-9]*"):
    os.environ.setdefault("TRITON_INTERPRET", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--agreement-cases", type=int, default=100, help="cases a loss on which the three answers agree")


@pytest.fixture
def agreement_cases(request: pytest.FixtureRequest) -> int:
    """On how many cases of a loss the formula, the stated gradient and the reference are held against each other."""
    return int(request.config.getoption("--agreement-cases"))
