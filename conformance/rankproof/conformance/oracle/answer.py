"""What the oracle says about a case: value and gradient, with the error budget that each may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rankproof.conformance.cases.case import Array


@dataclass(frozen=True, eq=False)
class Judgement:
    """How a number of the subject compares with the oracle: ``share`` of the budget, at most 1 when right."""

    share: float  # the largest |got - expected| / budget (inf for NaN where a number is due)
    componentwise: float  # the same without pooling the budget over a list
    expected: Any  # the nearest right answer: an array, or for a gradient one array per input name
    budget: Any  # in the same form
    judged: bool = True  # False: the budget is too wide to say anything
    reason: str = ""  # why not judged


class Answer(Protocol):
    """The oracle's answer to one case (reduced, upstream applied)."""

    @property
    def value(self) -> Array: ...

    @property
    def gradient(self) -> Mapping[str, Array]:
        """By differentiation of the formula; at a kink the member that the spec declares, or the nearest to it."""
        ...

    @property
    def at_kink(self) -> bool:
        """Whether the gradient is a set of more than one member."""
        ...

    def judge_value(self, got: Array) -> Judgement: ...

    def judge_gradient(self, got: Mapping[str, Array]) -> Judgement:
        """Membership in the gradient set, within the budget, over all inputs given in ``got``."""
        ...

    def judge_convention(self, got: Mapping[str, Array]) -> Judgement:
        """Against the stated gradient alone: the member that our own variants return at a kink."""
        ...
