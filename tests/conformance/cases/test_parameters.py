"""Parameters: every legal value, the default first, numbers that the dtype has, and what a subject has built in."""

import pytest
from hypothesis import find

from rankproof.conformance.cases.dtypes import FORMATS, round_to
from rankproof.conformance.cases.parameters import parameter, parameters
from rankproof.conformance.cases.scores import GRID
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import Location, ParameterSpec, ParameterType

WARP, NDCG = load_builtin("warp"), load_builtin("approx_ndcg")
HERE = Location("made_up.yaml", 1, "parameters.penalty")


def drawn(spec, dtype="float64", certified=False, count=80):
    return draw_cases(parameter(spec, dtype, certified=certified), count, seed=0)


@pytest.mark.parametrize("name", ["violation", "rank_weight", "replacement"])
def test_every_choice_is_drawn(name):
    spec = WARP.parameters[name]

    assert set(drawn(spec)) == set(spec.choices or (False, True))


@pytest.mark.parametrize(
    ("loss", "name"), [(WARP, name) for name in WARP.parameters] + [(NDCG, name) for name in NDCG.parameters]
)
def test_a_parameter_shrinks_to_its_default(loss, name):
    spec = loss.parameters[name]

    assert find(parameter(spec, "float64", certified=False), lambda value: True) == spec.default


def test_a_nullable_integer_is_null_or_within_its_range():
    values = set(drawn(WARP.parameters["max_trials"]))

    assert values == {None, *range(1, 9)}


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("name", ["temperature", "cutoff_temperature"])
def test_a_real_is_within_its_range_and_representable_in_the_dtype(dtype, name):
    spec = NDCG.parameters[name]
    values = drawn(spec, dtype)

    assert spec.drawn[0] <= min(values) < max(values) <= spec.drawn[1]
    assert values == [float(round_to(value, dtype)) for value in values]
    assert len(set(values)) > 10


def test_a_certified_parameter_in_the_unit_of_scores_lies_on_their_grid():
    values = set(drawn(WARP.parameters["margin"], certified=True))

    assert values == {GRID * number for number in range(7)}


def test_a_certified_parameter_that_must_be_positive_is_never_zero():
    spec = ParameterSpec("penalty", ParameterType.REAL, 1.0, "", HERE, unit="score", above=0.0, drawn=(0.0, 2.0))

    assert set(drawn(spec, certified=True)) == {0.5, 1.0, 1.5, 2.0}
    assert min(drawn(spec)) > 0


def test_a_nullable_real_is_null_or_a_number():
    spec = ParameterSpec("penalty", ParameterType.REAL, None, "", HERE, drawn=(1.0, 2.0))
    values = drawn(spec)

    assert None in values
    assert all(1.0 <= value <= 2.0 for value in values if value is not None)


@pytest.mark.parametrize("kind", [ParameterType.REAL, ParameterType.INTEGER])
@pytest.mark.parametrize("default", [None, 2])
def test_a_number_without_a_range_stays_at_its_default(kind, default):
    assert set(drawn(ParameterSpec("penalty", kind, default, "", HERE))) == {default}


def test_what_a_subject_has_built_in_stays_and_the_rest_is_drawn():
    values = draw_cases(parameters(WARP, "float64", certified=False, fixed={"violation": "misranking"}), 30, seed=0)

    assert {each["violation"] for each in values} == {"misranking"}
    assert {each["rank_weight"] for each in values} == {"harmonic", "logarithmic"}
    assert all(set(each) == set(WARP.parameters) for each in values)
