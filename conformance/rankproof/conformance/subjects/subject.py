"""What is under test, seen from the checks: something that turns a case into an outcome."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.subjects.global_state import Change


class Transform(enum.StrEnum):
    """A way of the framework to call a function of tensors, other than calling it."""

    VMAP = "vmap"  # over the first axis of every input, each list alone
    GRAD = "grad"  # the gradient by the functional transformation, not by autograd's tape
    COMPILE = "compile"  # whole, for any size
    COMPILED = "compiled"  # as it was compiled before; an error where that does not do
    AUTOCAST = "autocast"  # within automatic mixed precision
    DEVICE = "device"  # within another default device, on which there is no data
    TWICE = "twice"  # the gradient returned is that of the gradient along ``notes["direction"]`` of the case
    BY_UPSTREAM = "by_upstream"  # the value returned is the derivative of the same by the upstream gradient


@dataclass(frozen=True)
class Call:
    """How a case is to be put to the subject, beyond its numbers."""

    gradient: bool = True  # also differentiate
    requires_grad: tuple[str, ...] | None = None  # which score inputs; None: all
    integer_labels: bool = False  # relevance and signs as int64 instead of the case's dtype
    boolean_labels: bool = False  # relevance that is 0 or 1 throughout as booleans
    strided: bool = False  # every input as a non-contiguous view
    expanded: bool = False  # an input that is constant along an axis as a view of stride 0 there
    omit: tuple[str, ...] = ()  # optional inputs left out (warp draws its own order)
    seed: int = 0  # for subjects that draw: of the generator, and of the global state where there is no other
    global_seed: int | None = None  # of the global state alone
    transform: Transform | None = None
    watched: bool = False  # also say what the call does to the state that all code shares


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the subject did with a case."""

    value: Array | None = None  # as float64, in the output's shape
    gradient: Mapping[str, Array] = field(default_factory=dict)  # per score input that required one
    dtype: str | None = None  # of the output
    error: str | None = None  # type name of what the call raised
    message: str = ""  # its message
    where: str = ""  # " in my_loss.py, line 12 (forward)": the innermost frame of the subject's own code
    gradient_error: str | None = None  # what differentiating raised ("no graph" included)
    modified: tuple[str, ...] = ()  # inputs whose contents the call changed
    changes: tuple[Change, ...] = ()  # what the call changed of the state that all code shares
    generators: Mapping[str, str] = field(default_factory=dict)  # digests of the global generators, of a watched call

    @property
    def raised(self) -> bool:
        return self.error is not None


@dataclass(frozen=True)
class Capabilities:
    """What the subject's signature and a few probing calls show that it can be asked.

    ``parameters``: spec parameters that it takes. ``fixed``: the value that every other parameter has
    in it (its convention). ``reductions``: those it offers. ``missing``: why something cannot be
    asked, by topic ("mask", "batch", "input target", "order", ...). ``called``: the call as a reader writes it.
    ``unmatched``: how many combinations of conventions were tried, if none of them gives its values.
    """

    parameters: frozenset[str]
    fixed: Mapping[str, Any]
    reductions: tuple[str, ...]
    default_reduction: str
    mask: bool
    batch: bool
    inputs: tuple[str, ...]  # spec inputs that it takes
    draws: bool = False  # can be called without its optional sampled input
    generator: bool = False  # takes a generator to draw with
    padding_label: float | None = None  # by which it knows padding, instead of a mask
    missing: Mapping[str, str] = field(default_factory=dict)
    called: str = ""
    unmatched: int = 0

    def computes(self, conventions: Mapping[str, Any]) -> str:
        """``computes gain = 'linear'``, or that it is judged as if it did, where nothing that was tried fits it."""
        told = ", ".join(f"{name} = {value!r}" for name, value in conventions.items())
        return f"is judged as {told}, since no convention fits it" if self.unmatched else f"computes {told}"


class SubjectError(Exception):
    """A subject that cannot be used at all; the message says what was got, what was expected, what to do."""


class Subject(Protocol):
    """The subject protocol; adapters for torch and numpy implement it."""

    name: str  # how reports call it: "custom_autograd", "torch.nn:MarginRankingLoss"
    device: str  # "cpu", "cuda", "interpreter"

    def capabilities(self) -> Capabilities: ...

    def run(self, case: Case, call: Call = Call()) -> Outcome: ...

    def snippet(self, case: Case, call: Call = Call()) -> str:
        """Python source that repeats the call and leaves ``value`` and ``gradient`` (a dict) behind."""
        ...
