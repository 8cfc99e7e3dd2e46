"""The nodes of the plugin: what is collected, what a failure shows, and what is written at the end."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from rankproof.conformance.items import ClauseFailure
from rankproof.conformance.verdict.finding import Finding, Level, Verdict

pytest.importorskip("torch")

SPEC = Path(str(resources.files("rankproof.spec"))) / "margin_ranking.yaml"
MINIATURE = Path(__file__).parent / "data" / "miniature.py"


def run(cwd, *arguments, names=("right",)):
    subjects = [f"--rankproof-subject={name}={MINIATURE}:{name}" for name in names]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rankproof-cases=3", str(SPEC), *subjects]
    return subprocess.run([*command, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300)


def test_every_subject_has_a_group_for_each_dtype_that_it_is_asked_in(tmp_path):
    listed = run(tmp_path, "--collect-only", "-q", "--rankproof-dtypes=float64,float16", names=("right", "wrong_sign"))
    items = [line.split("::")[1:] for line in listed.stdout.splitlines() if "::" in line]

    assert {group for group, _ in items} >= {"right-cpu-float64", "wrong_sign-cpu-float16"}
    assert ["right-cpu-float64", "value"] in items
    assert ["right-cpu-float16", "precision.float16"] in items


@pytest.mark.parametrize(("marker", "clause"), [("rankproof_level", "value"), ("rankproof_dtype", "gradient")])
def test_items_have_markers_to_choose_them_by(tmp_path, marker, clause):
    word = {"rankproof_level": "correct", "rankproof_dtype": "float64"}[marker]
    listed = run(tmp_path, "--collect-only", "-q", "-m", f"{marker}(name='{word}')")

    assert f"::{clause}" in listed.stdout


def test_levels_bound_what_is_collected(tmp_path):
    listed = run(tmp_path, "--collect-only", "-q", "--rankproof-level=correct")

    assert "::value" in listed.stdout
    assert "::purity" not in listed.stdout


def test_what_is_not_run_is_skipped_with_its_reason_and_written_with_the_rest(tmp_path):
    ran = run(tmp_path, "-k", "float64 and (summed or value)", "-rs", "--rankproof-json=found.json")
    found = {each["clause"]: each for each in json.loads((tmp_path / "found.json").read_text())["findings"]}

    assert ran.returncode == 0, ran.stdout
    assert "not run: needs reduction = 'sum'" in ran.stdout
    assert found["examples.summed"]["verdict"] == "not run"
    assert found["value"]["verdict"] == "conforming"
    assert "findings written to found.json" in ran.stdout


def test_a_failure_carries_its_finding():
    finding = Finding("warp", "mine", "cpu", "float64", "value", Level.CORRECT, Verdict.DIVERGES, reason="off")

    assert ClauseFailure(finding).finding is finding
    assert str(ClauseFailure(finding)) == "off"
