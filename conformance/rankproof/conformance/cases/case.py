"""A case: everything that a loss is called with, and what the call is to be judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Case:
    """One call of a loss.

    ``inputs`` hold float64, bool or int64 arrays whose values are representable in ``dtype``, with any
    leading batch axes before the axes that the spec declares. ``mask`` has the shape of the masked
    axis with its batch axes; True marks a real item. ``upstream`` has the shape of the output under
    ``reduction``; None stands for ones. ``certified`` says that every leaf lies on a grid on which sums
    are exact in ``dtype``, so that ties are true ties.
    """

    inputs: Mapping[str, Array]
    parameters: Mapping[str, Any]
    reduction: str
    dtype: str = "float64"
    mask: Array | None = None
    upstream: Array | None = None
    certified: bool = False
    family: str = "given"  # which strategy drew it; for the report
    notes: Mapping[str, Any] = field(default_factory=dict)

    def with_(self, **changes: Any) -> Case:
        """The same case with some fields replaced."""
        return replace(self, **changes)
