"""The formula language: the text of an expression becomes a whitelisted tree, or an error that says where."""

from __future__ import annotations

import ast
import math
import re
import warnings
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.language import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_NODES,
    MAX_TEXT,
)
from rankproof.conformance.specification.suggest import did_you_mean, shorten
from rankproof.conformance.visible import visible

_UNREADABLE = re.compile(r"[^ -~]|[\\#`$?]")  # no escapes, no comments, no letters that Python would normalise
_NUMBER_TEXT = re.compile(r"\d+|(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?", re.ASCII)

_CHOICE_TEXT = re.compile(r"\w+", re.ASCII)

_OPERATORS = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.UAdd, ast.USub, ast.Not, ast.And, ast.Or),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot),
)
_NODES = (
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword),
    *(ast.Subscript, ast.Slice, ast.Name, ast.Constant, ast.GeneratorExp, ast.ListComp, ast.comprehension),
)
_REFUSED: dict[type[ast.AST], tuple[str, str]] = {  # what it is, what to do
    ast.Lambda: ("a lambda", "write a definition with arguments"),
    ast.Attribute: ("an attribute (a dot)", "names are plain"),
    ast.NamedExpr: ("an assignment", "write a definition"),
    ast.JoinedStr: ("an f-string", "a text is only compared with a choice"),
    ast.Starred: ("a starred argument", "write the arguments out"),
    ast.Tuple: ("a tuple", "index one axis at a time, as a[i][j]"),
    ast.List: ("a list", "write a comprehension"),
    ast.Dict: ("a dictionary", "write cases, as a if c else b"),
    ast.Set: ("a set", "write a comprehension"),
    ast.SetComp: ("a set comprehension", "write it in square brackets"),
    ast.DictComp: ("a dictionary comprehension", "write it in square brackets"),
    ast.In: ("the comparison 'in'", "write any(x == y for y in ...)"),
    ast.NotIn: ("the comparison 'not in'", "write all(x != y for y in ...)"),
    ast.MatMult: ("the operator @", "write a sum"),
    ast.BitAnd: ("the operator &", "write 'and'"),
    ast.BitOr: ("the operator |", "write 'or'"),
    ast.BitXor: ("the operator ^", "write ** for a power"),
    ast.Invert: ("the operator ~", "write 'not'"),
}


def parse(text: str) -> ast.expr:
    """The tree of an expression, made of whitelisted nodes only.

    Raises
    ------
    FormulaError
        For a text that is too long, is no expression, or uses what the language does not have; the
        message gives the column (from 1) and quotes the text there.
    """
    stripped = re.sub(r"[\n\t]", " ", text).strip()
    _check_text(stripped)
    tree = _python(stripped)
    _Whitelist(stripped).check(tree)
    return tree


def at(text: str, column: int) -> str:
    """Where in an expression, as ``(column 8 of `max(0, socres[i])`)``; a long one is quoted from near there."""
    start = max(0, column - 30) if len(text) > 60 else 0
    excerpt = text[start : start + 60]
    before, after = "..." if start else "", "..." if start + 60 < len(text) else ""
    return f"(column {column + 1} of `{before}{visible(excerpt)}{after}`)"


def _check_text(text: str) -> None:
    if not text:
        raise FormulaError("the expression is empty")
    if len(text) > MAX_TEXT:
        raise FormulaError(f"the expression has {len(text)} characters, expected at most {MAX_TEXT}; use definitions")
    found = _UNREADABLE.search(text)
    if found:
        raise FormulaError(f"the character {found.group()!r} is not in the language {at(text, found.start())}")


def _python(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        what = (error.msg or "invalid syntax").split(" (")[0]
        raise FormulaError(f"not an expression: {what} {at(text, max(0, (error.offset or 1) - 1))}") from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        raise FormulaError(f"the expression is nested too deeply; use definitions: `{shorten(text)}`") from None


class _Whitelist:
    """Walks a tree once; refuses every node that the language does not have, and trees that are too large."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._nodes = 0

    def check(self, tree: ast.expr) -> None:
        """Refuses the tree, or returns."""
        self._visit(tree, None, 1)

    def _visit(self, node: ast.AST, parent: ast.AST | None, depth: int) -> None:
        if isinstance(node, (ast.expr_context, *_OPERATORS)):
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise FormulaError(f"the expression has more than {MAX_NODES} parts; use definitions")
        if depth > MAX_DEPTH:
            self._refuse(node, f"nested more than {MAX_DEPTH} levels deep", "use definitions")
        if not isinstance(node, _NODES):
            what, instead = _REFUSED.get(type(node), (f"the construct {type(node).__name__}", ""))
            self._refuse(node if hasattr(node, "col_offset") else parent, f"{what} is not in the language", instead)
        if isinstance(node, ast.GeneratorExp) and not isinstance(parent, ast.Call):
            self._refuse(node, "a comprehension in parentheses stands only inside a call", "as sum(...)")
        self._check(node)
        for child in ast.iter_child_nodes(node):
            self._visit(child, node, depth + 1)

    def _check(self, node: ast.AST) -> None:
        match node:
            case ast.Constant():
                self._constant(node)
            case ast.Call():
                self._call(node)
            case ast.Compare():
                self._compare(node)
            case ast.Slice(step=ast.expr()):
                self._refuse(node, "a slice with a step is not in the language")
            case ast.comprehension(is_async=1):
                self._refuse(node.target, "an asynchronous comprehension is not in the language")
            case ast.comprehension(target=target) if not isinstance(target, ast.Name):
                self._refuse(target, "a comprehension has one variable: for i in ...")

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        match value:
            case None | bool():
                return
            case str():
                if node.kind is not None or not _CHOICE_TEXT.fullmatch(value):
                    self._refuse(node, "a text that can be no choice", "a choice is made of a-z, 0-9 and _")
            case int() | float():
                self._number(node, value)
            case _:
                self._refuse(node, f"a value of type {type(value).__name__} is not in the language")

    def _number(self, node: ast.Constant, value: float) -> None:
        source = self._text[node.col_offset : node.end_col_offset]
        if not _NUMBER_TEXT.fullmatch(source):
            self._refuse(node, "a number is written as 12, 0.5 or 1e-3")
        if isinstance(value, int):
            if value >= MAX_INTEGER:
                self._refuse(node, "an integer of more than 63 bits", "write a power, as 2**70")
        elif not math.isfinite(value) or not _is_exactly(value, source):
            self._refuse(node, "a decimal that float64 cannot hold as it is written", "write a quotient")

    def _call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Name):
            self._refuse(node.func, "only the plain name of a function or definition can be called")
        for keyword in node.keywords:
            if keyword.arg is None:
                self._refuse(keyword, "arguments from a mapping (**) are not in the language")
        generator = next((each for each in node.args if isinstance(each, ast.GeneratorExp)), None)
        if generator is None:
            return
        name, signature = node.func.id, FUNCTIONS.get(node.func.id)
        if signature is None or not signature.generator:
            taking = [known for known, each in FUNCTIONS.items() if each.generator]
            hint = did_you_mean(name, taking).removeprefix("; ")
            self._refuse(generator, f"{shorten(name)} does not take a comprehension", hint)
        if len(node.args) > 1:
            self._refuse(generator, f"{name} takes either one comprehension or values")

    def _compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if not isinstance(operator, ast.Is | ast.IsNot):
                continue
            if len(operands) > 2 or not (isinstance(right, ast.Constant) and right.value is None):
                self._refuse(node, "'is' compares with None only, as in k is None")

    def _refuse(self, node: ast.AST | None, why: str, instead: str = "") -> NoReturn:
        place = at(self._text, getattr(node, "col_offset", 0))
        raise FormulaError(f"{why} {place}" + (f"; {instead}" if instead else ""))


def _is_exactly(value: float, source: str) -> bool:
    """Whether a decimal is the shortest of its float64; one of an exponent beyond all decimals is not."""
    try:
        return Decimal(repr(value)) == Decimal(source)
    except InvalidOperation:
        return False
