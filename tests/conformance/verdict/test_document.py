"""A document comes back as it was written, and anything less is refused."""

from __future__ import annotations

import json
import math

import pytest

from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.document import Document, DocumentError, NotRun, read, refuse_unwritable, write


@pytest.fixture
def path(tmp_path, findings):
    """A document on disk."""
    file = tmp_path / "reports" / "cpu.json"
    write(file, Document(tuple(findings), {"python": "3.11.7", "seed": 0}, (NotRun("cuda", "no GPU"),), "0.1.0"))
    return file


def test_a_document_comes_back_as_it_was_written(path, findings):
    document = read(path)

    assert [repr(found) for found in document.findings] == [repr(found) for found in findings]  # repr: NaN equals NaN
    assert document.environment == {"python": "3.11.7", "seed": 0}
    assert document.not_run == (NotRun("cuda", "no GPU"),)
    assert (document.rankproof, document.source) == ("0.1.0", str(path))


def test_how_the_subjects_were_asked_comes_back_as_it_was_written(tmp_path, finding):
    asked = Asked("warp", "mine", "cpu", "f(scores)", "one value for each list", {"k": None}, 3, {"k": "NUMBER"})
    write(tmp_path / "a.json", Document((finding(),), {}, asked=(asked,)))

    assert read(tmp_path / "a.json").asked == (asked,)


def test_a_document_that_does_not_say_how_subjects_were_asked_can_be_read(path):
    data = json.loads(path.read_text())
    del data["subjects"]
    path.write_text(json.dumps(data))

    assert read(path).asked == ()


def test_it_is_strict_json_and_nan_survives(path):
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    data = json.loads(path.read_text(), parse_constant=refuse)

    assert data["findings"][3]["counterexample"]["got"]["input1"] == [[-1.0, "nan"]]
    assert math.isnan(read(path).findings[3].counterexample.got["input1"][0][1])


def test_an_infinite_share_survives(tmp_path, finding):
    write(tmp_path / "a.json", Document((finding(worst_share=math.inf),), {}))

    assert read(tmp_path / "a.json").findings[0].worst_share == math.inf


def test_nothing_but_the_document_is_left_behind(path):
    assert [file.name for file in path.parent.iterdir()] == ["cpu.json"]


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.99])
def test_a_cut_document_is_refused(path, kept):
    text = path.read_text()
    path.write_text(text[: int(len(text) * kept)])

    with pytest.raises(DocumentError, match=r"cpu\.json.*(is empty|truncated).*run it again"):
        read(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2, "rankproof": "\x1b[31m"}, r"format 2, written by rankproof \\x1b\[31m;"),
        ({"format": 2}, r"format 2, written by rankproof 0\.1\.0; this version reads format 1"),
        ({"findings": {}}, "'findings' holds dict, expected list"),
        ({"environment": None}, "'environment' holds NoneType, expected dict"),
        ({"findings": [], "not_run": []}, "nothing was run"),
        ({"findings": [{"loss": "warp"}]}, "an entry is not as format 1 has it"),
        ({"findings": ["warp"]}, "an entry is not as format 1 has it"),
        ({"not_run": [{"gpu": "no"}]}, "an entry is not as format 1 has it"),
    ],
)
def test_another_shape_is_refused_with_what_is_wrong(path, change, message):
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(DocumentError, match=message):
        read(path)


def test_other_json_is_refused(path):
    path.write_text("[1, 2]")

    with pytest.raises(DocumentError, match="holds a list, expected the object"):
        read(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="cannot be read"):
        read(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["[" * 100_000, "1" * 10_000], ids=["nested", "long number"])
def test_json_that_no_program_should_have_to_read_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(DocumentError, match=r"a\.json: (no report|holds)"):
        read(tmp_path / "a.json")


@pytest.mark.parametrize("place", ["", "file/found.json", "/proc/none/found.json"])
def test_a_place_that_cannot_be_written_is_refused_before_and_when_it_is_written(tmp_path, place):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DocumentError, match=r"cannot be written: .*; name another file"):
        refuse_unwritable(tmp_path / place)
    with pytest.raises(DocumentError, match=r"cannot be written: .*; name another file"):
        write(tmp_path / place, Document((), {}))


def test_asking_whether_a_place_can_be_written_leaves_what_is_there(path):
    before = path.read_text()
    refuse_unwritable(path)
    refuse_unwritable(path.parent / "more" / "new.json")

    assert path.read_text() == before
    assert sorted(file.name for file in path.parent.rglob("*")) == ["cpu.json", "more"]
