"""The clauses of each loss: stable ids, ordered by level, each with the place that defines it."""

import re

import pytest

from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import selected
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.verdict.finding import Level


def ids(loss):
    return {clause.id for clause in clauses(load_builtin(loss))}


@pytest.mark.parametrize("loss", builtin_ids())
def test_ids_are_unique_and_every_worked_case_has_one(loss):
    spec = load_builtin(loss)
    found = [clause.id for clause in clauses(spec)]

    assert len(found) == len(set(found))
    assert {f"examples.{each.id}" for each in spec.examples} <= set(found)
    assert {f"edge.{each.id}" for each in spec.edge_cases} <= set(found)
    assert {f"invalid.{each.id}" for each in spec.invalid} <= set(found)


@pytest.mark.parametrize("loss", builtin_ids())
def test_clauses_are_ordered_by_level(loss):
    levels = [list(Level).index(clause.level) for clause in clauses(load_builtin(loss))]

    assert levels == sorted(levels)
    assert levels[-1] > levels[0]


@pytest.mark.parametrize("loss", builtin_ids())
def test_every_clause_says_where_it_is_defined(loss):
    for clause in clauses(load_builtin(loss)):
        assert re.fullmatch(rf"({loss}\.yaml|\S*README\.md):\d+ \(.+\)", clause.location), clause.id


def test_a_loss_has_the_clauses_that_its_spec_gives_rise_to():
    assert "sampling" in ids("warp")
    assert not {"kink", "upstream"} <= ids("warp")
    assert not {"sampling", "padding", "purity.padding_nan"} & ids("margin_ranking")
    assert {"kink", "shift", "scale", "permutation", "zero_sum"} <= ids("margin_ranking")
    assert "purity.labels" not in ids("warp")


def test_half_precision_has_a_clause_of_its_own_and_the_one_on_nothing():
    spec = load_builtin("warp")

    assert {clause.id for clause in selected(spec, "float16", None)} == {"precision.float16", "edge.zero_size"}
    assert "precision.float16" not in {clause.id for clause in selected(spec, "float64", None)}


def test_clauses_are_selected_by_pattern_and_level():
    spec = load_builtin("warp")
    edges = {clause.id for clause in selected(spec, "float32", ["edge.n*"])}

    assert edges == {"edge.nan", "edge.nan_score", "edge.nothing_positive", "edge.no_violator", "edge.no_trials"}
    assert {clause.level for clause in selected(spec, "float32", None, Level.CORRECT)} == {Level.CORRECT}
