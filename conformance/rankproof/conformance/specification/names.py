"""What the names of an expression mean: every one has to be declared, and called with the right arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from rankproof.conformance.specification.formula import at
from rankproof.conformance.specification.language import FUNCTIONS
from rankproof.conformance.specification.suggest import did_you_mean, shown

_MOST_MESSAGES = 10
_POSITION = re.compile(r"[a-z]")


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use."""

    axes: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    parameters: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)  # with choices; None: a number
    definitions: Mapping[str, int] = field(default_factory=dict)  # with the number of arguments
    variables: tuple[str, ...] = ()

    def with_variables(self, names: Iterable[str]) -> Scope:
        """The scope inside a definition or comprehension."""
        return replace(self, variables=(*self.variables, *names))

    def meaning(self, name: str) -> str | None:
        """``"an axis"``: what a name is, None for an unknown one."""
        kinds = {
            "a variable": self.variables,
            "an input": self.inputs,
            "a parameter": self.parameters,
            "an axis": self.axes,
            "a definition": self.definitions,
            "a function": FUNCTIONS,
        }
        return next((kind for kind, names in kinds.items() if name in names), None)

    @property
    def names(self) -> list[str]:
        """Everything that may stand without being called."""
        return [*self.variables, *self.inputs, *self.parameters, *self.axes, *self.definitions]


def check_names(node: ast.expr, text: str, scope: Scope) -> list[str]:
    """What is wrong with the names of an expression, as messages with their column; of many the first ten."""
    return list(islice(_Checker(text).check(node, scope), _MOST_MESSAGES))


def positions(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """The free positions of a condition, in order: unknown single letters that are neither indexed nor called."""
    bound = {_identifier(each.target) for each in ast.walk(node) if isinstance(each, ast.comprehension)}
    heads = {id(each.value) for each in ast.walk(node) if isinstance(each, ast.Subscript)}
    heads |= {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    found = [
        (each.col_offset, each.id)
        for each in ast.walk(node)
        if isinstance(each, ast.Name)
        and id(each) not in heads
        and _POSITION.fullmatch(each.id)
        and each.id not in bound
        and scope.meaning(each.id) is None
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def calls(node: ast.expr, definitions: Iterable[str]) -> tuple[str, ...]:
    """The definitions that an expression uses, in order."""
    known = set(definitions)
    used = (each.id for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in known)
    return tuple(dict.fromkeys(used))


class _Checker:
    """Walks an expression with the scope at each point; yields messages."""

    def __init__(self, text: str) -> None:
        self._text = " ".join(text.splitlines()).strip()

    def check(self, node: ast.AST, scope: Scope) -> Iterator[str]:
        match node:
            case ast.Name():
                yield from self._value(node, scope)
            case ast.Constant(value=str()):
                yield self._say(node, f"the text {shown(node.value)} can only be compared with a choice parameter")
            case ast.Call():
                yield from self._call(node, scope)
            case ast.Subscript():
                yield from self._vector(node.value, scope)
                yield from self.check(node.slice, scope)
            case ast.Compare():
                yield from self._compare(node, scope)
            case ast.GeneratorExp() | ast.ListComp():
                yield from self._comprehension(node, scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self.check(child, scope)

    def _vector(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """Where an input may stand as a whole."""
        if not (isinstance(node, ast.Name) and scope.meaning(node.id) == "an input"):
            yield from self.check(node, scope)

    def _value(self, node: ast.Name, scope: Scope) -> Iterator[str]:
        kind = scope.meaning(node.id)
        if kind is None:
            yield self._say(node, f"unknown name {node.id!r}", did_you_mean(node.id, scope.names))
        elif kind == "an input":
            yield self._say(node, f"{node.id!r} is an input, not a number", f"; index it, as {node.id}[i]")
        elif kind == "an axis":
            yield self._say(node, f"{node.id!r} is an axis", f"; write 'for i in {node.id}' or len({node.id})")
        elif kind == "a function":
            yield self._say(node, f"{node.id!r} is a function", f"; call it, as {node.id}(...)")
        elif kind == "a parameter" and scope.parameters[node.id] is not None:
            yield self._say(node, f"the choice {node.id!r} can only be compared", f"; write {node.id} == '...'")
        elif kind == "a definition" and scope.definitions[node.id]:
            count = scope.definitions[node.id]
            yield self._say(node, f"the definition {node.id!r} takes {_arguments(count)}, got none")

    def _call(self, node: ast.Call, scope: Scope) -> Iterator[str]:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        kind = scope.meaning(name)
        if kind == "a function":
            yield from self._function(node, name, scope)
            return
        if kind == "a definition":
            yield from self._definition(node, name, scope)
        elif kind is None:
            callables = [*FUNCTIONS, *scope.definitions]
            yield self._say(node, f"unknown function {name!r}", did_you_mean(name, callables))
        else:
            yield self._say(node, f"{name!r} is {kind} and cannot be called", f"; index it, as {name}[i]")
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            yield from self._vector(argument, scope)

    def _definition(self, node: ast.Call, name: str, scope: Scope) -> Iterator[str]:
        expected = scope.definitions[name]
        if node.keywords:
            yield self._say(node, f"the definition {name!r} takes no keyword, got {node.keywords[0].arg!r}")
        if expected == 0:
            yield self._say(node, f"the definition {name!r} takes no arguments; write {name} without parentheses")
        elif len(node.args) != expected:
            yield self._say(node, f"the definition {name!r} takes {_arguments(expected)}, got {len(node.args)}")

    def _function(self, node: ast.Call, name: str, scope: Scope) -> Iterator[str]:
        signature = FUNCTIONS[name]
        count = len(node.args)
        if count < signature.least or (signature.most is not None and count > signature.most):
            yield self._say(node, f"{name} takes {_range(signature.least, signature.most)}, got {count}")
        given = [str(keyword.arg) for keyword in node.keywords]
        for keyword in node.keywords:
            if keyword.arg not in signature.keywords:
                hint = did_you_mean(str(keyword.arg), signature.keywords)
                yield self._say(node, f"{name} takes no keyword {keyword.arg!r}", hint)
            elif keyword.arg in signature.optional and not _is_flag(keyword.value):
                yield self._say(keyword.value, f"{keyword.arg} of {name} is written out, as {keyword.arg}=True")
        for required in signature.required:
            if required not in given:
                yield self._say(node, f"{name} needs {required}=..., the value when nothing matches")
        values = [keyword.value for keyword in node.keywords if keyword.arg not in signature.optional]
        for argument in [*node.args, *values]:
            if signature.axis and isinstance(argument, ast.Name) and argument.id in scope.axes:
                continue
            whole = signature.axis or (signature.generator and len(node.args) == 1)
            yield from self._vector(argument, scope) if whole else self.check(argument, scope)

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp, scope: Scope) -> Iterator[str]:
        inner = scope
        for part in node.generators:
            assert isinstance(part.target, ast.Name)
            if not (isinstance(part.iter, ast.Name) and part.iter.id in scope.axes):
                yield from self._vector(part.iter, inner)
            kind = inner.meaning(part.target.id)
            if kind is not None:
                hint = "; a variable needs a name of its own"
                yield self._say(part.target, f"the variable {part.target.id!r} is {kind} already", hint)
            inner = inner.with_variables([part.target.id])
            for condition in part.ifs:
                yield from self.check(condition, inner)
        yield from self.check(node.elt, inner)

    def _compare(self, node: ast.Compare, scope: Scope) -> Iterator[str]:
        operands = [node.left, *node.comparators]
        texts = [each for each in operands if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        choices = [each for each in operands if _choices(each, scope) is not None]
        if not texts:
            asks_whether_given = all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
            for each in operands:
                yield from self._vector(each, scope) if asks_whether_given else self.check(each, scope)
            return
        if len(operands) != 2 or len(choices) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            for each in operands:
                yield from self.check(each, scope)
            return
        known = _choices(choices[0], scope) or ()
        if texts[0].value not in known:
            name = _identifier(choices[0])
            hint = did_you_mean(str(texts[0].value), known)
            yield self._say(texts[0], f"{shown(texts[0].value)} is not a choice of {name!r}", hint)

    def _say(self, node: ast.AST, what: str, hint: str = "") -> str:
        return f"{what} {at(self._text, getattr(node, 'col_offset', 0))}{hint}"


def _identifier(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _choices(node: ast.expr, scope: Scope) -> tuple[str, ...] | None:
    if isinstance(node, ast.Name) and node.id not in scope.variables:
        return scope.parameters.get(node.id)
    return None


def _is_flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_arguments(least)}"
    return _arguments(least) if least == most else f"{least} to {most} arguments"
