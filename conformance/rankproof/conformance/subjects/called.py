"""The call of a subject as a reader writes it: which of its arguments takes what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.binding import Binding, labels_of


def called_as(path: str, spec: LossSpec, binding: Binding) -> str:
    """``hinge(input=scores, target=relevance, margin=margin)``: an argument of the input's own name is not named twice.

    A class is called twice: ``MarginRankingLoss(margin=margin)(input1, input2, target)``.
    """
    name = path.rpartition(":")[2]
    made = ""
    if binding.constructed is not None:
        made = f"({', '.join(_options(spec, binding.constructed, binding.constructor_settings))})"
    slots = [
        slot.name if slot.positional and slot.argument == slot.name else f"{slot.argument}={slot.name}"
        for slot in binding.slots
    ]
    generator = ["generator=generator"] if binding.generator else []
    options = _options(spec, binding.called, binding.call_settings)
    padding = ""
    if binding.padding_label is not None:
        padding = f", {' and '.join(labels_of(spec))} {binding.padding_label:g} at padding"
    return f"{name}{made}({', '.join([*slots, *options, *generator])}){padding}"


def _options(spec: LossSpec, names: frozenset[str], settings: Mapping[str, Any]) -> Iterator[str]:
    """What is passed by keyword: what the case has for it, or what was set."""
    for name in (*spec.parameters, "reduction"):
        if name in names and name not in settings:
            yield f"{name}={name}"
    yield from (f"{name}={value!r}" for name, value in settings.items())
