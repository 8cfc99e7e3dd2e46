"""The functions of the formula language, as data: what may be called, and with how many arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Signature:
    """How a function of the formula language is called."""

    least: int = 1  # positional arguments
    most: int | None = 1  # None: any number
    generator: bool = False  # whether its only positional argument may be ``f(i) for i in items``
    axis: bool = False  # whether an axis may stand as its argument
    required: tuple[str, ...] = ()  # keywords that have to be given
    optional: tuple[str, ...] = ()  # keywords that may be given, with a literal true or false

    @property
    def keywords(self) -> tuple[str, ...]:
        return self.required + self.optional


_NUMBER = Signature()
_COLLECTION = Signature(generator=True)
_ORDER = Signature(generator=True, optional=("reverse",))

FUNCTIONS: Mapping[str, Signature] = MappingProxyType(
    {
        "sum": _COLLECTION,
        "prod": _COLLECTION,
        "max": Signature(most=None, generator=True),
        "min": Signature(most=None, generator=True),
        "any": _COLLECTION,
        "all": _COLLECTION,
        "count": _COLLECTION,
        "first": Signature(generator=True, required=("default",)),
        "sorted": _ORDER,
        "argsort": _ORDER,
        "logsumexp": _COLLECTION,
        "norm": _COLLECTION,
        "len": Signature(axis=True),
        "range": Signature(most=2),
        "permutations": Signature(axis=True),
        "exp": _NUMBER,
        "log": _NUMBER,
        "log2": _NUMBER,
        "log1p": _NUMBER,
        "sqrt": _NUMBER,
        "abs": _NUMBER,
        "sign": _NUMBER,
        "floor": _NUMBER,
        "sigmoid": _NUMBER,
        "softplus": _NUMBER,
        "erf": _NUMBER,
        "harmonic": _NUMBER,
        "stop": _NUMBER,
    }
)

# What a worked value may use: it is written out, so that reading a file takes time in proportion to its length.
WORKED_FUNCTIONS = frozenset(name for name, each in FUNCTIONS.items() if each == _NUMBER) | {"max", "min"}

MAX_TEXT = 20_000  # characters of one expression
MAX_NODES = 4_000  # nodes of its tree
MAX_DEPTH = 60  # levels of its tree
MAX_INTEGER = 2**63  # exclusive
