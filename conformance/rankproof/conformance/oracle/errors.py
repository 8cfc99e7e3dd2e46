"""What can go wrong in the oracle: a draw that decides nothing, too little precision, a bound that says nothing."""

from __future__ import annotations

from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import Location


class Undecided(Exception):
    """A condition whose two sides are closer than their error bounds: the case has to be drawn again."""

    def __init__(self, condition: str, location: Location | None, detail: str = "") -> None:
        self.condition = condition
        self.location = location
        where = f" at {location}" if location is not None else ""
        because = f": {detail}" if detail else ""
        super().__init__(f"`{condition}`{where} cannot be decided within the error bounds{because}")


class NeedsPrecision(Exception):
    """Floats do not suffice for this case: it is evaluated again with more digits and a wider range."""


class VacuousBound(Exception):
    """An error bound as large as the number that it belongs to; shown as ``judged=False``, not raised to callers."""


class NanRead(Exception):
    """The formula read a score that is NaN."""


class EvaluationError(FormulaError):
    """A formula that has no value, with the place in the spec file where it fails."""
