"""The views that a call may be given instead of dense arrays, as source for snippets."""

from __future__ import annotations

from rankproof.conformance.subjects.plan import Plan

_SOURCES = {
    ("torch", "strided"): """
def strided(tensor):
    garbage = float("nan") if tensor.is_floating_point() else tensor.dtype == torch.bool or -(2**31)
    buffer = tensor.new_full((*tensor.shape[:-1], 2 * tensor.shape[-1]), garbage)
    buffer[..., ::2] = tensor
    return buffer[..., ::2]
""",
    ("numpy", "strided"): """
def strided(array):
    garbage = float("nan") if array.dtype.kind == "f" else array.dtype == bool or -(2**31)
    buffer = np.full((*array.shape[:-1], 2 * array.shape[-1]), garbage, dtype=array.dtype)
    buffer[..., ::2] = array
    return buffer[..., ::2]
""",
    ("torch", "expanded"): """
def expanded(tensor):
    for axis in range(tensor.dim()):
        first = tensor.narrow(axis, 0, 1).expand(tensor.shape)
        tensor = first if (tensor == first).all() else tensor
    return tensor
""",
    ("numpy", "expanded"): """
def expanded(array):
    for axis in range(array.ndim):
        first = np.broadcast_to(array[(slice(None),) * axis + (slice(1),)], array.shape)
        array = first if np.array_equal(array, first) else array
    return array
""",
}


def view_of(plan: Plan) -> str:
    """The name of the function that makes the views of a call; empty where arrays are dense."""
    return "expanded" if plan.expanded else "strided" if plan.strided else ""


def view_lines(framework: str, plan: Plan) -> list[str]:
    """Lines that define that function."""
    name = view_of(plan)
    return [*_SOURCES[framework, name].splitlines(), "", ""] if name else []


def viewed(text: str, plan: Plan, axes: int) -> str:
    """The source of an array, made a view where the call wants one and the array has axes."""
    return f"{view_of(plan)}({text})" if view_of(plan) and axes else text
