"""Mutants of calls: other functions, swapped and dropped arguments, calls left out, detached graphs, other dtypes."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from tests.mutants.expressions import Change, parenthesised

_PAIRS = (
    *(("sum", "mean"), ("max", "min"), ("amax", "amin"), ("argmax", "argmin"), ("maximum", "minimum")),
    *(("any", "all"), ("ones", "zeros"), ("ones_like", "zeros_like"), ("new_zeros", "new_ones"), ("exp2", "exp")),
    *(("log2", "log"), ("log1p", "log"), ("expm1", "exp"), ("floor", "ceil"), ("relu", "abs"), ("sigmoid", "tanh")),
)
_FUNCTIONS = {**{other: name for name, other in _PAIRS}, **dict(_PAIRS), "log": "log1p", "exp": "expm1"}
_DTYPES = {"float32": "float64", "float64": "float32"}
WATCHER = "watcher_of_the_suite"
# Where the result lies is not judged: all mutants are judged on the CPU.
_UNJUDGED = ("device",)
# What these return has no graph and no floating dtype.
_DISCRETE = ("any", "all", "isnan", "argmax", "bool", "long", "int", "eye", "ones_like")
# Swapping the arguments of these changes nothing.
_SYMMETRIC = ("max", "min", "maximum", "minimum")
_LOGICAL = (cst.BitAnd, cst.BitOr)


def function(node: cst.CSTNode) -> Iterator[Change]:
    """A call of another function: ``sum`` becomes ``mean``, ``max`` ``min``, ``any`` ``all``, ``log2`` ``log``."""
    if isinstance(node, cst.Call):
        name = _called(node)
        if name is not None and name.value in _FUNCTIONS:
            yield name, cst.Name(_FUNCTIONS[name.value])


def arguments(node: cst.CSTNode) -> Iterator[Change]:
    """Two neighbouring positional arguments swapped; the branches of a ``where``, or one in place of both."""
    if not isinstance(node, cst.Call):
        return
    name = _called(node)
    if name is not None and name.value in _SYMMETRIC:
        return
    positional = [number for number, each in enumerate(node.args) if each.keyword is None and not each.star]
    is_where = name is not None and name.value == "where"
    for first, second in zip(positional[is_where:], positional[is_where + 1 :], strict=False):
        yield node, _with_arguments(node, {first: node.args[second].value, second: node.args[first].value})
        if is_where:
            yield node, _with_arguments(node, {first: node.args[second].value})
            yield node, _with_arguments(node, {second: node.args[first].value})


def keyword(node: cst.CSTNode) -> Iterator[Change]:
    """A keyword argument left out; of a tuple of axes one left out."""
    if not isinstance(node, cst.Call):
        return
    for number, each in enumerate(node.args):
        if each.keyword is None or each.keyword.value in _UNJUDGED:
            continue
        yield node, node.with_changes(args=[*node.args[:number], *node.args[number + 1 :]])
        if each.keyword.value in ("dim", "axis") and isinstance(each.value, cst.Tuple):
            for element in each.value.elements:
                yield each, each.with_changes(value=element.value)


def left_out(node: cst.CSTNode) -> Iterator[Change]:
    """A call left out: ``a.f(b)`` becomes ``a``, ``f(a)`` becomes ``a``; a module is no ``a``."""
    if not isinstance(node, cst.Call):
        return
    if isinstance(node.func, cst.Attribute) and not _is_module(node.func.value):
        yield node, node.func.value
    elif len(node.args) == 1 and node.args[0].keyword is None and not _is_conversion(node):
        yield node, parenthesised(node.args[0].value)


def graph(node: cst.CSTNode) -> Iterator[Change]:
    """What is assigned or returned is detached."""
    for value in _results(node):
        yield value, cst.Call(cst.Attribute(parenthesised(value), cst.Name("detach")))


def watching(value: cst.BaseExpression) -> cst.Call:
    """What `graph` detaches as it is, but shown to the watcher that the source knows by ``WATCHER``."""
    return cst.Call(cst.Name(WATCHER), [cst.Arg(value)])


def dtype(node: cst.CSTNode) -> Iterator[Change]:
    """Another dtype is named; what is assigned or returned is rounded to float32."""
    if isinstance(node, cst.Attribute) and node.attr.value in _DTYPES:
        yield node.attr, cst.Name(_DTYPES[node.attr.value])
    for value in _results(node):
        yield value, cst.Call(cst.Attribute(parenthesised(value), cst.Name("float")))


def array_dtype(node: cst.CSTNode) -> Iterator[Change]:
    """For numpy: what is assigned or returned is rounded to float32."""
    for value in _results(node):
        yield value, cst.Call(cst.Attribute(cst.Name("np"), cst.Name("float32")), [cst.Arg(value)])


def _called(node: cst.Call) -> cst.Name | None:
    """The name of the function or method that is called."""
    called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return called if isinstance(called, cst.Name) else None


def _is_conversion(node: cst.Call) -> bool:
    """Whether leaving it out changes no number: ``float(a)`` has another type, ``sum(a for ...)`` is no number."""
    name = _called(node)
    is_cast = name is not None and name.value in ("float", "bool")
    return is_cast or isinstance(node.args[0].value, cst.GeneratorExp)


def _with_arguments(node: cst.Call, values: dict[int, cst.BaseExpression]) -> cst.Call:
    args = [each.with_changes(value=values.get(number, each.value)) for number, each in enumerate(node.args)]
    return node.with_changes(args=args)


def _is_module(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in ("torch", "np", "math")


def _results(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The expressions of numbers that a statement assigns or returns; what is seen to be no number is left out."""
    value = node.value if isinstance(node, cst.Assign | cst.AnnAssign | cst.AugAssign | cst.Return) else None
    if value is None or (isinstance(node, cst.Assign) and _unpacks(node) and not isinstance(value, cst.Tuple)):
        return
    for part in [element.value for element in value.elements] if isinstance(value, cst.Tuple) else [value]:
        if not _is_discrete(part):
            yield part


def _unpacks(node: cst.Assign) -> bool:
    return any(isinstance(target.target, cst.Tuple) for target in node.targets)


def _is_discrete(node: cst.BaseExpression) -> bool:
    """Whether it is seen to be a truth value, a literal or None."""
    if isinstance(node, cst.Comparison | cst.BooleanOperation | cst.SimpleString | cst.BaseNumber):
        return True
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, _LOGICAL)
    if isinstance(node, cst.UnaryOperation):
        return isinstance(node.operator, cst.BitInvert | cst.Not)
    if isinstance(node, cst.IfExp):
        return _is_discrete(node.body) and _is_discrete(node.orelse)
    if isinstance(node, cst.Call):
        name = _called(node)
        return name is not None and name.value in _DISCRETE
    return isinstance(node, cst.Name) and node.value in ("None", "True", "False")
