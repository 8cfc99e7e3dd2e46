"""Every kernel compiles for GPUs that are not there, and is bound as it will be launched."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rankproof.implementations import cuda
from rankproof.implementations.cuda.kernels import launches

HERE = Path(__file__).parent
# In one process of several: what is compiled serves all tests.
if importlib.util.find_spec("xdist"):
    pytestmark = pytest.mark.xdist_group("kernels")
KERNELS = sorted({launch.name for launch in launches()})
# Every launch in float32; one of each kernel for the other architecture and in the other dtypes.
TARGETS = [(90, "fp32", "all"), (80, "fp32", "each"), (90, "fp64", "each"), (90, "bf16", "each")]
# These draw, or weigh ranks, in float64.
IN_FLOAT64 = {"draw_violators", "walk_order", "search_short_lists"}


def run(script, cache, *arguments):
    """What a script printed in a process of its own, whose kernels are compiled and not interpreted."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment |= {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry), "TRITON_CACHE_DIR": str(cache)}
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=TARGETS, ids=lambda target: f"sm_{target[0]}-{target[1]}")
def compiled(request, tmp_path_factory):
    return request.param[1], run("compile_kernels.py", tmp_path_factory.mktemp("triton"), *request.param)


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_compiles(compiled, kernel):
    _, results = compiled
    mine = [result for result in results if result["kernel"] == kernel]

    assert mine
    for result in mine:
        assert result.get("binary", 0) > 0, result["error"]
        assert result["shared_memory"] <= 48 * 1024


def test_float32_is_neither_computed_in_float64_nor_divided_approximately(compiled):
    scores, results = compiled
    if scores != "fp64":
        assert {result["kernel"] for result in results if result["has_float64_tensors"]} == IN_FLOAT64
    assert not [result["kernel"] for result in results if result["approximate_division"]]


def test_every_launch_binds_with_parameters_in_float64_and_without_fusion(tmp_path):
    bound = run("bind_kernels.py", tmp_path)
    parameters = ("margin", "sharpness", "cutoff", "cutoff_sharpness")

    assert {launch["kernel"] for launch in bound} == set(KERNELS)
    for launch in bound:
        assert launch["fused"] is False
        assert {launch["types"][name] for name in parameters if name in launch["types"]} <= {"fp64"}


def test_every_kernel_is_listed():
    defined, called = set(), set()
    for path in Path(cuda.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(ast.unparse(d) == "triton.jit" for d in node.decorator_list):
                defined.add(node.name)
                called |= {
                    call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and hasattr(call.func, "id")
                }

    assert set(KERNELS) == defined - called


def test_a_launch_names_every_argument_of_its_kernel():
    for launch in launches():
        named = {**launch.signature("fp32"), **launch.values("fp32")}

        assert set(named) == set(launch.kernel.arg_names), launch.name
