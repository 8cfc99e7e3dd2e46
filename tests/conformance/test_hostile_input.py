"""Input that once broke a reader: each is refused in a sentence now. ``nox -s fuzz`` looks for more."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from rankproof.conformance.cli import main
from rankproof.conformance.specification import FormulaError, SpecError
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.positions import read_plain
from rankproof.conformance.verdict.console import Screen, to_text
from rankproof.conformance.verdict.document import DocumentError
from rankproof.conformance.verdict.document import read as read_document
from rankproof.conformance.verdict.waiver_file import WaiverError
from rankproof.conformance.verdict.waiver_file import load as load_waivers

FINDING = {
    **{"loss": "warp", "subject": "loop", "device": "cpu", "dtype": "float64", "clause": "value", "level": "correct"},
    **{"verdict": "conforming", "cases": 3, "worst_share": 0.5},
}
DOCUMENT = {"rankproof": "0.1.0", "format": 1, "environment": {}, "findings": [FINDING]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cases": "many"}, "cases is 'many', expected a whole number of at least 0"),
        ({"cases": -1}, "cases is int, expected a whole number"),
        ({"worst_share": "large"}, "worst_share is 'large', expected a number"),
        ({"reason": ["none"]}, "reason is list, expected a text"),
        ({"level": "best"}, "level is 'best', expected one of correct, robust"),
        ({"counterexample": {"problem": "x"}}, "counterexample.inputs is missing"),
        ({"reason": "\ud800"}, "half of a character"),
        ({"colour": "red"}, "'colour' is no field of it"),
    ],
)
def test_a_report_with_a_field_of_another_type_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(json.dumps({**DOCUMENT, "findings": [{**FINDING, **change}]}))

    with pytest.raises(DocumentError, match=words):
        read_document(path)


def test_values_nested_to_break_a_reader_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(json.dumps({**DOCUMENT, "environment": {"seed": json.loads("[" * 200 + "]" * 200)}}))

    with pytest.raises(DocumentError, match="nested more than 40 deep"):
        read_document(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"- subject: \x00", "not YAML"),
        (b"[" * 5000, "nested too deeply"),
        (b'- "\\UFFFFFFFF": 1', "not YAML"),
        (b"- {[a]: b}", "a key must be a word"),
        (b"\xff\xfe", "save it as UTF-8"),
        (b"- x\n" * 400_000, "larger than 1048576 bytes"),
    ],
)
def test_a_waiver_file_made_to_break_a_reader_is_refused(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_bytes(text)

    with pytest.raises(WaiverError, match=words):
        load_waivers(path)


def test_a_deep_waiver_file_is_refused_in_time(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_bytes(b"[" * 2**20)
    began = time.process_time()

    with pytest.raises(WaiverError, match="nested too deeply"):
        load_waivers(path)
    assert time.process_time() - began < 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_no_reader_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(WaiverError, match="a pipe or a device"):
        load_waivers(tmp_path / "pipe")
    with pytest.raises(DocumentError, match="a pipe or a device"):
        read_document(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(WaiverError, match="cannot be read"):
        load_waivers(Path(name))
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(Path(name))


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "a" * 5000),
        ("check", "a:b", "--loss", "warp", "--timeout", "nan"),
        ("check", "a:b", "--loss", "warp", "--memory", "inf"),
        ("check", "a:b", "--loss", "warp", "--set", "margin=" + "[" * 5000),
        ("check", "a:b", "--loss", "warp", "--set", "margin=&a [*a]"),
        ("check", "a:b", "--loss", "warp", "--set", "margin=1\nother: 2"),
    ],
)
def test_the_command_line_refuses_with_status_2(arguments: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(main, arguments)

    assert ran.exit_code == 2
    assert ran.stderr.strip()
    assert isinstance(ran.exception, SystemExit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("linear", "linear"),
        ("1", 1),
        ("0.5", 0.5),
        ("null", None),
        ("no", "no"),
        ("2024-13-45", "2024-13-45"),
        ("[1]", [1]),
    ],
)
def test_a_setting_is_read_as_a_spec_file_is(text: str, value: object) -> None:
    assert read_plain(text, "--set") == value


def test_a_second_value_hidden_behind_a_line_break_is_refused() -> None:
    with pytest.raises(SpecError, match="expected one value"):
        read_plain("1\nother: 2", "--set")


def test_no_message_and_no_report_holds_what_a_terminal_would_obey() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("a + \x1b[2J")

    assert str(caught.value).isprintable()
    assert to_text(["\x1b[2Jgone\x07"], Screen()).strip().isprintable()
