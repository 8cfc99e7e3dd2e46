"""The lines of a snippet that call a torch loss through a transformation, or differentiate it twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rankproof.conformance.subjects.plan import Plan
from rankproof.conformance.subjects.subject import Transform


@dataclass(frozen=True)
class Pieces:
    """What the lines are put together from, each of them source.

    ``made`` names the function, or makes the instance that is called. ``call`` is its call under the name
    ``subject_under_test``, and ``each`` the call that vmap maps. ``upstream`` and ``leaves`` are lines that
    define both; ``gradient`` are those that take ``gradients``, a list, into the ``gradient`` of the report.
    """

    made: str
    call: str
    each: str
    upstream: str
    leaves: str
    gradient: Sequence[str]


def transformed_lines(
    transform: Transform, plan: Plan, place: str, pieces: Pieces, notes: Mapping[str, Any]
) -> list[str]:
    """Lines that leave ``value`` and ``gradient`` behind as the clause sees them."""
    names = ", ".join(argument.name for argument in plan.arguments)
    head = [f"subject_under_test = {pieces.made}", "", f"def loss({names}):", f"    return {pieces.call}", ""]
    autograd = [
        pieces.upstream,
        pieces.leaves,
        "gradients = torch.autograd.grad(output, list(leaves.values()), upstream, allow_unused=True)",
        *pieces.gradient,
    ]
    match transform:
        case Transform.VMAP:
            each = f"lambda {names}: {pieces.each}"
            body = [f'output = torch.func.vmap({each}, randomness="different")({names})', *_value(plan), *autograd]
        case Transform.GRAD:
            body = [f"output = loss({names})", *_value(plan), *_by_function(plan, names, pieces)]
        case Transform.COMPILE | Transform.COMPILED:
            compiled = 'torch.compile(loss, fullgraph=True, dynamic=True, backend="aot_eager")'
            body = [f"output = {compiled}({names})", *_value(plan), *autograd]
        case Transform.AUTOCAST:
            context = f'torch.autocast("{place.partition(":")[0]}", dtype=torch.bfloat16)'
            body = [f"with {context}:", f"    output = loss({names})", *_value(plan), *autograd]
        case Transform.DEVICE:
            inside = [f"output = loss({names})", *autograd]
            body = ['with torch.device("meta"):', *(f"    {line}" for line in inside), *_value(plan)]
        case Transform.TWICE | Transform.BY_UPSTREAM:
            body = [f"output = loss({names})", *_value(plan), *_twice(transform, plan, pieces, notes)]
    return [*head, *body]


def _value(plan: Plan) -> list[str]:
    return ["value = output[0].tolist()" if plan.lifted and plan.unreduced else "value = output.tolist()"]


def _by_function(plan: Plan, names: str, pieces: Pieces) -> list[str]:
    scores = ", ".join(plan.differentiated)
    plain = ", ".join(f"{name}.detach()" for name in plan.differentiated)
    return [
        "",
        f"def total({scores}):",
        f"    output = loss({names})",
        f"    {pieces.upstream}",
        "    return (output * upstream).sum()",
        "",
        pieces.leaves,
        f"gradients = torch.func.grad(total, argnums={tuple(range(len(plan.differentiated)))})({plain})",
        *pieces.gradient,
    ]


def _twice(transform: Transform, plan: Plan, pieces: Pieces, notes: Mapping[str, Any]) -> list[str]:
    by_upstream = transform is Transform.BY_UPSTREAM
    lines = [
        pieces.upstream,
        *(["upstream.requires_grad_()"] if by_upstream else []),
        pieces.leaves,
        f"direction = {dict(notes['direction'])!r}",
        "first = torch.autograd.grad(output, list(leaves.values()), upstream, create_graph=True, allow_unused=True)",
        "along = output.new_zeros(())",
        "for name, g in zip(leaves, first):",
        "    if g is not None and name in direction:",
        "        along = along + (g * g.new_tensor(direction[name]).reshape(g.shape)).sum()",
    ]
    asked = "[upstream]" if by_upstream else "leaves.values()"
    lines += ["if along.requires_grad:", "    along.backward()", f"gradients = [x.grad for x in {asked}]"]
    if not by_upstream:
        return [*lines, *pieces.gradient]
    shown = "slope[0].tolist()" if plan.lifted and plan.unreduced else "slope.tolist()"
    return [
        *lines,
        "slope = torch.zeros_like(upstream) if gradients[0] is None else gradients[0]",
        f"value = {shown}",
    ]
