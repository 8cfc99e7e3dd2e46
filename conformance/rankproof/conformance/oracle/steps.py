"""How long a formula may take, in steps: one for each operation, and again for each member of its loop."""

from __future__ import annotations

import ast

STEPS = 2_000_000  # some seconds, whatever the formula; the heaviest loss takes a quarter of them on its longest list
FUNCTION = 4  # steps of a power, or a function of a real number

_OPERATORS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript)


def steps_of(node: ast.AST) -> int:
    """The steps of evaluating an expression once, without those of its loops, counted as they run."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return 0
    own = 1 if isinstance(node, _OPERATORS) else 0
    if isinstance(node, ast.Call) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        own = FUNCTION
    return own + sum(steps_of(child) for child in ast.iter_child_nodes(node))
