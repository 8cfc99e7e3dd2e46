"""Prints an expression of the formula language: as the text that is parsed, and as mathematics."""

from __future__ import annotations

import ast


def to_text(node: ast.expr) -> str:
    """The expression as text with as few parentheses as it needs; parsing it gives the same tree."""
    return ast.unparse(node)
