"""What the benchmarks ran on, and a table of time and peak memory by group."""

from __future__ import annotations

import importlib.util
import platform
from itertools import groupby

import numpy
import pytest
import torch


def pytest_benchmark_update_machine_info(config, machine_info):
    """Add the versions and the devices that the numbers depend on."""
    machine_info.update(environment())


def environment():
    """Versions, devices and threads."""
    facts = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__}
    if importlib.util.find_spec("triton"):
        facts["triton"] = importlib.import_module("triton").__version__
    facts |= {"cpu_capability": torch.backends.cpu.get_cpu_capability(), "threads": torch.get_num_threads()}
    if torch.cuda.is_available():
        facts |= {"gpu": torch.cuda.get_device_name(), "cuda": torch.version.cuda}
    return facts


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    """Print each group with its fastest row first."""
    session = getattr(config, "_benchmarksession", None)
    rows = [row for row in getattr(session, "benchmarks", []) if row.extra_info and row.stats.rounds]
    if not rows:
        return
    terminalreporter.section("time and peak memory")
    terminalreporter.write_line(", ".join(f"{name} {value}" for name, value in environment().items()))
    terminalreporter.write_line(
        "median and first call; peak above what is in use before a call; on a busy machine trust ratios of 2 and more"
    )
    rows.sort(key=lambda row: (row.group, row.stats.median))
    for group, members in groupby(rows, key=lambda row: row.group):
        terminalreporter.write_line("")
        terminalreporter.write_line(f"{group:<72}{'median ms':>12}{'ratio':>9}{'peak MiB':>11}{'first ms':>11}")
        fastest = None
        for row in members:
            fastest = fastest or row.stats.median
            peak = row.extra_info["peak_mib"]
            terminalreporter.write_line(
                f"  {row.name:<70}{1e3 * row.stats.median:>12.3f}{row.stats.median / fastest:>9.1f}"
                f"{'-' if peak is None else format(peak, '.1f'):>11}{row.extra_info['first_ms']:>11.2f}"
            )
