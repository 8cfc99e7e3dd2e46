"""What counts as a step of a formula, so that none takes long."""

from __future__ import annotations

import ast

import pytest

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.oracle.steps import FUNCTION, STEPS, steps_of
from rankproof.conformance.specification.errors import BudgetExceeded
from tests.conformance.oracle.test_program import expression


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1", 0),
        ("x", 0),
        ("x + 1", 1),
        ("-x * y if x < y and not x else 0", 6),
        ("x ** 2", FUNCTION),
        ("exp(x) + log(y[0])", 2 * FUNCTION + 2),
        ("sum(exp(i) for i in x)", FUNCTION),
        ("[i + 1 for i in x]", 0),
    ],
)
def test_operations_are_steps_and_functions_several(text, steps):
    assert steps_of(ast.parse(text, mode="eval").body) == steps


def taken(text, field=None, **definitions):
    """The steps that an expression takes: with one less it is stopped."""
    program = Program(Arithmetic(field or FloatField(), 2.0**-53), (), definitions)
    slowness = program.ar.field.slowness
    for steps in range(1000):
        try:
            program.value(program.start({}, steps=steps * slowness), expression(text))
        except BudgetExceeded:
            continue
        return steps * slowness
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("sum(1 for i in range(7))", 7),
        ("sum(i * 2 + 1 for i in range(7))", 3 * 7),
        ("sum(exp(i) for i in range(7))", (1 + FUNCTION) * 7),
        ("sum(i for i in range(7) if i > 2)", 2 * 7),
        ("sum(i * j for i in range(7) for j in range(3))", 7 + 2 * 7 * 3),
        ("norm(i for i in range(7))", (1 + FUNCTION) * 7),
        ("logsumexp(range(7))", (1 + FUNCTION) * 7),
    ],
)
def test_a_loop_takes_the_steps_of_its_body_for_each_member(text, steps):
    assert taken(text) == steps


def test_where_arithmetic_is_slow_there_are_fewer_steps():
    assert taken("sum(i * 2 for i in range(7))", MpField(200)) == 20 * taken("sum(i * 2 for i in range(7))")


def test_a_formula_of_costly_operations_is_stopped_sooner():
    program = Program(Arithmetic(FloatField(), 2.0**-53), (), {})
    members = STEPS // (1 + FUNCTION) + 1
    with pytest.raises(BudgetExceeded):
        program.value(program.start({}), expression(f"sum(exp(-i) for i in range({members}))"))
