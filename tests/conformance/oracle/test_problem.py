"""A list is evaluated in floats where they suffice, in more digits where they do not, by programs that are kept."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.oracle.lists import split
from rankproof.conformance.oracle.problem import BITS, ListProblem, Programs, to_float
from rankproof.conformance.oracle.settings import EXACT, Setting
from tests.conformance.oracle.losses import case, expression, loss

SPEC = loss("sum(exp(x[i]) for i in n)")


def problem(x, dtype="float32", programs=None, spec=SPEC):
    ((_, given),) = split(spec, case(x))
    return ListProblem(programs or Programs(), spec, given, {}, dtype, False)


def field(program, values):
    return program.ar.field


def test_a_spec_is_compiled_once_for_a_setting():
    programs = Programs()
    setting = Setting("float32", False)

    assert programs.get(SPEC, setting) is programs.get(SPEC, setting)
    assert programs.get(SPEC, setting) is not programs.get(SPEC, Setting("float64", False))


def test_floats_come_first_and_more_digits_where_they_do_not_suffice():
    def value(program, values):
        run = program.start(values)
        return program.ar.field, program.value(run, SPEC.formula.value, {}).v

    near, far = problem([1.0]).attempt(value), problem([800.0]).attempt(value)

    assert isinstance(near[0], FloatField)
    assert isinstance(far[0], MpField)
    assert far[0].bits == BITS
    assert to_float(far[1]) == math.inf
    assert float(far[1] / far[0].exp(far[0].exact(800))) == 1


def test_an_exact_subject_is_asked_in_more_digits_from_the_start():
    assert isinstance(problem([1.0], EXACT).attempt(field), MpField)
    assert isinstance(problem([1.0]).exactly(field), MpField)


def test_problems_are_told_apart_by_everything_that_their_numbers_depend_on():
    first = problem([1.0])
    others = [problem([2.0]), problem([1.0], "float64"), problem([1.0], spec=loss("x[0]"))]

    assert first.key() == problem([1.0]).key()
    assert len({each.key() for each in (first, *others)}) == 4


def test_a_condition_that_holds_somewhere_is_not_undecided_elsewhere():
    close = expression("exp(x[i]) == 1")
    spots = [{"i": 0}, {"i": 1}]

    assert problem([0.0, 1.0]).holds(expression("x[i] == 0"), spots)
    assert not problem([3.0, 1.0]).holds(close, spots)
    with pytest.raises(Undecided):
        problem([1e-9, 1.0]).holds(close, spots)
    assert problem([1e-9, 0.0]).holds(expression("exp(x[i]) == 1 if i == 0 else x[i] == 0"), spots)


@pytest.mark.parametrize(("value", "expected"), [(1, 1.0), (10**400, math.inf), (-(10**400), -math.inf)])
def test_a_number_beyond_the_floats_is_infinite(value, expected):
    assert to_float(value) == expected
