"""YAML is read with positions, and what would be ambiguous, custom or explosive is refused with its line."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from rankproof.conformance.specification import SpecError
from rankproof.conformance.specification.positions import Document, key_text, read_bytes, read_document


def read(text: str | bytes) -> Document:
    return read_document(text.encode() if isinstance(text, str) else text, "loss.yaml")


def refusal(text: str | bytes) -> str:
    with pytest.raises(SpecError) as caught:
        read(text)
    return str(caught.value)


def test_every_key_and_list_entry_has_its_line() -> None:
    document = read("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")

    assert document.data == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert document.location(("b", 1, "d")).line == 5
    assert str(document.location(("b", 1, "c"))) == "loss.yaml:4 (b[1].c)"


def test_a_missing_key_stands_where_its_mapping_does() -> None:
    assert str(read("a:\n  b: 1\n").location(("a", "c", "d"))) == "loss.yaml:1 (a.c.d)"


def test_keys_are_always_text() -> None:
    assert read("no: 1\ntrue: 2\n3: 4\nnull: 5\n").data == {"no": 1, "true": 2, "3": 4, "null": 5}


def test_quoted_scalars_stay_text() -> None:
    assert read("a: '1'\nb: \"true\"\nc: |\n  2\n").data == {"a": "1", "b": "true", "c": "2\n"}


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert read("a: {<<: {b: 1}}").data == {"a": {"<<": {"b": 1}}}


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    document = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")

    assert document.data == {"a": 1, "b": 2}
    assert document.location(("b",)).line == 2


def test_a_duplicate_key_is_a_problem_with_both_lines() -> None:
    document = read("a: 1\nb: 2\na: {c: 3}\n")

    assert [str(problem) for problem in document.problems] == [
        "loss.yaml:3 (a): duplicate key; it stands in line 1 already"
    ]
    assert document.data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: 2", "loss.yaml:1 (a): anchors (&name) are not part of the format; remove it"),
        ("a: !foo 1", "loss.yaml:1 (a): tags (!foo) are not part of the format; remove it"),
        ("a: !!str 1", "loss.yaml:1 (a): tags (tag:yaml.org,2002:str) are not part of the format; remove it"),
        (
            "a: 1e999",
            "loss.yaml:1 (a): the number 1e999 does not survive float64 (it would be inf); "
            "write at most 15 digits, or an expression in quotes",
        ),
    ],
)
def test_what_the_format_lacks_is_a_problem_and_reading_goes_on(text: str, message: str) -> None:
    assert [str(problem) for problem in read(text).problems] == [message]


def test_an_alias_is_not_followed() -> None:
    document = read("a: &x [1, 1]\nb: [*x, *x]\n")

    assert document.data["b"] == [None, None]
    assert "loss.yaml:2 (b[0]): aliases (*name) are not part of the format; repeat the value" in map(
        str, document.problems
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "loss.yaml:1: the file is empty; expected a mapping that begins with 'rankproof: 1'"),
        ("# nothing\n", "loss.yaml:1: the file is empty; expected a mapping that begins with 'rankproof: 1'"),
        ("\n- 1\n", "loss.yaml:2: expected a mapping that begins with 'rankproof: 1'"),
        ("hello", "loss.yaml:1: expected a mapping that begins with 'rankproof: 1'"),
        ("a: 1\n---\nb: 2\n", "loss.yaml:2: a second document begins here; a spec file has one"),
        ("a: 1\n? [b]\n: 2\n", "loss.yaml:2: a key must be a word, not a list, mapping or alias"),
        ("a: 1\nb: 'é\\0'".encode("latin-1"), "loss.yaml:2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "loss.yaml:1: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("a: 1\nb: \0", "loss.yaml:2: the character 0 is not allowed in YAML text"),
        ('a: "\\ud800"', "loss.yaml:1: the text holds half of a character (an escape \\ud800 to \\udfff)"),
        ('a: "\\UFFFFFFFF"', "loss.yaml:1: not YAML: a version or a character's number is out of range"),
    ],
)
def test_what_cannot_be_read_on_from_is_refused_with_its_line(text: str | bytes, message: str) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: {\n", 2), ("a: {", 1), ("", 1), ("a: [\n\n\n", 3)])
def test_what_is_missing_at_the_end_is_told_in_a_line_that_there_is(text: str, line: int) -> None:
    assert refusal(text).startswith(f"loss.yaml:{line}: ")


def test_a_syntax_error_names_its_line_and_the_usual_remedy() -> None:
    message = refusal("a: 1\ntitle: WSABIE: scaling up\n")

    assert message.startswith("loss.yaml:2: not YAML: mapping values are not allowed here")
    assert message.endswith("put text that contains ': ', brackets or quotes in quotes")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 100_000, "nested more than 40 levels deep"),
        ("{a: " * 100_000, "nested more than 40 levels deep"),
        ("- " * 100_000, "nested more than 40 levels deep"),
        ("\n".join(" " * depth + "a:" for depth in range(60)), "nested more than 40 levels deep"),
        ("a: [" + "1," * 20_000 + "]", "more than 10000 values; split the file"),
        ("\n".join(f"k{index}: 1" for index in range(20_000)), "more than 10000 values; split the file"),
    ],
    ids=["brackets", "braces", "dashes", "block", "list", "mapping"],
)
def test_hostile_structure_is_refused_quickly(text: str, message: str) -> None:
    begin = time.process_time()

    assert message in refusal(text)
    assert time.process_time() - begin < 20


def test_billion_laughs_stay_small() -> None:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    document = read("\n".join(lines))

    assert document.data["a29"] == [None] * 9


def test_forty_levels_are_read() -> None:
    assert read("a: " + "[" * 38 + "1" + "]" * 38).problems == ()


def test_a_file_larger_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a" * 10_000_000)

    with pytest.raises(SpecError, match="larger than 1048576 bytes"):
        read_bytes(path, "large.yaml")


@pytest.mark.parametrize(
    ("name", "what"),
    [("missing.yaml", "does not exist"), (".", "is a directory"), ("a\0b", r"cannot be read|does not exist")],
)
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(SpecError, match=what):
        read_bytes(tmp_path / name, name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    with pytest.raises(SpecError, match="is a pipe or a device"):
        read_bytes(tmp_path / "pipe.yaml", "pipe.yaml")


def test_a_long_key_is_shortened_in_messages() -> None:
    assert len(key_text(("a", "x" * 10_000))) < 80
