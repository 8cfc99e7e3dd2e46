"""Which argument of the subject takes which input or parameter of the spec, read from its signature."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import Parameter
from typing import Any

from rankproof.conformance.specification.model import LossSpec, Role
from rankproof.conformance.subjects.argument_names import match, says_mask, says_padding
from rankproof.conformance.subjects.subject import SubjectError

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
PADDING = "padding"  # the setting of the label that marks padding in a subject that takes no mask
VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Slot:
    """One argument of the subject that takes an array."""

    argument: str
    name: str  # of the spec's input, or "mask"
    positional: bool
    required: bool


@dataclass(frozen=True)
class Binding:
    """How a call of the subject is put together.

    ``constructed``: what of the spec's parameters (and "reduction") the constructor takes; None for a
    function or an instance. ``called``: what the call itself takes of them.
    """

    slots: tuple[Slot, ...]
    called: frozenset[str]
    constructed: frozenset[str] | None
    reduction_default: Any
    generator: bool
    upstream: bool
    padding: str = ""  # an argument that says where padding is, the opposite of the spec's mask, and is left out
    padding_label: float | None = None  # of the items that are not real, where that is how it is told of them
    call_settings: Mapping[str, Any] = field(default_factory=dict)
    constructor_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> frozenset[str]:
        """Parameters and "reduction" that the subject takes, wherever it takes them."""
        return self.called | (self.constructed or frozenset())

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the arrays that it takes, "mask" included."""
        return tuple(slot.name for slot in self.slots)


def bind(target: Any, spec: LossSpec, settings: Mapping[str, Any], where: str) -> Binding:
    """Read the signature of a function, a class or a callable object.

    Inputs go to the arguments of the same name; those left over to the required arguments left over: where each
    of these has a name that says which one it takes, by these names, otherwise by position, in the order of the
    YAML. A class is read twice: its constructor takes parameters, its ``forward`` (or ``__call__``) the inputs.

    Raises:
        SubjectError: an input that has no place, a required argument that the spec has nothing for, a setting
            that is no parameter of the spec and no argument of the subject.
    """
    is_class = inspect.isclass(target)
    call = _parameters(_called(target), drop_self=is_class)
    constructor = _parameters(target, drop_self=False) if is_class else []
    _refuse_unknown_settings(settings, [*call, *constructor], spec, where)
    known = frozenset(spec.parameters) | {"reduction"}
    slots = _slots(call, spec, settings, where)
    taken = {slot.argument for slot in slots} | {"generator", "upstream"} | known | set(settings)
    _refuse_unknown_required(call, taken, spec, where)
    _refuse_unknown_required(constructor, known | set(settings), spec, f"the constructor of {where}")
    names = _names(call)
    return Binding(
        slots=slots,
        called=known & names,
        constructed=known & _names(constructor) if is_class else None,
        reduction_default=next((p.default for p in [*constructor, *call] if p.name == "reduction"), None),
        generator="generator" in names,
        upstream="upstream" in names,
        padding=next((p.name for p in _padding(call, spec, settings) if p.default is None), ""),
        padding_label=_padding_label(settings, [*call, *constructor], slots, spec, where),
        call_settings={name: value for name, value in settings.items() if name in names},
        constructor_settings={name: value for name, value in settings.items() if name in _names(constructor)},
    )


def labels_of(spec: LossSpec) -> tuple[str, ...]:
    """The inputs of which a label can mark padding."""
    labels = (Role.RELEVANCE, Role.BOOLEAN)
    return tuple(
        name for name, each in spec.inputs.items() if spec.mask and spec.mask in each.axes and each.role in labels
    )


def _padding_label(
    settings: Mapping[str, Any], parameters: Sequence[Parameter], slots: Sequence[Slot], spec: LossSpec, where: str
) -> float | None:
    """What ``--set padding=-1`` says, unless the subject has an argument of that name."""
    if PADDING not in settings or PADDING in _names(parameters):
        return None
    label = settings[PADDING]
    number = isinstance(label, int | float) and not isinstance(label, bool) and math.isfinite(label)
    if not number or label >= 0:
        raise SubjectError(f"setting {PADDING}={label!r}: expected the label that marks padding, a number below 0")
    if not labels_of(spec):
        raise SubjectError(f"setting {PADDING}: {spec.loss} has no label that could mark padding")
    if any(slot.name == "mask" for slot in slots):
        raise SubjectError(
            f"setting {PADDING}: {where} takes a mask, which says where padding is; leave the setting out"
        )
    return float(label)


def _called(target: Any) -> Callable[..., Any]:
    """What carries the signature of a call: torch modules hide theirs behind ``forward``."""
    forward = getattr(target, "forward", None)
    if callable(forward):
        return forward  # type: ignore[no-any-return]
    if inspect.isclass(target):
        return target.__call__
    return target  # type: ignore[no-any-return]


def _parameters(function: Callable[..., Any], *, drop_self: bool) -> list[Parameter]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):  # some functions written in C have none
        return [Parameter("arguments", Parameter.VAR_POSITIONAL)]
    if drop_self and parameters and parameters[0].kind in POSITIONAL:
        return parameters[1:]
    return parameters


def _names(parameters: Sequence[Parameter]) -> frozenset[str]:
    return frozenset(p.name for p in parameters if p.kind not in VARIADIC)


def _slots(
    parameters: Sequence[Parameter], spec: LossSpec, settings: Mapping[str, Any], where: str
) -> tuple[Slot, ...]:
    assigned = {name: name for name in _names(parameters) if name in spec.inputs}
    left_over = [name for name in spec.inputs if name not in assigned]
    _refuse_padding([p.name for p in _padding(parameters, spec, settings) if _is_required(p)], spec, where)
    reserved = {*assigned, *spec.parameters, *settings, "mask", "reduction", "generator", "upstream"}
    free = [p for p in parameters if p.name not in reserved and _is_required(p)]
    needed = [name for name in left_over if _is_needed(name, spec)]
    mask = _mask(parameters, spec, settings, spare=len(free) - len(needed))
    free = [p for p in free if p is not mask]
    assigned.update(_assigned(free, left_over, needed))
    slots = [
        Slot(p.name, assigned[p.name], p.kind in POSITIONAL, p.default is Parameter.empty)
        for p in parameters
        if p.name in assigned and p.kind not in VARIADIC
    ]
    missing = [name for name in left_over if name not in assigned.values()]
    if any(p.kind is Parameter.VAR_POSITIONAL for p in parameters):
        slots += [Slot(name, name, True, True) for name in missing if not spec.inputs[name].optional]
        missing = []
    _refuse_missing_inputs(missing, parameters, spec, where)
    if mask is not None:
        slots.append(Slot(mask.name, "mask", False, _is_required(mask)))
    return tuple(slots)


def _assigned(free: Sequence[Parameter], left_over: Sequence[str], needed: Sequence[str]) -> dict[str, str]:
    """Which of the inputs left over goes to which argument: by what all of them are called, or else by position."""
    matched = match([p.name for p in free], left_over)
    if set(needed) <= set(matched.values()):
        return matched
    return dict(zip([p.name for p in free if p.kind in POSITIONAL], left_over, strict=False))


def _mask(parameters: Sequence[Parameter], spec: LossSpec, settings: Mapping[str, Any], spare: int) -> Parameter | None:
    """What takes the mask: ``mask``, or the one argument of a name that means it, None by default or to spare."""
    if not spec.mask:
        return None
    named = [p for p in parameters if p.name == "mask" and p.kind not in VARIADIC]
    other = [
        p
        for p in parameters
        if says_mask(p.name) and p.name not in settings and (p.default is None or (_is_required(p) and spare > 0))
    ]
    found = named or other
    return found[0] if len(found) == 1 else None


def _padding(parameters: Sequence[Parameter], spec: LossSpec, settings: Mapping[str, Any]) -> list[Parameter]:
    return [p for p in parameters if spec.mask and says_padding(p.name) and p.name not in settings]


def _is_required(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty and parameter.kind not in VARIADIC


def _is_needed(name: str, spec: LossSpec) -> bool:
    return not spec.inputs[name].optional and spec.inputs[name].omitted is None


def _refuse_padding(padding: Sequence[str], spec: LossSpec, where: str) -> None:
    if padding:
        raise SubjectError(
            f"{where} requires {padding[0]}, which says where padding is; the mask of {spec.loss} is the opposite, "
            f"True at a real item. Wrap it in a function that takes mask and passes {padding[0]}=~mask"
        )


def _refuse_missing_inputs(missing: Sequence[str], parameters: Sequence[Parameter], spec: LossSpec, where: str) -> None:
    needed = [name for name in missing if _is_needed(name, spec)]
    if needed:
        raise SubjectError(
            f"{where} takes ({', '.join(map(str, parameters))}), in which there is no place for "
            f"{', '.join(needed)} of {spec.loss}; expected arguments named {', '.join(spec.inputs)}, "
            "or as many required positional arguments in that order. Wrap it in a function that takes these"
        )


def _refuse_unknown_required(
    parameters: Sequence[Parameter], taken: set[str] | frozenset[str], spec: LossSpec, where: str
) -> None:
    unknown = [p.name for p in parameters if _is_required(p) and p.name not in taken]
    if unknown:
        mask = "its mask, True at a real item, is taken by the name mask, " if spec.mask else ""
        raise SubjectError(
            f"{where} requires {', '.join(unknown)}, for which {spec.loss} has nothing (its inputs are "
            f"{', '.join(spec.inputs)}, {mask}its parameters {', '.join(spec.parameters)}); give a value, "
            f"{' '.join(f'--set {name}=VALUE' for name in unknown)}, or wrap it in a function"
        )


def _refuse_unknown_settings(
    settings: Mapping[str, Any], parameters: Sequence[Parameter], spec: LossSpec, where: str
) -> None:
    for name, value in settings.items():
        declared = spec.parameters.get(name)
        if declared and declared.choices and value not in declared.choices:
            raise SubjectError(f"setting {name}={value!r}: expected one of {', '.join(declared.choices)}")
        if name == "reduction" and value not in ("none", "mean", "sum"):
            raise SubjectError(f"setting reduction={value!r}: expected none, mean or sum")
        if not declared and name not in ("reduction", PADDING) and name not in _names(parameters):
            raise SubjectError(
                f"setting {name}: neither a parameter of {spec.loss} ({', '.join(spec.parameters)}) "
                f"nor an argument of {where} ({', '.join(sorted(_names(parameters))) or 'none'})"
            )
