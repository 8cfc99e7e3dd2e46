"""Prints an expression of the formula language as the text that parses to the same tree."""

from __future__ import annotations

import ast

from rankproof.conformance.specification.precedence import Level, Piece, enclosed

_BINARY: dict[type[ast.operator], tuple[str, Level]] = {
    ast.Add: (" + ", Level.SUM),
    ast.Sub: (" - ", Level.SUM),
    ast.Mult: (" * ", Level.PRODUCT),
    ast.Div: (" / ", Level.PRODUCT),
    ast.FloorDiv: (" // ", Level.PRODUCT),
    ast.Mod: (" % ", Level.PRODUCT),
}
_UNARY: dict[type[ast.unaryop], tuple[str, Level]] = {
    ast.USub: ("-", Level.SIGN),
    ast.UAdd: ("+", Level.SIGN),
    ast.Not: ("not ", Level.NOT),
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: " == ",
    ast.NotEq: " != ",
    ast.Lt: " < ",
    ast.LtE: " <= ",
    ast.Gt: " > ",
    ast.GtE: " >= ",
    ast.Is: " is ",
    ast.IsNot: " is not ",
}


def to_text(node: ast.expr) -> str:
    """The expression with as few parentheses as it needs: ``max(0, margin - target[i] * (input1[i] - input2[i]))``."""
    return _piece(node)[0]


def _piece(node: ast.expr) -> Piece:
    match node:
        case ast.Constant():
            return f'"{node.value}"' if isinstance(node.value, str) else repr(node.value), Level.ATOM
        case ast.Name():
            return node.id, Level.ATOM
        case ast.Subscript():
            return f"{_operand(node.value, Level.ATOM)}[{_index(node.slice)}]", Level.ATOM
        case ast.BinOp():
            return _binary(node)
        case ast.UnaryOp():
            sign, level = _UNARY[type(node.op)]
            return f"{sign}{_operand(node.operand, level)}", level
        case ast.BoolOp():
            word, level = (" and ", Level.AND) if isinstance(node.op, ast.And) else (" or ", Level.OR)
            return word.join(_operand(each, level.next()) for each in node.values), level
        case ast.Compare():
            return _comparison(node), Level.COMPARISON
        case ast.IfExp():
            body, test = _operand(node.body, Level.OR), _operand(node.test, Level.OR)
            return f"{body} if {test} else {to_text(node.orelse)}", Level.CONDITIONAL
        case ast.ListComp():
            return f"[{_comprehension(node)}]", Level.ATOM
        case ast.GeneratorExp():
            return f"({_comprehension(node)})", Level.ATOM
        case ast.Call():
            return _call(node), Level.ATOM
        case _:
            raise TypeError(f"{type(node).__name__} is not in the formula language")


def _operand(node: ast.expr, level: Level) -> str:
    return enclosed(_piece(node), level)


def _index(node: ast.expr) -> str:
    if not isinstance(node, ast.Slice):
        return to_text(node)
    lower, upper = (to_text(each) if each else "" for each in (node.lower, node.upper))
    return f"{lower}:{upper}"


def _binary(node: ast.BinOp) -> Piece:
    if isinstance(node.op, ast.Pow):  # the only one that groups to the right
        return f"{_operand(node.left, Level.ATOM)}**{_operand(node.right, Level.SIGN)}", Level.POWER
    sign, level = _BINARY[type(node.op)]
    return f"{_operand(node.left, level)}{sign}{_operand(node.right, level.next())}", level


def _comparison(node: ast.Compare) -> str:
    text = _operand(node.left, Level.SUM)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        text += _COMPARISONS[type(operator)] + _operand(right, Level.SUM)
    return text


def _comprehension(node: ast.ListComp | ast.GeneratorExp) -> str:
    text = to_text(node.elt)
    for part in node.generators:
        text += f" for {to_text(part.target)} in {_operand(part.iter, Level.OR)}"
        text += "".join(f" if {_operand(condition, Level.OR)}" for condition in part.ifs)
    return text


def _call(node: ast.Call) -> str:
    name = to_text(node.func)
    if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp) and not node.keywords:
        return f"{name}({_comprehension(node.args[0])})"
    arguments = [to_text(each) for each in node.args]
    arguments += [f"{each.arg}={to_text(each.value)}" for each in node.keywords]
    return f"{name}({', '.join(arguments)})"
