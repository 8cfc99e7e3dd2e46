"""Prints an expression of the formula language as mathematics, for people: sums as Σ, cases in braces."""

from __future__ import annotations

import ast

from rankproof.conformance.specification.precedence import Level, Piece, enclosed

_BINARY: dict[type[ast.operator], tuple[str, Level]] = {
    ast.Add: (" + ", Level.SUM),
    ast.Sub: (" − ", Level.SUM),
    ast.Mult: (" · ", Level.PRODUCT),
    ast.Div: (" / ", Level.PRODUCT),
    ast.Mod: (" mod ", Level.PRODUCT),
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: " = ",
    ast.NotEq: " ≠ ",
    ast.Lt: " < ",
    ast.LtE: " ≤ ",
    ast.Gt: " > ",
    ast.GtE: " ≥ ",
}
_BRACKETS = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "norm": ("‖", "‖"), "len": ("|", "|"), "sqrt": ("√(", ")")}
_NAMES = {"log": "ln", "log2": "log₂", "sigmoid": "σ", "harmonic": "H"}
_BIG = {"sum": "Σ", "prod": "Π", "max": "max", "min": "min"}
_QUANTIFIERS = {"any": "∃", "all": "∀"}


def to_mathematics(node: ast.expr) -> str:
    """The expression as a line of Unicode mathematics: ``Σ_{j ∈ items, j ≠ i} max(0, margin − scores[i])``.

    It is made to be read, not to be parsed.
    """
    return _piece(node)[0]


def to_cases(node: ast.expr) -> list[str]:
    """The cases of a definition by cases, a line each; a single line of anything else."""
    return _cases(node) if isinstance(node, ast.IfExp) else [to_mathematics(node)]


def _piece(node: ast.expr) -> Piece:
    match node:
        case ast.Constant():
            return _constant(node), Level.ATOM
        case ast.Name():
            return node.id, Level.ATOM
        case ast.Subscript():
            return f"{_inside(node.value, Level.ATOM)}[{_index(node.slice)}]", Level.ATOM
        case ast.BinOp():
            return _binary(node)
        case ast.UnaryOp():
            return _unary(node)
        case ast.BoolOp():
            level = Level.AND if isinstance(node.op, ast.And) else Level.OR
            word = " and " if level is Level.AND else " or "
            return word.join(_inside(each, level.next()) for each in node.values), level
        case ast.Compare():
            return _comparison(node), Level.COMPARISON
        case ast.IfExp():
            return f"{{{'; '.join(_cases(node))}}}", Level.ATOM
        case ast.ListComp():
            return f"[{_loose(node.elt)} : {_range(node.generators)}]", Level.ATOM
        case ast.Call():
            return _call(node)
        case _:
            raise TypeError(f"{type(node).__name__} is not in the formula language")


def _inside(node: ast.expr, level: Level) -> str:
    """The text of an operand, in parentheses where it is looser than ``level``."""
    return enclosed(_piece(node), level)


def _loose(node: ast.expr) -> str:
    return _piece(node)[0]


def _constant(node: ast.Constant) -> str:
    if node.value is None:
        return "null"
    return node.value if isinstance(node.value, str) else str(node.value).lower()


def _index(node: ast.expr) -> str:
    if not isinstance(node, ast.Slice):
        return _loose(node)
    lower, upper = (_loose(each) if each else "" for each in (node.lower, node.upper))
    return f"{lower}:{upper}"


def _binary(node: ast.BinOp) -> Piece:
    if isinstance(node.op, ast.Pow):
        return f"{_inside(node.left, Level.ATOM)}^{_inside(node.right, Level.ATOM)}", Level.POWER
    if isinstance(node.op, ast.FloorDiv):
        return f"⌊{_inside(node.left, Level.PRODUCT)} / {_inside(node.right, Level.SIGN)}⌋", Level.ATOM
    sign, level = _BINARY[type(node.op)]
    associative = isinstance(node.op, ast.Add | ast.Mult)
    right = level if associative else level.next()
    return f"{_inside(node.left, level)}{sign}{_inside(node.right, right)}", level


def _unary(node: ast.UnaryOp) -> Piece:
    if isinstance(node.op, ast.Not):
        return f"not {_inside(node.operand, Level.COMPARISON)}", Level.NOT
    sign = "−" if isinstance(node.op, ast.USub) else "+"
    return f"{sign}{_inside(node.operand, Level.POWER)}", Level.SIGN


def _comparison(node: ast.Compare) -> str:
    if isinstance(node.ops[0], ast.Is | ast.IsNot):
        return f"{_inside(node.left, Level.SUM)} is {'null' if isinstance(node.ops[0], ast.Is) else 'given'}"
    text = _inside(node.left, Level.SUM)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        text += _COMPARISONS[type(operator)] + _inside(right, Level.SUM)
    return text


def _cases(node: ast.expr) -> list[str]:
    """``a if c else b if d else e`` as its cases."""
    cases = []
    while isinstance(node, ast.IfExp):
        cases.append(f"{_loose(node.body)} if {_loose(node.test)}")
        node = node.orelse
    return [*cases, f"{_loose(node)} otherwise"]


def _range(generators: list[ast.comprehension]) -> str:
    """``j ∈ items, j ≠ i``."""
    parts = []
    for each in generators:
        parts.append(_membership(each))
        parts.extend(_loose(condition) for condition in each.ifs)
    return ", ".join(parts)


def _membership(part: ast.comprehension) -> str:
    variable = _loose(part.target)
    match part.iter:
        case ast.Call(func=ast.Name(id="range"), args=[stop]):
            return f"0 ≤ {variable} < {_inside(stop, Level.SUM)}"
        case ast.Call(func=ast.Name(id="range"), args=[start, stop]):
            return f"{_inside(start, Level.SUM)} ≤ {variable} < {_inside(stop, Level.SUM)}"
        case _:
            return f"{variable} ∈ {_loose(part.iter)}"


def _call(node: ast.Call) -> Piece:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if node.args and isinstance(node.args[0], ast.GeneratorExp):
        return _over(name, node.args[0], node.keywords)
    arguments = ", ".join(_loose(each) for each in node.args)
    if name in _BRACKETS and len(node.args) == 1:
        before, after = _BRACKETS[name]
        return f"{before}{arguments}{after}", Level.ATOM
    return f"{_titled(name, node.keywords)}({arguments}{_otherwise(node.keywords)})", Level.ATOM


def _over(name: str, generator: ast.GeneratorExp, keywords: list[ast.keyword]) -> Piece:
    """A function of a comprehension."""
    where = _range(generator.generators)
    if name in _BIG:
        return f"{_BIG[name]}_{{{where}}} {_inside(generator.elt, Level.PRODUCT)}", Level.BIG
    if name in _QUANTIFIERS:
        return f"{_QUANTIFIERS[name]} {where}: {_loose(generator.elt)}", Level.OR
    if name == "count":
        return f"#{{{where} : {_loose(generator.elt)}}}", Level.ATOM
    return f"{_titled(name, keywords)}_{{{where}}}({_loose(generator.elt)}{_otherwise(keywords)})", Level.ATOM


def _titled(name: str, keywords: list[ast.keyword]) -> str:
    descending = any(each.arg == "reverse" and _loose(each.value) == "true" for each in keywords)
    return _NAMES.get(name, name) + ("↓" if descending else "")


def _otherwise(keywords: list[ast.keyword]) -> str:
    return "".join(f"; else {_loose(each.value)}" for each in keywords if each.arg == "default")
