"""The arguments that each spec file declares: what a function of that loss takes, read without judging the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Input:
    """An argument that carries data; ``role`` is "score", "relevance", "sign", "boolean", "index" or "permutation"."""

    name: str
    role: str
    axes: tuple[str, ...]
    optional: bool


@dataclass(frozen=True)
class Parameter:
    """An argument without data; ``type`` is "real", "integer", "choice" or "boolean", ``above`` an open bound."""

    name: str
    type: str
    default: Any
    choices: tuple[str, ...]
    minimum: float | None
    above: float | None


@dataclass(frozen=True)
class Arguments:
    """All arguments of one loss, in the order of the call.

    Attributes:
        loss: the id.
        title: what it is called.
        inputs: those given by position.
        masked: the axis along which padding may stand; a loss with one takes ``mask``.
        parameters: those given by keyword.
        reduction: the default reduction.
        drawn: the optional input that is drawn when it is left out; a loss with one takes ``generator``.
        by_position: whether each position has a value of its own, or the list has one.
    """

    loss: str
    title: str
    inputs: tuple[Input, ...]
    masked: str | None
    parameters: tuple[Parameter, ...]
    reduction: str
    drawn: str | None
    by_position: bool

    @property
    def scores(self) -> tuple[str, ...]:
        """The inputs that have a gradient."""
        return tuple(each.name for each in self.inputs if each.role == "score")


def losses() -> tuple[str, ...]:
    """The ids of all losses, in alphabetical order."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


@cache
def arguments_of(loss: str) -> Arguments:
    """The arguments that the spec of a loss declares.

    Raises:
        LookupError: there is no such loss.
    """
    if loss not in losses():
        raise LookupError(f"loss: got {loss!r}, expected one of {', '.join(losses())}; check the spelling")
    text = (resources.files(__package__) / f"{loss}.yaml").read_text(encoding="utf-8")
    file = yaml.load(text, _Loader)
    return Arguments(
        loss=loss,
        title=file["title"],
        inputs=tuple(
            Input(name, given["role"], tuple(given["axes"]), given.get("optional", False))
            for name, given in file["inputs"].items()
        ),
        masked=file.get("mask"),
        parameters=tuple(_parameter(name, given) for name, given in (file.get("parameters") or {}).items()),
        reduction=file["reduction"]["default"],
        drawn=file["sampling"]["input"] if "sampling" in file else None,
        by_position=isinstance(file["formula"], dict),
    )


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    default = given["default"]
    bounds = (None if given.get(key) is None else float(given[key]) for key in ("minimum", "above"))
    return Parameter(
        name,
        given["type"],
        # YAML 1.1 takes 1e-6 for a text; the format takes it for a number.
        float(default) if given["type"] == "real" and default is not None else default,
        tuple(given.get("choices", ())),
        *bounds,
    )
