"""What a spec file says, as values: the checked form of one YAML file that the rest of the harness reads."""

from __future__ import annotations

import ast
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Location:
    """A place in a spec file; ``str(location)`` is ``warp.yaml:12 (parameters.margin)``."""

    file: str
    line: int
    key: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.key})" if self.key else f"{self.file}:{self.line}"


class Role(enum.StrEnum):
    """What an input means, which decides how it is drawn, typed and checked."""

    SCORE = "score"  # real, differentiable
    SIGN = "sign"  # -1 or +1
    RELEVANCE = "relevance"  # graded, at least 0
    BOOLEAN = "boolean"
    INDEX = "index"  # positions along another axis
    PERMUTATION = "permutation"  # every position of another input's axis once


class ParameterType(enum.StrEnum):
    """The type of a parameter; a choice is a string out of a closed list."""

    REAL = "real"
    INTEGER = "integer"
    CHOICE = "choice"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Source:
    """A paper or a page that a definition comes from."""

    title: str
    url: str


@dataclass(frozen=True)
class InputSpec:
    """One argument that carries data."""

    name: str
    axes: tuple[str, ...]
    role: Role
    title: str
    location: Location
    of: str | None = None  # roles index and permutation: the axis whose positions it holds
    optional: bool = False  # may be left out (drawn by the implementation)
    omitted: float | None = None  # the constant that a subject without this input is checked with

    @property
    def differentiable(self) -> bool:
        return self.role is Role.SCORE

    @property
    def holds_positions(self) -> bool:
        """Whether its entries are positions along an axis."""
        return self.role in (Role.INDEX, Role.PERMUTATION)


@dataclass(frozen=True)
class ParameterSpec:
    """One argument that does not carry data: a number or a convention."""

    name: str
    type: ParameterType
    default: Any
    title: str
    location: Location
    choices: tuple[str, ...] = ()
    unit: str | None = None  # "score": scales and is rounded with the scores
    minimum: float | None = None
    above: float | None = None  # exclusive minimum
    drawn: tuple[float, float] | None = None

    @property
    def nullable(self) -> bool:
        """Whether null is a legal value: exactly when it is the default."""
        return self.default is None


@dataclass(frozen=True)
class Expression:
    """A checked expression of the formula language; ``node`` is the parsed, whitelisted tree."""

    text: str
    node: ast.expr
    location: Location


@dataclass(frozen=True)
class Definition:
    """A named expression, with or without arguments."""

    name: str
    arguments: tuple[str, ...]
    body: Expression


@dataclass(frozen=True)
class Loop:
    """``i in n``: a variable that runs along an axis."""

    variable: str
    axis: str


@dataclass(frozen=True)
class Formula:
    """The loss before reduction: one value, or one per position of ``loop``."""

    value: Expression
    loop: Loop | None = None


@dataclass(frozen=True)
class GradientRule:
    """``input1[i]: expression``: the stated gradient of one input.

    With a formula of one value it is that value's partial derivative. With a looped formula it is the derivative of
    the unit of the same index, every other unit's being 0; or, if ``unit`` names the formula's variable, that of each
    unit by each score.
    """

    input: str
    variable: str
    value: Expression
    unit: str | None = None


@dataclass(frozen=True)
class Kink:
    """Where the gradient is a set, and which member our own variants return there."""

    id: str
    where: Expression
    variables: tuple[str, ...]  # the free variables of ``where``, which run along the list's axis
    convention: str  # "zero": the stated gradient; "any": every member of the set
    why: str
    location: Location


@dataclass(frozen=True)
class Reduction:
    """What is reduced: pairs or lists; mean divides the sum by the sum of ``denominator`` (1 each when absent)."""

    unit: str
    default: str
    denominator: Expression | None
    location: Location


@dataclass(frozen=True)
class Scale:
    """f(c * inputs, c * parameters) == c ** degree * f(inputs, parameters)."""

    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    degree: int


@dataclass(frozen=True)
class Properties:
    """Symmetries that every implementation has to keep."""

    shift: tuple[str, ...] = ()  # adding one constant to all of these inputs changes nothing
    scale: Scale | None = None
    permutation: str | None = None  # the axis along which the order of the positions does not matter
    zero_sum: tuple[str, ...] = ()  # the gradients of these inputs sum to 0 over each list
    second_order: tuple[str, ...] = ()  # by these inputs the stated gradient can be differentiated again
    location: Location | None = None


@dataclass(frozen=True)
class Sampling:
    """How an input is drawn when the caller gives none."""

    input: str
    per: Loop
    per_where: Expression | None
    over: Loop
    over_where: Expression | None
    replacement: str  # name of the boolean parameter
    stops: str | None  # name of the integer parameter that caps the trials
    term: Expression  # what one position of ``per`` adds to the value
    why: str
    location: Location


class Constant(float):
    """A float64 that remembers the expression it was written as: ``0.59``, ``-log(4)``, ``nan``.

    ``text`` is the exact number: ``constant(text)`` of the oracle evaluates it to any precision,
    unless the number is NaN or infinite.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, value: float, text: str) -> Constant:
        self = super().__new__(cls, value)
        self.text = text
        return self

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]
        return (float(self), self.text)


@dataclass(frozen=True)
class Worked:
    """An example or an edge case: inputs with the value and gradient worked out beside the formula.

    Inputs and expectations are nested lists of ``Constant`` (a float64 with its exact text) or bool,
    or a numpy array of size 0 for ``{shape: [...]}``; ``worked.py`` turns them into arrays. ``value``,
    ``unreduced``, ``upstream`` (ones) and ``gradient`` are None where the file states none. Real parameters are
    ``Constant``.
    """

    id: str
    why: str
    source: str | None
    inputs: Mapping[str, Any]
    mask: Any | None
    parameters: Mapping[str, Any]
    reduction: str | None
    value: Any | None
    unreduced: Any | None
    gradient: Mapping[str, Any] | None
    decimals: int | None  # the value is published to so many decimals
    location: Location
    upstream: Any | None = None  # the gradient that reaches the result, and that ``gradient`` goes on from
    dtypes: tuple[str, ...] = ("float64", "float32")  # in which it is asked


@dataclass(frozen=True)
class Invalid:
    """Bad input, the error that it must raise, and the argument that the message must name."""

    id: str
    why: str
    source: str | None
    inputs: Mapping[str, Any]
    mask: Any | None
    parameters: Mapping[str, Any]
    argument: str
    error: str
    location: Location


@dataclass(frozen=True)
class ConventionValue:
    """One value of a parameter, and who uses it."""

    value: Any
    used_by: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Difference:
    """A way in which libraries differ that is no parameter."""

    topic: str
    note: str


@dataclass(frozen=True)
class LossSpec:
    """One spec file, checked."""

    path: str
    loss: str
    title: str
    summary: str
    sources: tuple[Source, ...]
    axes: Mapping[str, str]
    inputs: Mapping[str, InputSpec]
    mask: str | None  # the axis that padding may follow
    parameters: Mapping[str, ParameterSpec]
    reduction: Reduction
    definitions: Mapping[str, Definition]
    formula: Formula
    gradient: Mapping[str, GradientRule]
    kinks: tuple[Kink, ...]
    properties: Properties
    nan: str  # "propagates"
    nan_location: Location
    examples: tuple[Worked, ...]
    edge_cases: tuple[Worked, ...]
    invalid: tuple[Invalid, ...]
    conventions: Mapping[str, tuple[ConventionValue, ...]]
    differences: tuple[Difference, ...]
    sampling: Sampling | None
    cost: Mapping[str, str]
    most: Mapping[str, int] = field(default_factory=dict)  # positions along an axis, where cases may have but so many

    @property
    def score_inputs(self) -> tuple[str, ...]:
        """Names of the inputs that have a gradient."""
        return tuple(name for name, spec in self.inputs.items() if spec.differentiable)

    @property
    def separable(self) -> bool:
        """Whether each position has a value of its own, that depends on the scores there alone."""
        return self.formula.loop is not None and all(rule.unit is None for rule in self.gradient.values())

    def may_be_left_out(self, name: str) -> bool:
        """Whether the formula says what holds without this input; one that is drawn it takes as given."""
        return self.inputs[name].optional and not (self.sampling and self.sampling.input == name)

    @property
    def coupled(self) -> bool:
        """Whether each position has a value of its own that depends on scores elsewhere: the derivative is a matrix."""
        return self.formula.loop is not None and not self.separable

    def most_along(self, axis: str, otherwise: int) -> int:
        """How many positions along an axis a case may have, at most ``otherwise``."""
        return min(self.most.get(axis, otherwise), otherwise)

    def defaults(self) -> dict[str, Any]:
        """Every parameter at its default."""
        return {name: spec.default for name, spec in self.parameters.items()}
