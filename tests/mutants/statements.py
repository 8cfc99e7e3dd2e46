"""Mutants of statements: one removed, whose absence the rest of the function survives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from tests.mutants.expressions import Change
from tests.mutants.region import is_check, only_raises


def statement(node: cst.CSTNode) -> Iterator[Change]:
    """Removed: a second assignment to a name, ``a += b``, a call for its effect, ``continue``; ``if`` never holds."""
    if isinstance(node, cst.FunctionDef):
        bound = {each.name.value for each in (*node.params.params, *node.params.kwonly_params)}
        yield from _removals(node.body.body, bound)


def _removals(body: Sequence[cst.CSTNode], bound: set[str]) -> Iterator[Change]:
    for each in body:
        if isinstance(each, cst.SimpleStatementLine):
            for small in each.body:
                if _is_removable(small, bound):
                    yield small, cst.Pass()
                bound |= _names(small)
        elif isinstance(each, cst.If):
            if each.orelse is None and not only_raises(each):
                yield each.test, cst.Name("False")
            yield from _removals(each.body.body, bound)
            if isinstance(each.orelse, cst.Else):
                yield from _removals(each.orelse.body.body, bound)
        elif isinstance(each, cst.For | cst.With):
            yield from _removals(each.body.body, bound)


def _is_removable(small: cst.CSTNode, bound: set[str]) -> bool:
    if isinstance(small, cst.AugAssign | cst.Continue):
        return True
    if isinstance(small, cst.Expr):
        return isinstance(small.value, cst.Call) and not is_check(small.value)
    if isinstance(small, cst.Assign):
        targets = [target.target for target in small.targets]
        return _names(small) <= bound and not any(isinstance(target, cst.Tuple) for target in targets)
    return False


def _names(small: cst.CSTNode) -> set[str]:
    """The names that a statement binds."""
    if isinstance(small, cst.Assign):
        targets = [each.target for each in small.targets]
    else:
        targets = [small.target] if isinstance(small, cst.AnnAssign) else []
    flat: list[cst.CSTNode] = []
    for target in targets:
        flat += [element.value for element in target.elements] if isinstance(target, cst.Tuple) else [target]
    return {each.value for each in flat if isinstance(each, cst.Name)}
