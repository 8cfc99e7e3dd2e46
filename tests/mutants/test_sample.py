"""A sample takes of every file its share, by the seed alone."""

from __future__ import annotations

from tests.mutants.sample import stratified

STRATA = [list(range(100)), list(range(100, 110)), [200]]


def test_every_stratum_has_its_share() -> None:
    chosen = stratified(STRATA, 37, seed=0)

    assert [sum(each in stratum for each in chosen) for stratum in STRATA] == [34, 4, 1]
    assert len(set(chosen)) == len(chosen)


def test_the_seed_decides() -> None:
    assert stratified(STRATA, 20, seed=1) == stratified(STRATA, 20, seed=1) != stratified(STRATA, 20, seed=2)


def test_all_is_every_item() -> None:
    assert sorted(stratified(STRATA, 111, seed=0)) == [item for stratum in STRATA for item in stratum]
