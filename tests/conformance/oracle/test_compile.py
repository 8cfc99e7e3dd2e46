"""Compiling: only what the language has becomes code, and what cannot be evaluated says where."""

from __future__ import annotations

import ast

import pytest

from rankproof.conformance.oracle import Oracle
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.compile import Compiler
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.frames import Scope
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, loss


def compiled(text):
    """Straight to the compiler, past the reader that would refuse it first."""

    def define(name, arguments):
        raise FormulaError(f"{name} is not defined")

    compiler = Compiler(Arithmetic(FloatField(), 2.0**-24), define, None)
    return compiler.compile(ast.parse(text, mode="eval").body, Scope({"x": 1}, 2))


@pytest.mark.parametrize(
    "text",
    [
        "lambda: 1",
        "x.y",
        "x << 1",
        "x @ x",
        "~x",
        "1 in x",
        "x.append(1)",
        "x[::2]",
        "[a for a, b in x]",
        "{1: 2}",
        "f'{x}'",
        "(y := 1)",
        "unknown(x)",
    ],
)
def test_what_is_not_in_the_language_is_refused_even_without_the_reader(text):
    with pytest.raises(FormulaError):
        compiled(text)


def value(formula, x=(1.0, 3.0, 4.0)):
    return float(Oracle().answer(loss(formula), case(list(x), [2] * len(x), certified=True)).value)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("x[3]", "index 3 outside `x` of length 3"),
        ("x[-1]", "index -1 outside"),
        ("x[x[0]]", "outside `x`"),
        ("sum(x[-1:])", "slice [-1:3], expected integers from 0 on"),
        ("1 if x[0] else 0", "where a condition is expected"),
        ("1 if not 1 else 0", "1 where a condition is expected"),
        ("1 if x[0] > 0 and 2 else 0", "2 where a condition is expected"),
        ("sum(1 for i in n if i)", "0 where a condition is expected"),
    ],
)
def test_what_cannot_be_evaluated_says_what_it_met(formula, words):
    with pytest.raises(FormulaError) as caught:
        value(formula)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 if x is None else 2", 2),
        ("1 if x is not None else 2", 1),
        ("1 if len(x) == 3 != 4 else 2", 1),
        ("1 if 1 < 2 > 3 else 2", 2),
        ("sum(x[1:9])", 7),
        ("sum(x[:0])", 0),
        ("-(-x[1] + 2)", 1),
        ("1 - (2 - x[0])", 0),
    ],
)
def test_what_is_in_the_language_means_what_it_does_in_python(formula, expected):
    assert value(formula) == expected


def test_what_is_after_the_deciding_condition_is_not_evaluated():
    assert value("1 if x[0] > 0 or x[9] > 0 else 2") == 1
    assert value("1 if x[0] < 0 and x[9] > 0 else 2") == 2
    assert value("x[0] if x[0] > 0 else x[9]") == 1
