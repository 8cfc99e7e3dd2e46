"""Numbers with their derivatives: how large those may be over a gradient set, and how they add up."""

from __future__ import annotations

from rankproof.conformance.oracle.numbers import Number, add_scaled, combined, sizes


def tied(*options):
    """A number at a tie of options, each with its partials."""
    generators = {frozenset({(0, place)}): partials for place, partials in enumerate(options)}
    return Number(1.0, 0.0, {0: 1.0}, {0: 0.0, 1: 0.0}, generators)


def test_what_every_implementation_has_is_certain():
    assert Number(1.0, 0).certain
    assert Number(1.0, 5.0, leaf=True).certain
    assert not Number(1.0, 5.0).certain


def test_the_size_of_a_derivative_is_its_largest_over_the_options():
    assert sizes(Number(1.0, 0, {0: -3.0})) == {0: 3.0}
    assert sizes(tied({}, {0: 2.0}, {0: -5.0, 1: 1.0})) == {0: 1.0 + 5.0, 1: 1.0}


def test_sums_of_numbers_have_sums_of_derivatives():
    partials, generators = combined([(2.0, tied({}, {1: 3.0})), (-1.0, Number(0.0, 0, {0: 1.0}))])

    assert partials == {0: 1.0}
    assert generators == {frozenset({(0, 0)}): {}, frozenset({(0, 1)}): {1: 6.0}}
    assert combined([(1.0, Number(0.0, 0))]) == ({}, None)


def test_partials_are_added_in_place():
    target = {0: 1.0}
    add_scaled(target, 2.0, {0: 3.0, 4: 1.0})

    assert target == {0: 7.0, 4: 2.0}


def test_a_number_shows_what_it_holds():
    assert repr(Number(1.5, 0)) == "Number(1.5, e=0, p={}, q={}, g=None, leaf=False)"
