"""A text is put in parentheses where it is looser than its place, and nowhere else."""

from __future__ import annotations

import ast
import itertools

import pytest

from rankproof.conformance.specification.precedence import Level, enclosed

SAMPLES = {
    Level.OR: "a or b",
    Level.AND: "a and b",
    Level.NOT: "not a",
    Level.COMPARISON: "a < b",
    Level.SUM: "a + b",
    Level.PRODUCT: "a * b",
    Level.SIGN: "-a",
    Level.POWER: "a ** b",
    Level.ATOM: "a",
}


def test_a_looser_text_is_enclosed_in_a_tighter_place():
    assert enclosed(("a + b", Level.SUM), Level.PRODUCT) == "(a + b)"
    assert enclosed(("a * b", Level.PRODUCT), Level.SUM) == "a * b"
    assert enclosed(("a + b", Level.SUM), Level.SUM) == "a + b"


def test_what_must_be_tighter_than_its_own_level_is_enclosed_at_it():
    assert enclosed(("a - b", Level.SUM), Level.SUM.next()) == "(a - b)"
    assert Level.ATOM.next() is Level.ATOM


@pytest.mark.parametrize(("outer", "inner"), itertools.product(SAMPLES, SAMPLES))
def test_the_levels_are_in_the_order_of_pythons_grammar(outer, inner):
    if outer in (Level.ATOM, Level.NOT, Level.SIGN):
        return
    operator = SAMPLES[outer].split(" ")[1]
    parsed = ast.dump(ast.parse(f"{enclosed((SAMPLES[inner], inner), outer.next())} {operator} z", mode="eval").body)
    meant = ast.dump(ast.parse(f"({SAMPLES[inner]}) {operator} z", mode="eval").body)

    assert parsed == meant
