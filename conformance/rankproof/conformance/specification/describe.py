"""A loss as text for ``rankproof show``: formula, gradient, conventions and who uses which."""

from __future__ import annotations

from collections.abc import Iterator

from rankproof.conformance.specification.model import LossSpec, ParameterSpec
from rankproof.conformance.specification.printer import to_text


def _parameter(spec: LossSpec, each: ParameterSpec) -> Iterator[str]:
    yield f"  {each.name} = {'null' if each.default is None else each.default}: {each.title}"
    if each.choices:
        yield f"    one of {', '.join(each.choices)}"
    for convention in spec.conventions.get(each.name, ()):
        yield f"    {convention.value}: {', '.join(convention.used_by)}"


def _inputs(spec: LossSpec) -> Iterator[str]:
    for each in spec.inputs.values():
        optional = ", optional" if each.optional else ""
        yield f"  {each.name}[{', '.join(each.axes)}] ({each.role}{optional}): {each.title}"


def _formula(spec: LossSpec) -> Iterator[str]:
    for definition in spec.definitions.values():
        arguments = f"({', '.join(definition.arguments)})" if definition.arguments else ""
        yield f"  {definition.name}{arguments} = {to_text(definition.body.node)}"
    loop = spec.formula.loop
    each = f", for {loop.variable} in {loop.axis}" if loop else ""
    yield f"  {spec.loss} = {to_text(spec.formula.value.node)}{each}"


def _gradient(spec: LossSpec) -> Iterator[str]:
    for rule in spec.gradient.values():
        yield f"  d/d {rule.input}[{rule.variable}] = {to_text(rule.value.node)}"
    for kink in spec.kinks:
        yield f"  where {to_text(kink.where.node)}: a set; {kink.convention}. {kink.why}"


def _sections(spec: LossSpec) -> Iterator[tuple[str, list[str]]]:
    yield "Inputs", list(_inputs(spec))
    yield "Formula", list(_formula(spec))
    yield "Gradient", list(_gradient(spec))
    yield "Parameters", [line for each in spec.parameters.values() for line in _parameter(spec, each)]
    mean = (
        f"; mean divides by the sum of {to_text(spec.reduction.denominator.node)}" if spec.reduction.denominator else ""
    )
    yield "Reduction", [f"  over each {spec.reduction.unit}, by default {spec.reduction.default}{mean}"]
    yield "How libraries differ besides", [f"  {each.topic}: {each.note}" for each in spec.differences]
    yield "Sources", [f"  {source.title}\n    {source.url}" for source in spec.sources]


def describe(spec: LossSpec) -> str:
    """The whole loss, a section at a time."""
    blocks = [f"{spec.title} ({spec.loss})\n{spec.summary}"]
    blocks += ["\n".join([title, *lines]) for title, lines in _sections(spec) if lines]
    return "\n\n".join(blocks) + "\n"
