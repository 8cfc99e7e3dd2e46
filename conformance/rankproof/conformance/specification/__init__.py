"""From a YAML file to a checked ``LossSpec``, and the formula language that its expressions are written in."""

from rankproof.conformance.specification.errors import BudgetExceeded, FormulaError, Problem, SpecError
from rankproof.conformance.specification.expressions import parse_expression
from rankproof.conformance.specification.loader import builtin_ids, load, load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.printer import to_text

__all__ = [
    "BudgetExceeded",
    "FormulaError",
    "LossSpec",
    "Problem",
    "SpecError",
    "builtin_ids",
    "load",
    "load_builtin",
    "parse_expression",
    "to_text",
]
