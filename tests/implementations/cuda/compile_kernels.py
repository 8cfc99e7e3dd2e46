"""Compile every kernel for a GPU that need not be there, and print what came out as JSON: not to be run interpreted.

Usage: compile_kernels.py CAPABILITY DTYPE [each], with ``each`` for one launch of each kernel instead of all.
"""

from __future__ import annotations

import json
import sys

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from rankproof.implementations.cuda.kernels import Launch, launches


def compile_for(launch: Launch, scores: str, capability: int) -> dict[str, object]:
    """What became of one launch: the size of its binary, or the error."""
    source = ASTSource(fn=launch.kernel, signature=launch.signature(scores), constexprs=launch.values(scores))
    target = GPUTarget("cuda", capability, 32)
    try:
        compiled = triton.compile(source, target=target, options={"enable_fp_fusion": False})
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "binary": len(compiled.asm["cubin"]),
        "has_float64_tensors": "xf64>" in str(compiled.asm["ttir"]),
        "approximate_division": "div.full" in str(compiled.asm["ptx"]),
        "shared_memory": compiled.metadata.shared,
    }


def main(capability: int, scores: str, selection: str) -> None:
    """Compile for one GPU and one dtype of scores."""
    chosen = launches() if selection == "all" else {launch.name: launch for launch in launches()}.values()
    results = [{"kernel": launch.name} | compile_for(launch, scores, capability) for launch in chosen]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
