"""Which code is mutated: what makes the numbers, and neither the checks of arguments nor the text around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

# Arguments are read and refused by these, which the `invalid` clauses and the project's own tests are for; errstate
# only silences warnings.
_CHECKS = re.compile(r"(check\w*|refuse|read_\w+|\w+_arguments|errstate)")
# Annotations are not evaluated; a default is never used by the suite, which passes every argument.
_NOT_RUN = (cst.Annotation, cst.Param, cst.Decorator, cst.Import, cst.ImportFrom, cst.Raise, cst.BaseString)


def nodes(module: cst.Module) -> Iterator[cst.CSTNode]:
    """Every node that may be mutated, in the order of the source."""
    collected: list[cst.CSTNode] = []
    module.visit(_Collector(collected))
    return iter(collected)


class _Collector(cst.CSTVisitor):
    def __init__(self, collected: list[cst.CSTNode]) -> None:
        super().__init__()
        self.collected = collected

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _NOT_RUN) or is_check(node):
            return False
        self.collected.append(node)
        return True


def is_check(node: cst.CSTNode) -> bool:
    """Whether it reads or refuses arguments."""
    if isinstance(node, cst.FunctionDef):
        return _CHECKS.fullmatch(node.name.value) is not None
    if isinstance(node, cst.If):
        return node.orelse is None and only_raises(node)
    if isinstance(node, cst.Call):
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        return isinstance(called, cst.Name) and _CHECKS.fullmatch(called.value) is not None
    return False


def only_raises(node: cst.If) -> bool:
    """Whether all that an ``if`` does is to raise."""
    lines = [small for line in node.body.body if isinstance(line, cst.SimpleStatementLine) for small in line.body]
    return len(lines) == len(node.body.body) == 1 and isinstance(lines[0], cst.Raise)
