"""Small losses written in the formula language, for tests of the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.model import (
    Definition,
    Expression,
    Formula,
    GradientRule,
    InputSpec,
    Kink,
    Location,
    Loop,
    LossSpec,
    ParameterSpec,
    ParameterType,
    Properties,
    Reduction,
    Role,
)

FILE = "small.yaml"


def expression(text: str, key: str = "formula", line: int = 1) -> Expression:
    """An expression at a place in a file that does not exist."""
    return Expression(text, parse(text), Location(FILE, line, key))


def loss(
    formula: str,
    *,
    definitions: Mapping[str, str] | None = None,
    gradient: str = "0",
    parameters: Sequence[str] = (),
    loop: bool = False,
    coupled: bool = False,
    denominator: str | None = None,
    kinks: Sequence[Kink] = (),
) -> LossSpec:
    """A loss of scores ``x`` and labels ``y`` along the axis ``n``, with real parameters.

    The gradient of a loop's value at i is stated by x[i], or by x[j] where it is coupled.
    """
    at = Location(FILE, 1, "")
    x = InputSpec("x", ("n",), Role.SCORE, "scores", at)
    y = InputSpec("y", ("n",), Role.RELEVANCE, "labels", at)
    return LossSpec(
        path=FILE,
        loss="small",
        title="",
        summary="",
        sources=(),
        axes={"n": "items"},
        inputs={"x": x, "y": y},
        mask="n",
        parameters={name: ParameterSpec(name, ParameterType.REAL, 1.0, "", at) for name in parameters},
        reduction=Reduction("list", "mean", expression(denominator, "reduction") if denominator else None, at),
        definitions={_name(key): _definition(key, text) for key, text in (definitions or {}).items()},
        formula=Formula(expression(formula), Loop("i", "n") if loop else None),
        gradient={"x": _rule(gradient, coupled=coupled)},
        kinks=tuple(kinks),
        properties=Properties(),
        nan="propagates",
        nan_location=at,
        examples=(),
        edge_cases=(),
        invalid=(),
        conventions={},
        differences=(),
        sampling=None,
        cost={},
    )


def _name(key: str) -> str:
    return key.partition("(")[0]


def _definition(key: str, text: str) -> Definition:
    arguments = key.partition("(")[2].rstrip(")").split(", ") if "(" in key else []
    return Definition(_name(key), tuple(arguments), expression(text, f"definitions.{key}", 3))


def _rule(gradient: str, *, coupled: bool) -> GradientRule:
    if coupled:
        return GradientRule("x", "j", expression(gradient, "gradient.x[j]", 7), "i")
    return GradientRule("x", "i", expression(gradient, "gradient.x[i]", 7))


def case(x: Any, y: Any = None, *, reduction: str = "sum", dtype: str = "float64", **fields: Any) -> Case:
    """A case of a small loss; ``parameters`` are among the fields."""
    scores = np.asarray(x, dtype=np.float64)
    labels = np.zeros_like(scores) if y is None else np.asarray(y, dtype=np.float64)
    parameters = fields.pop("parameters", {})
    return Case({"x": scores, "y": labels}, parameters, reduction, dtype, **fields)


def rounded(values: Any, dtype: str) -> Array:
    """Values that float64, float32 or float16 holds."""
    return np.asarray(np.asarray(values, dtype=dtype), dtype=np.float64)
