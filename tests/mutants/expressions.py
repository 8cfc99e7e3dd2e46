"""Mutants of expressions: operators, comparisons, constants, terms, signs, slices, branches.

Each operator of mutation takes a node and yields changes: the node to replace, in it or itself, and the replacement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

Change: TypeAlias = tuple[cst.CSTNode, cst.CSTNode]

_COMPOUND = (cst.BinaryOperation, cst.UnaryOperation, cst.Comparison, cst.BooleanOperation, cst.IfExp)
_ARITHMETIC: dict[type[cst.CSTNode], type[cst.CSTNode]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Power: cst.Multiply,
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
}
_BITWISE: dict[type[cst.CSTNode], type[cst.CSTNode]] = {
    cst.BitAnd: cst.BitOr,
    cst.BitOr: cst.BitAnd,
    cst.BitAndAssign: cst.BitOrAssign,
}
_COMPARISONS: dict[type[cst.CSTNode], tuple[type[cst.CSTNode], ...]] = {
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThan),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThanEqual),
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThan),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThanEqual),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
    cst.In: (cst.NotIn,),
}


def parenthesised(expression: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in parentheses, where it could fall apart without them."""
    if not isinstance(expression, _COMPOUND) or expression.lpar:
        return expression
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _in_place_of(node: cst.BaseExpression, replacement: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(replacement, cst.Integer) and node.lpar:  # its attributes need them: 1.to is no number
        return replacement.with_changes(lpar=node.lpar, rpar=node.rpar)
    return parenthesised(replacement) if node.lpar else replacement


def _swapped(operator: cst.CSTNode, table: dict[type[cst.CSTNode], type[cst.CSTNode]]) -> cst.CSTNode | None:
    other = table.get(type(operator))
    return None if other is None else other()


def arithmetic(node: cst.CSTNode) -> Iterator[Change]:
    """``a + b`` becomes ``a - b``, ``a * b`` becomes ``a / b``, ``a // b`` becomes ``a / b``, ``a ** b`` ``a * b``."""
    if isinstance(node, cst.BinaryOperation | cst.AugAssign):
        other = _swapped(node.operator, _ARITHMETIC)
        if other is not None:
            yield node, node.with_changes(operator=other)


def bitwise(node: cst.CSTNode) -> Iterator[Change]:
    """``a & b`` becomes ``a | b`` and the other way round."""
    if isinstance(node, cst.BinaryOperation | cst.AugAssign):
        other = _swapped(node.operator, _BITWISE)
        if other is not None:
            changed = node.with_changes(operator=other)
            yield node, parenthesised(changed) if isinstance(changed, cst.BaseExpression) else changed


def comparison(node: cst.CSTNode) -> Iterator[Change]:
    """``a > b`` becomes ``a >= b`` and ``a < b``, ``a == b`` becomes ``a != b``, ``a is b`` ``a is not b``."""
    if isinstance(node, cst.ComparisonTarget):
        for other in _COMPARISONS.get(type(node.operator), ()):
            yield node, node.with_changes(operator=other())


def constant(node: cst.CSTNode) -> Iterator[Change]:
    """An integer becomes its neighbours, a decimal one more and half, True becomes False."""
    if isinstance(node, cst.Integer):
        value = int(node.value, 0)
        yield node, cst.Integer(str(value + 1))
        if value > 0:
            yield node, cst.Integer(str(value - 1))
    elif isinstance(node, cst.Float):
        number = float(node.value)
        yield node, cst.Float(repr(number + 1))
        if number:
            yield node, cst.Float(repr(number / 2))
    elif isinstance(node, cst.Name) and node.value in ("True", "False"):
        yield node, cst.Name("False" if node.value == "True" else "True")


def term(node: cst.CSTNode) -> Iterator[Change]:
    """One operand of an operation alone: ``a + b`` becomes ``a`` and ``b``, ``a += b`` becomes ``a = b``."""
    if isinstance(node, cst.BinaryOperation | cst.BooleanOperation):
        yield node, _in_place_of(node, node.left)
        yield node, _in_place_of(node, node.right)
    elif isinstance(node, cst.AugAssign):
        yield node, cst.Assign([cst.AssignTarget(node.target)], node.value)


def sign(node: cst.CSTNode) -> Iterator[Change]:
    """``-a``, ``~a`` and ``not a`` become ``a``."""
    if isinstance(node, cst.UnaryOperation):
        yield node, _in_place_of(node, node.expression)


def logic(node: cst.CSTNode) -> Iterator[Change]:
    """``a and b`` becomes ``a or b`` and the other way round; the condition of an ``if`` is negated."""
    if isinstance(node, cst.BooleanOperation):
        other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
        yield node, parenthesised(node.with_changes(operator=other))
    elif isinstance(node, cst.If):
        yield node.test, cst.UnaryOperation(cst.Not(), parenthesised(node.test))


def branch(node: cst.CSTNode) -> Iterator[Change]:
    """``a if c else b`` becomes ``b if c else a``, ``a`` and ``b``."""
    if isinstance(node, cst.IfExp):
        yield node, node.with_changes(body=node.orelse, orelse=node.body)
        yield node, _in_place_of(node, node.body)
        yield node, _in_place_of(node, node.orelse)


def index(node: cst.CSTNode) -> Iterator[Change]:
    """A bound of a slice is moved by one or dropped, a step is dropped, ``[:, None]`` becomes ``[None, :]``."""
    if isinstance(node, cst.Slice):
        one = cst.Integer("1")
        if node.upper is not None:
            yield node, node.with_changes(upper=cst.BinaryOperation(parenthesised(node.upper), cst.Add(), one))
            yield node, node.with_changes(upper=None)
        if node.lower is not None:
            yield node, node.with_changes(lower=cst.BinaryOperation(parenthesised(node.lower), cst.Add(), one))
            yield node, node.with_changes(lower=None)
        if node.step is not None:
            yield node, node.with_changes(step=None, second_colon=cst.MaybeSentinel.DEFAULT)
    elif isinstance(node, cst.Subscript) and len(node.slice) == 2:
        first, second = (element.slice for element in node.slice)
        if any(isinstance(each, cst.Index) and _is_none(each.value) for each in (first, second)):
            swapped = [node.slice[0].with_changes(slice=second), node.slice[1].with_changes(slice=first)]
            yield node, node.with_changes(slice=swapped)


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
