"""A loss as text for ``rankproof show``: formula, gradient, conventions and who uses which."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rankproof.conformance.specification.mathematics import to_cases, to_mathematics
from rankproof.conformance.specification.model import LossSpec, ParameterSpec

WIDTH = 100  # columns where nobody says how many there are
STEP = "  "
_FIXED = "\N{NO-BREAK SPACE}"
_SUBSCRIPT = re.compile(r"_\{[^{}]*\}")  # what stands under a sum is not torn apart
CONVENTIONS = {"zero": "the gradient above is returned", "any": "any of its members may be returned"}


class _Paragraph(NamedTuple):
    text: str
    depth: int


def describe(spec: LossSpec, width: int = WIDTH) -> str:
    """The whole loss, a section at a time, in lines of at most so many columns where words allow."""
    blocks = [[f"{spec.title} ({spec.loss})", *_wrapped(_said(spec.summary, 0), width)]]
    blocks += [[title, *_wrapped(told, width)] for title, told in _sections(spec) if told]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _sections(spec: LossSpec) -> Iterator[tuple[str, list[_Paragraph]]]:
    yield "Inputs", list(_inputs(spec))
    yield "Formula", list(_formula(spec))
    yield "Gradient", list(_gradient(spec))
    yield "Parameters", [line for each in spec.parameters.values() for line in _parameter(spec, each)]
    yield "Reduction", _said(_reduction(spec))
    yield (
        "How libraries differ besides",
        [line for each in spec.differences for line in _said(f"{each.topic}: {each.note}")],
    )
    yield (
        "Sources",
        [line for source in spec.sources for line in (*_said(source.title), *_said(source.url, 2))],
    )


def _inputs(spec: LossSpec) -> Iterator[_Paragraph]:
    for each in spec.inputs.values():
        optional = ", optional" if each.optional else ""
        yield from _said(f"{each.name}[{', '.join(each.axes)}] ({each.role}{optional}): {each.title}")


def _formula(spec: LossSpec) -> Iterator[_Paragraph]:
    for definition in spec.definitions.values():
        arguments = f"({', '.join(definition.arguments)})" if definition.arguments else ""
        yield from _defined(f"{definition.name}{arguments}", definition.body.node)
    loop = spec.formula.loop
    each = f"[{loop.variable}]" if loop else ""
    yield from _defined(f"{spec.loss}{each}", spec.formula.value.node)


def _gradient(spec: LossSpec) -> Iterator[_Paragraph]:
    loop = spec.formula.loop
    unit = f"{spec.loss}[{loop.variable}]" if loop else spec.loss
    for rule in spec.gradient.values():
        yield from _defined(f"∂{unit}/∂{rule.input}[{rule.variable}]", rule.value.node)
    for kink in spec.kinks:
        where = to_mathematics(kink.where.node)
        yield from _said(f"Where {where}, the gradient is a set; {CONVENTIONS[kink.convention]}. {kink.why}")


def _parameter(spec: LossSpec, each: ParameterSpec) -> Iterator[_Paragraph]:
    yield from _said(f"{each.name} = {_value(each.default)}: {each.title}")
    if each.choices:
        yield from _said(f"one of {', '.join(each.choices)}", 2)
    for convention in spec.conventions.get(each.name, ()):
        yield from _said(f"{_value(convention.value)}: {', '.join(convention.used_by)}", 2)


def _reduction(spec: LossSpec) -> str:
    reduction = spec.reduction
    text = f"over each {reduction.unit}, by default {reduction.default}"
    if reduction.denominator is None:
        return text
    return f"{text}; mean divides by the sum of {to_mathematics(reduction.denominator.node)}"


def _value(value: Any) -> str:
    """As the spec file writes it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _defined(name: str, node: ast.expr) -> list[_Paragraph]:
    """``name = formula``, a definition by cases with a line for each case."""
    cases = [_SUBSCRIPT.sub(lambda found: found[0].replace(" ", _FIXED), case) for case in to_cases(node)]
    if len(cases) == 1:
        return _said(f"{name} = {cases[0]}")
    return [*_said(f"{name} ="), *(line for case in cases for line in _said(case, 2))]


def _said(text: str, depth: int = 1) -> list[_Paragraph]:
    return [_Paragraph(text, depth)]


def _wrapped(paragraphs: Sequence[_Paragraph], width: int) -> list[str]:
    """Lines at the depth of each paragraph, what continues them two steps deeper."""
    lines: list[str] = []
    for text, depth in paragraphs:
        indent = STEP * depth
        more = indent + (STEP * 2 if depth else "")
        lines += textwrap.wrap(
            text, width, initial_indent=indent, subsequent_indent=more, break_long_words=False, break_on_hyphens=False
        )
    return [line.replace(_FIXED, " ") for line in lines]
