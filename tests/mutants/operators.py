"""The operators of mutation, by the name under which a report and the list of equivalents know them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from tests.mutants import calls, expressions, statements
from tests.mutants.expressions import Change

Operator = Callable[[cst.CSTNode], Iterator[Change]]

_COMMON: dict[str, Operator] = {
    "arithmetic": expressions.arithmetic,
    "bitwise": expressions.bitwise,
    "comparison": expressions.comparison,
    "constant": expressions.constant,
    "term": expressions.term,
    "sign": expressions.sign,
    "logic": expressions.logic,
    "branch": expressions.branch,
    "index": expressions.index,
    "function": calls.function,
    "arguments": calls.arguments,
    "keyword": calls.keyword,
    "left_out": calls.left_out,
    "statement": statements.statement,
}
TORCH: Mapping[str, Operator] = {**_COMMON, "graph": calls.graph, "dtype": calls.dtype}
# For tensors that no gradient passes through.
LABELS: Mapping[str, Operator] = {**_COMMON, "dtype": calls.dtype}
NUMPY: Mapping[str, Operator] = {**_COMMON, "dtype": calls.array_dtype}
