"""From the whitelisted tree of an expression to a closure that evaluates it; nothing is passed to ``eval``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.calls import CALLS, VECTORS, Collection
from rankproof.conformance.oracle.comparison import Site, order
from rankproof.conformance.oracle.frames import Code, Frame, Scope
from rankproof.conformance.oracle.loops import loop, members_of, single, truth
from rankproof.conformance.oracle.operators import floor_division, negation, power, remainder, signed_sum
from rankproof.conformance.oracle.steps import FUNCTION, steps_of
from rankproof.conformance.oracle.sums import shown
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import Location

_TESTS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
Definer = Callable[[str, list[Code]], Code]  # a definition's name and its arguments' code -> the code of the call


class Compiler:
    """Compiles the expressions of one place in a spec file."""

    def __init__(self, ar: Arithmetic, define: Definer, location: Location | None) -> None:
        self.ar = ar
        self._define = define
        self._location = location

    def site(self, node: ast.expr) -> Site:
        """Where a condition stands, for the message that it cannot be decided."""
        return Site(ast.unparse(node), self._location)

    def compile(self, node: ast.expr, scope: Scope) -> Code:
        """The closure of one node."""
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.Name():
                return self._name(node.id, scope)
            case ast.BinOp():
                return self._binary(node, scope)
            case ast.UnaryOp():
                return self._unary(node, scope)
            case ast.BoolOp():
                return self._boolean(node, scope)
            case ast.Compare():
                return self._comparison(node, scope)
            case ast.IfExp():
                return self._conditional(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.GeneratorExp() | ast.ListComp():
                members = self._comprehension(node, scope)
                return lambda f: tuple(members(f))
            case _:
                raise FormulaError(f"`{ast.unparse(node)}` is not in the formula language")

    def _constant(self, value: Any) -> Code:
        if isinstance(value, float):
            value = self.ar.decimal(value)
        return lambda f: value

    def _name(self, name: str, scope: Scope) -> Code:
        slot = scope.slot(name)
        return operator.itemgetter(slot) if slot is not None else self._define(name, [])

    def _binary(self, node: ast.BinOp, scope: Scope) -> Code:
        match node.op:
            case ast.Add() | ast.Sub():
                return signed_sum(self.ar, self._terms(node, 1, scope))
            case ast.Mult():
                return self._apply(self.ar.product, node, scope)
            case ast.Div():
                return self._apply(self.ar.quotient, node, scope)
            case ast.Pow():
                return self._apply(power(self.ar), node, scope)
            case ast.FloorDiv():
                return self._apply(floor_division(self.ar, self.site(node)), node, scope)
            case ast.Mod():
                return self._apply(remainder(self.ar, self.site(node)), node, scope)
            case _:
                raise FormulaError(f"`{ast.unparse(node)}` is not in the formula language")

    def _apply(self, function: Callable[[Any, Any], Any], node: ast.BinOp, scope: Scope) -> Code:
        left, right = self.compile(node.left, scope), self.compile(node.right, scope)
        return lambda f: function(left(f), right(f))

    def _terms(self, node: ast.expr, sign: int, scope: Scope) -> list[tuple[int, Code]]:
        """The terms of a chain of + and -, brackets opened: a subject may add them in any order."""
        match node:
            case ast.BinOp(op=ast.Add()):
                return self._terms(node.left, sign, scope) + self._terms(node.right, sign, scope)
            case ast.BinOp(op=ast.Sub()):
                return self._terms(node.left, sign, scope) + self._terms(node.right, -sign, scope)
            case ast.UnaryOp(op=ast.USub()):
                return self._terms(node.operand, -sign, scope)
            case _:
                return [(sign, self.compile(node, scope))]

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Code:
        operand = self.compile(node.operand, scope)
        match node.op:
            case ast.Not():
                return lambda f: not truth(operand(f))
            case ast.USub():
                negated = negation(self.ar)
                return lambda f: negated(operand(f))
            case ast.UAdd():
                return operand
            case _:
                raise FormulaError(f"`{ast.unparse(node)}` is not in the formula language")

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Code:
        parts = [self.compile(value, scope) for value in node.values]
        stops = isinstance(node.op, ast.Or)

        def combine(f: Frame) -> bool:
            for part in parts:
                if truth(part(f)) is stops:
                    return stops
            return not stops

        return combine

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Code:
        test, then, otherwise = (self.compile(part, scope) for part in (node.test, node.body, node.orelse))

        def choose(f: Frame) -> Any:
            return then(f) if truth(test(f)) else otherwise(f)

        return choose

    def _comparison(self, node: ast.Compare, scope: Scope) -> Code:
        operands = [self.compile(each, scope) for each in (node.left, *node.comparators)]
        site = self.site(node)
        links = [self._link(type(op), site) for op in node.ops]
        if len(links) == 1:
            link, left, right = links[0], operands[0], operands[1]
            return lambda f: link(left(f), right(f))

        def chain(f: Frame) -> bool:
            value = operands[0](f)
            for test, operand in zip(links, operands[1:], strict=True):
                other = operand(f)
                if not test(value, other):
                    return False
                value = other
            return True

        return chain

    def _link(self, kind: type[ast.cmpop], site: Site) -> Callable[[Any, Any], bool]:
        if kind is ast.Is:
            return operator.is_
        if kind is ast.IsNot:
            return operator.is_not
        test = _TESTS.get(kind)
        if test is None:
            raise FormulaError(f"`{site.text}` is not in the formula language")
        ar = self.ar
        equality = kind in (ast.Eq, ast.NotEq)

        def compare(a: Any, b: Any) -> bool:
            if type(a) is int and type(b) is int:
                return test(a, b)
            if equality and (isinstance(a, str | bool | None) or isinstance(b, str | bool | None)):
                return test(a, b)
            return test(order(ar, a, b, site), 0)

        return compare

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Code:
        sequence = self.compile(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            return self._slice(sequence, node.slice, scope)
        index = self.compile(node.slice, scope)

        def get(f: Frame) -> Any:
            values, i = sequence(f), index(f)
            if type(i) is not int or not 0 <= i < len(values):
                raise FormulaError(f"index {shown(i)} outside `{ast.unparse(node.value)}` of length {len(values)}")
            return values[i]

        return get

    def _slice(self, sequence: Code, node: ast.Slice, scope: Scope) -> Code:
        if node.step is not None:
            raise FormulaError("a slice with a step is not in the formula language")
        lower, upper = (self.compile(part, scope) if part is not None else None for part in (node.lower, node.upper))

        def cut(f: Frame) -> Any:
            values = sequence(f)
            start = 0 if lower is None else lower(f)
            end = len(values) if upper is None else upper(f)
            if type(start) is not int or type(end) is not int or start < 0 or end < 0:
                raise FormulaError(f"slice [{shown(start)}:{shown(end)}], expected integers from 0 on")
            f[0].spend(max(0, min(end, len(values)) - start))
            return values[start:end]

        return cut

    def _call(self, node: ast.Call, scope: Scope) -> Code:
        if not isinstance(node.func, ast.Name):
            raise FormulaError(f"`{ast.unparse(node.func)}` cannot be called")
        name = node.func.id
        keywords = {keyword.arg or "": self.compile(keyword.value, scope) for keyword in node.keywords}
        if name in CALLS and scope.slot(name) is None:
            taken = FUNCTION if name in VECTORS else 0
            return CALLS[name](self.ar, self._collection(node.args, scope, taken), keywords, self.site(node))
        return self._define(name, [self.compile(argument, scope) for argument in node.args])

    def _collection(self, arguments: Sequence[ast.expr], scope: Scope, steps: int) -> Collection:
        """A call's arguments: as code one by one, and as a single collection, with whose members steps are taken."""
        if len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp | ast.ListComp):
            members = self._comprehension(arguments[0], scope, steps)
            return Collection([lambda f: tuple(members(f))], members)
        codes = [self.compile(argument, scope) for argument in arguments]
        if len(codes) == 1:
            return Collection(codes, members_of(codes[0], 1 + steps))
        return Collection(codes, lambda f: (code(f) for code in codes))

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp, scope: Scope, steps: int = 0) -> Code:
        """Code that returns an iterator over the members, with each of which some steps are taken."""
        loops = []
        innermost = node.generators[-1]
        for clause in node.generators:
            if not isinstance(clause.target, ast.Name) or clause.is_async:
                raise FormulaError(f"`{ast.unparse(node)}`: a loop needs one variable")
            each = 1 + sum(map(steps_of, clause.ifs)) + (steps_of(node.elt) + steps if clause is innermost else 0)
            iterable = members_of(self.compile(clause.iter, scope), each)
            scope, slot = scope.bind(clause.target.id)
            loops.append((iterable, slot, [self.compile(test, scope) for test in clause.ifs]))
        code = single(self.compile(node.elt, scope))
        for iterable, slot, tests in reversed(loops):
            code = loop(iterable, slot, tests, code)
        return code
