"""Several runs on disk become one report in any format."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from rankproof.conformance.verdict.document import Document, DocumentError, NotRun, write
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.report import gather, report, show


@pytest.fixture
def folder(tmp_path, findings, finding):
    """Reports of two devices, and the reason why a third is missing."""
    write(tmp_path / "cpu.json", Document(tuple(findings), {"numpy": "2.4.6"}, (), "0.1.0"))
    interpreted = [
        finding(subject="cuda", device="interpreter", dtype="float32"),
        finding("transforms", Verdict.NOT_RUN, subject="cuda", device="interpreter", reason="a < b & c | d"),
    ]
    write(tmp_path / "interpreter.json", Document(tuple(interpreted), {"numpy": "2.4.6"}, (), "0.1.0"))
    write(tmp_path / "cuda.json", Document((), {}, (NotRun("cuda", "no NVIDIA GPU on this machine"),), "0.1.0"))
    return tmp_path


def test_a_directory_is_merged(folder):
    text = report([folder])

    assert {"cpu", "interpreter"} <= set(text.split())
    assert "cuda: not run: no NVIDIA GPU on this machine" in text


def test_a_directory_without_reports_says_what_to_do(tmp_path):
    with pytest.raises(DocumentError, match=r"rankproof check --json FILE, pytest .* or nox -s conformance"):
        gather([tmp_path])


def test_a_broken_report_is_not_left_out_in_silence(folder):
    (folder / "loop.json").write_text("")

    with pytest.raises(DocumentError, match=r"loop\.json: is empty"):
        report([folder])


def test_markdown_reads_as_agreed(folder, snapshot):
    assert report([folder], "markdown") == snapshot


def test_html_escapes_and_stands_alone(folder, findings):
    text = report([folder], "html")

    assert findings[3].counterexample.problem in text
    assert "a &lt; b &amp; c | d" in text
    assert "<script" not in text
    assert "http://" not in text.replace("https://x.test", "")


def test_json_can_be_read_as_a_report_again(folder, tmp_path):
    merged = tmp_path / "merged.json"
    merged.write_text(report([folder], "json"))

    assert json.loads(merged.read_text())["format"] == 1
    assert repr(gather([merged]).findings) == repr(gather([folder / "cpu.json", folder / "interpreter.json"]).findings)


def test_an_unknown_format_is_refused(folder):
    with pytest.raises(ValueError, match="'pdf', expected one of terminal, json, markdown, html"):
        show(gather([folder]), "pdf")


def test_reading_the_package_loads_neither_rich_nor_jinja_nor_yaml():
    heavy = "sorted({'rich', 'jinja2', 'yaml', 'numpy', 'torch'} & set(sys.modules))"
    package = "rankproof.conformance.verdict"
    source = f"import sys, {package}.report, {package}.waiver_file; print({heavy})"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
