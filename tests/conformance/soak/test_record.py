"""The record of a soak run: it survives a kill, refuses what it did not write, and starts anew for other code."""

from __future__ import annotations

import json

import pytest

from rankproof.conformance.soak.errors import RecordError
from rankproof.conformance.soak.plan import Unit
from rankproof.conformance.soak.record import Record, read, write
from rankproof.conformance.soak.unit import Alarm, Count, Result

IDENTITY = {"sources": "abc", "versions": {"torch": "2.13"}, "plan": {"cases": 50}}


def result(seed, loss="warp", cases=10, share=0.5, alarms=()):
    count = Count(cases, 2 * cases, 1, share, f"{loss}, seed {seed}")
    return Result(Unit(seed, loss), 2.0, {"value": count}, list(alarms))


def record(*results):
    made = Record(dict(IDENTITY))
    for each in results:
        made.add(each)
    return made


def test_what_was_written_is_read_again(tmp_path):
    alarm = Alarm(2, "rankproof check ...", {"loss": "warp"})
    before = record(result(1), result(2, share=0.75, alarms=[alarm]))
    write(tmp_path / "deep" / "soak.json", before)

    assert read(tmp_path / "deep" / "soak.json") == before


def test_counts_of_units_are_added_and_the_worst_share_is_kept_with_its_place():
    made = record(result(1, share=0.75), result(2, "margin_ranking", 5, share=0.5))

    assert made.cases == 15
    assert made.counts == {"value": Count(15, 30, 2, 0.75, "warp, seed 1")}
    assert made.seconds == 4.0


def test_a_unit_is_known_by_its_seed_and_loss():
    made = record(result(1))

    assert made.has(Unit(1, "warp"))
    assert not made.has(Unit(1, "margin_ranking"))
    assert not made.has(Unit(2, "warp"))


def test_an_infinite_share_survives(tmp_path):
    write(tmp_path / "soak.json", record(result(1, share=float("inf"))))

    assert read(tmp_path / "soak.json").counts["value"].worst_share == float("inf")


def test_no_file_is_no_record(tmp_path):
    assert read(tmp_path / "absent.json") is None


def test_writing_replaces_the_file_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "soak.json"
    write(path, record(result(1)))
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(RecordError, match="No space left"):
        write(path, record(result(1), result(2)))

    assert read(path).units == {"1/warp": 10}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ('{"rankproof": "soak", "form', "no JSON"),
        ("\x00\xff", "no JSON"),
        ("[1, 2]", "other JSON"),
        ('{"rankproof": "0.1.0", "format": 1, "findings": []}', "other JSON"),
        ('{"rankproof": "soak", "format": 7}', "of format 7"),
        ('{"rankproof": "soak", "format": 1}', "damaged"),
    ],
)
def test_other_files_are_refused_with_what_to_do(tmp_path, text, said):
    path = tmp_path / "soak.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(RecordError, match=said) as refusal:
        read(path)

    assert str(path) in str(refusal.value)
    assert "Remove it" in str(refusal.value)
    assert path.read_text(encoding="latin-1") == text


@pytest.mark.parametrize("count", [-3, 1.5, "ten", None])
def test_a_count_that_is_none_is_refused(tmp_path, count):
    path = tmp_path / "soak.json"
    write(path, record(result(1)))
    data = json.loads(path.read_text())
    data["units"]["1/warp"] = count
    path.write_text(json.dumps(data))

    with pytest.raises(RecordError, match="damaged"):
        read(path)


def test_a_record_of_other_code_is_kept_in_the_new_one(tmp_path):
    old = record(result(1))
    new = old.renewed({**IDENTITY, "sources": "def"})
    write(tmp_path / "soak.json", new)
    again = read(tmp_path / "soak.json").renewed(IDENTITY)

    assert new.cases == 0
    assert [kept["units"] for kept in again.earlier] == [{"1/warp": 10}, {}]
    assert again.earlier[0]["identity"] == IDENTITY
