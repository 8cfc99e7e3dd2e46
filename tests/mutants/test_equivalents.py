"""The list of equivalents is read, refused where it is wrong, and reported where it is out of date."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import equivalents
from tests.mutants.equivalents import ListError, unmatched
from tests.mutants.files import FILES
from tests.mutants.mutant import Key, Mutant
from tests.mutants.report import is_good, stale_entries
from tests.mutants.results import Fate, Result, score

KEY = Key("a.py", "sign", "-1", "1")


def test_every_listed_mutant_is_generated() -> None:
    generated = [mutant.key for file in FILES for mutant in file.mutants]

    assert unmatched(equivalents.load(), generated) == []


def test_an_entry_that_is_no_mutant_is_stale() -> None:
    stale = stale_entries([], unmatched({KEY: "proof"}, []))

    assert len(stale) == 1
    assert "no mutant" in stale[0]


def test_an_entry_that_is_inert_is_stale() -> None:
    results = [Result(Mutant(KEY, 1, ""), Fate.INERT, "", 0.1, "proof")]

    assert stale_entries(results, [])[0].endswith("is inert")


def test_an_entry_that_is_killed_is_stale() -> None:
    results = [Result(Mutant(KEY, 1, ""), Fate.KILLED, "warp::float64::value", 0.1, "proof")]

    assert "killed (warp::float64::value)" in stale_entries(results, [])[0]
    assert not is_good(results, stale_entries(results, []))


@pytest.mark.parametrize(
    "text",
    [
        "a.py: [{mutants: [[sign, '-1', '1']]}]",
        "a.py: [{proof: so, mutants: [[sign, '-1']]}]",
        "a.py: [{proof: so, mutants: [[sign, '-1', '1'], [sign, '-1', '1']]}]",
        "a.py: [{proof: so, mutants: []}]",
    ],
)
def test_a_wrong_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(text)

    with pytest.raises(ListError, match=r"list\.yaml, a\.py"):
        equivalents.load(path)


def test_the_score_leaves_out_what_is_no_fault() -> None:
    mutant = Mutant(KEY, 1, "")
    fates = [
        (Fate.KILLED, ""),
        (Fate.STOPPED, ""),
        (Fate.SURVIVED, ""),
        (Fate.SURVIVED, "so"),
        (Fate.INCOMPETENT, ""),
        (Fate.INERT, ""),
    ]
    found = score([Result(mutant, fate, "by", 0.0, proof) for fate, proof in fates])

    assert (found.caught, found.counted) == (2, 3)
    assert found.interval == pytest.approx((0.2077, 0.9385), abs=1e-4)
