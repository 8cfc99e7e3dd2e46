"""Source that measures the peak memory of a subject at two lengths, and raises where it grows too fast."""

from __future__ import annotations

import re
import textwrap

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification.model import InputSpec, Role

_SETUP = """\
import ctypes
import gc
from pathlib import Path

import numpy as np

def inputs(n):
    draw = np.random.default_rng(0)
    return {{{inputs}}}

def call(n):
    given = inputs(n)
{call}
"""
_PROCESS = """\
def status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name + ":")).split()[1]) * 1024

def peak(n):
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    call(n)
    return status("VmHWM") - before
"""
_CUDA = """\
def peak(n):
    import torch

    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    call(n)
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - before
"""
_VERDICT = """\
call({least})
least, small, large = (peak(n) for n in {lengths})
limit = least + {factor:g} * (max(0, small - least) + {noise})
assert large <= limit, f"{{small / 2**20:.2f}} MiB at n = {small}, {{large / 2**20:.2f}} MiB at n = {large}"
"""
_DRAWN = {
    Role.SCORE: "draw.standard_normal(n)",
    Role.SIGN: "draw.choice([-1, 1], n)",
    Role.RELEVANCE: "draw.integers(0, 5, n)",
    Role.BOOLEAN: "draw.random(n) < 0.2",
    Role.INDEX: "draw.permutation(n)",
    Role.PERMUTATION: "draw.permutation(n)",
}


def cost_snippet(context: Context, case: Case, lengths: tuple[int, int, int], factor: float, noise: int) -> str:
    """``case`` is a short one, whose call is repeated with inputs of the ``lengths`` in the place of its own.

    ``factor``: by which the peak above that at the least length may grow between the other two, after ``noise``
    bytes were added to the smaller one.
    """
    taken = {name: each for name, each in context.spec.inputs.items() if name in context.capabilities.inputs}
    lines = [_grown(line, taken) for line in context.subject.snippet(case).splitlines()]
    drawn = ", ".join(f'"{name}": ({_DRAWN[each.role]}).tolist()' for name, each in taken.items())
    setup = _SETUP.format(inputs=drawn, call=textwrap.indent("\n".join(lines), "    "))
    measuring = _CUDA if context.subject.device.startswith("cuda") else _PROCESS
    least, small, large = lengths
    verdict = _VERDICT.format(least=least, small=small, large=large, lengths=lengths, factor=factor, noise=noise)
    return "\n".join([setup, measuring, verdict])


def _grown(line: str, taken: dict[str, InputSpec]) -> str:
    """The line that makes an input, with the long list in the place of the short one."""
    match = re.match(r"(?:leaf_)?(\w+) = .*\[", line)
    if not match or match[1] not in taken:
        return line
    return re.sub(r"\[[^\[\]]*\]", f'given["{match[1]}"]', line, count=1)
