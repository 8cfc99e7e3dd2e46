"""A call as Python source that needs only the subject and its framework, with every number exact.

A snippet leaves behind ``value`` (a float or nested lists), ``gradient`` (a dict of nested lists) and
the arrays that were passed, under the names of the spec's inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rankproof.conformance.cases.case import Array
from rankproof.conformance.subjects.literals import literal
from rankproof.conformance.subjects.locate import is_file, split_target
from rankproof.conformance.subjects.plan import Argument, Kind, Plan
from rankproof.conformance.subjects.subject import Transform
from rankproof.conformance.subjects.transform_snippets import Pieces, transformed_lines
from rankproof.conformance.subjects.view_snippets import view_lines, viewed


@dataclass(frozen=True)
class Companion:
    """A second function, which returns the gradient."""

    path: str
    plan: Plan
    upstream: bool  # whether it takes the upstream gradient


def torch_snippet(
    path: str,
    device: str,
    plan: Plan,
    *,
    gradient: bool,
    transform: Transform | None = None,
    batches_of_one: bool = False,
    notes: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The call of a torch subject as source; run it with nothing but torch and the subject installed."""
    place = "cpu" if device == "interpreter" else device
    interpreted = ["import os", "", 'os.environ["TRITON_INTERPRET"] = "1"', ""] if device == "interpreter" else []
    imports, target = _imports(path)
    at = "" if place == "cpu" else f', device="{place}"'
    lines = [*_infinities(plan), *interpreted, "import torch", *imports, ""]
    lines += view_lines("torch", plan)
    for argument in plan.arguments:
        lines += _tensor_lines(argument, plan, at)
    generator = f'torch.Generator("{place}").manual_seed({plan.seed})'
    lines.append(f"torch.manual_seed({plan.seed})")
    if transform is not None:
        lines += transformed_lines(transform, plan, place, _pieces(target, plan, generator, batches_of_one), notes)
        return "\n".join(lines) + "\n"
    lines.append(f"output = {_call(target, plan, generator)}")
    inner = "output[0]" if plan.lifted and plan.unreduced else "output"
    lines += [f"value = {inner}.tolist() if isinstance(output, torch.Tensor) else output"]
    if gradient and plan.differentiated:
        lines += _autograd_lines(plan, at)
    return "\n".join(lines) + "\n"


def numpy_snippet(path: str, plan: Plan, companion: Companion | None, *, gradient: bool) -> str:
    """The call of a numpy subject as source; run it with nothing but numpy and the subject installed."""
    imports, target = _imports(path)
    lines = [*_infinities(plan), "import numpy as np", *imports, ""]
    lines += view_lines("numpy", plan)
    for argument in plan.arguments:
        array = f"np.array({_literal(argument.array)}, dtype=np.{_numpy_type(argument, plan)})"
        array += _reshaped(argument.array)
        lines.append(f"{argument.name} = {viewed(array, plan, argument.array.ndim)}")
    generator = f"np.random.default_rng({plan.seed})"
    lines += [f"np.random.seed({plan.seed})", f"output = {_call(target, plan, generator)}"]
    if gradient and plan.differentiated:
        lines += _numpy_gradient_lines(path, plan, companion, generator)
    lines.append("value = np.asarray(output[0] if isinstance(output, tuple) else output)")
    lines.append(
        "value = (value[0] if value.shape[:1] == (1,) else value).tolist()"
        if plan.lifted and plan.unreduced
        else "value = value.tolist()"
    )
    return "\n".join(lines) + "\n"


def _imports(path: str) -> tuple[list[str], str]:
    """Lines that import the subject, and the expression that names it then."""
    try:
        place, attribute = split_target(path)
    except Exception:
        place, attribute = "", path
    if not place or place in ("None", "__main__") or "<" in attribute or attribute == "None":
        return ["# the subject was given as an object: bring it into scope here under the name subject"], "subject"
    first = attribute.split(".")[0]
    if not is_file(place):
        return [f"from {place} import {first}"], attribute
    file = Path(place).expanduser().resolve()
    return [
        "import importlib.util",
        "import sys",
        "",
        f"sys.path.insert(0, {str(file.parent)!r})",
        f'specification = importlib.util.spec_from_file_location("subject_module", {str(file)!r})',
        "subject_module = importlib.util.module_from_spec(specification)",
        'sys.modules["subject_module"] = subject_module',
        "specification.loader.exec_module(subject_module)",
    ], f"subject_module.{attribute}"


def _infinities(plan: Plan) -> list[str]:
    text = " ".join([*(_literal(argument.array) for argument in plan.arguments), repr(plan.options)])
    return ["from math import inf, nan", ""] if "nan" in text or "inf" in text else []


def _literal(array: Array) -> str:
    return literal(array.tolist())


def _reshaped(array: Array) -> str:
    return f".reshape({array.shape})" if array.size == 0 else ""


def _tensor_lines(argument: Argument, plan: Plan, at: str) -> list[str]:
    kinds = {Kind.FLOAT: plan.dtype, Kind.INTEGER: "int64", Kind.BOOLEAN: "bool"}
    values = argument.array.astype(bool) if argument.kind is Kind.BOOLEAN else argument.array
    values = values.astype("int64") if argument.kind is Kind.INTEGER else values
    tensor = f"torch.tensor({_literal(values)}, dtype=torch.{kinds[argument.kind]}{at}){_reshaped(values)}"
    if not argument.differentiated:
        return [f"{argument.name} = {viewed(tensor, plan, values.ndim)}"]
    leaf = f"leaf_{argument.name}"
    if plan.expanded:  # of a leaf that is expanded itself, since the gradient is asked for every element
        tensor, passed = viewed(tensor, plan, values.ndim), f"{leaf}.view_as({leaf})"
    else:
        passed = viewed(leaf, plan, values.ndim) if plan.strided and values.ndim else f"{leaf}.clone()"
    return [f"{leaf} = {tensor}.requires_grad_()", f"{argument.name} = {passed}  # no leaf, as from a model"]


def _numpy_type(argument: Argument, plan: Plan) -> str:
    single = "float32" if plan.dtype == "float32" else "float64"
    return {Kind.FLOAT: single, Kind.INTEGER: "int64", Kind.BOOLEAN: "bool_"}[argument.kind]


def _call(target: str, plan: Plan, generator: str, extra: Sequence[str] = ()) -> str:
    """``loss(scores, relevance, margin=1.0)``, or with the constructor before it."""
    made = target if plan.constructor is None else f"{target}({_keywords(plan.constructor, repr)})"
    arguments = [argument.name for argument in plan.positional]
    arguments += [f"{name}={argument.name}" for name, argument in plan.keyword.items()]
    arguments += [_keywords({name: value}, repr) for name, value in plan.options.items()]
    arguments += [f"generator={generator}"] if plan.generator else []
    return f"{made}({', '.join([*arguments, *extra])})"


def _keywords(values: Mapping[str, Any], show: Callable[[Any], str]) -> str:
    return ", ".join(f"{name}={show(value)}" for name, value in values.items())


def _upstream(plan: Plan) -> str:
    assert plan.upstream is not None
    return f"{_literal(plan.upstream)}"


def _pieces(target: str, plan: Plan, generator: str, batches_of_one: bool) -> Pieces:
    """A call whose function has a name of its own; tensors are made where the output is, whatever the default."""
    name = "subject_under_test"
    upstream, leaves, _, *gradient = _autograd_lines(plan, ", device=output.device")
    made = target if plan.constructor is None else f"{target}({_keywords(plan.constructor, repr)})"
    given = ", ".join(f"{argument.name}[None]" if batches_of_one else argument.name for argument in plan.arguments)
    each = f"loss({given})" + ("[0]" if batches_of_one and plan.unreduced else "")
    return Pieces(made, _call(name, replace(plan, constructor=None), generator), each, upstream, leaves, gradient)


def _autograd_lines(plan: Plan, at: str) -> list[str]:
    leaves = ", ".join(f'"{name}": leaf_{name}' for name in plan.differentiated)
    upstream = "torch.ones_like(output)"
    if plan.upstream is not None:
        upstream = f"torch.tensor({_upstream(plan)}, dtype=output.dtype{at}){_reshaped(plan.upstream)}"
    part = "[0]" if plan.lifted else ""
    return [
        f"upstream = {upstream}",
        f"leaves = {{{leaves}}}",
        "gradients = torch.autograd.grad(output, list(leaves.values()), upstream, allow_unused=True)",
        "gradients = [torch.zeros_like(x) if g is None else g for g, x in zip(gradients, leaves.values())]",
        f"gradient = {{name: g.tolist(){part} for name, g in zip(leaves, gradients)}}",
    ]


def _numpy_gradient_lines(path: str, plan: Plan, companion: Companion | None, generator: str) -> list[str]:
    part = "[0]" if plan.lifted else ""
    upstream = "None" if plan.upstream is None else f"np.array({_upstream(plan)}){_reshaped(plan.upstream)}"
    lines = [f"upstream = {upstream}"]
    broadcast = "upstream.reshape(upstream.shape + (1,) * (np.ndim(g) - upstream.ndim))"
    scaled = "np.asarray(g)" if plan.upstream is None else f"g * {broadcast}"
    if companion is None:
        lines.append("gradients = output[1]")
    else:
        imports, target = _imports(companion.path)
        extra = ["upstream=upstream"] if companion.upstream else []
        lines += imports if not is_file(path) else []
        lines.append(f"gradients = {_call(target, companion.plan, generator, extra)}")
        scaled = "np.asarray(g)" if companion.upstream else scaled
    names = ", ".join(f'"{name}"' for name in plan.differentiated)
    lines.append(f"gradients = {{name: gradients[name] for name in ({names},)}}")
    return [*lines, f"gradient = {{name: ({scaled}).tolist(){part} for name, g in gradients.items()}}"]
