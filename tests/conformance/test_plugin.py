"""The pytest plugin, run as a user runs it: spec files as test modules, ids, selection, processes, summary."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("torch")

SPECS = Path(str(resources.files("rankproof.spec")))
DATA = Path(__file__).parent / "data"
MINIATURE = DATA / "miniature.py"


def run(*arguments, cwd):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rankproof-cases=5", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def subject(name):
    return f"--rankproof-subject={name}={MINIATURE}:{name}"


def test_items_have_ids_that_can_be_selected(tmp_path):
    spec = SPECS / "margin_ranking.yaml"

    listed = run(spec, subject("right"), "--collect-only", "-q", "--rankproof-dtypes=float64", cwd=tmp_path)
    chosen = next(line for line in listed.stdout.splitlines() if line.endswith("right-cpu-float64::gradient"))
    ran = run(f"{spec}::right-cpu-float64::gradient", subject("right"), "--rankproof-dtypes=float64", cwd=tmp_path)

    assert "margin_ranking.yaml::right-cpu-float64::gradient" in chosen
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout


def test_a_divergence_is_a_report_and_no_traceback(tmp_path):
    ran = run(SPECS / "margin_ranking.yaml", subject("wrong_sign"), "-k", "value and float64", cwd=tmp_path)

    assert ran.returncode == 1
    assert "Reproduce with:" in ran.stdout
    assert "of the error budget" in ran.stdout
    assert "called as wrong_sign(input1, input2, target, margin=margin)" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_findings_of_several_processes_come_together_in_one_document(tmp_path):
    ran = run(
        *(SPECS / "margin_ranking.yaml", subject("right"), subject("wrong_sign"), "-n", "2"),
        *("--rankproof-level=correct", "--rankproof-json=found.json"),
        cwd=tmp_path,
    )
    document = json.loads((tmp_path / "found.json").read_text())

    assert ran.returncode == 1
    assert {(found["subject"], found["clause"]) for found in document["findings"]} >= {
        ("right", "value"),
        ("wrong_sign", "value"),
    }
    assert {found["verdict"] for found in document["findings"] if found["subject"] == "right"} <= {
        "conforming",
        "not run",
    }
    assert {(each["subject"], each["called"]) for each in document["subjects"]} == {
        (name, f"{name}(input1, input2, target, margin=margin)") for name in ("right", "wrong_sign")
    }


def test_a_waived_divergence_passes_and_a_stale_waiver_fails(tmp_path):
    waiver = "- {subject: %s, loss: margin_ranking, clause: value, reason: known, link: https://example.org/1}\n"
    (tmp_path / "good.yaml").write_text(waiver % "wrong_sign")
    (tmp_path / "stale.yaml").write_text(waiver % "right")
    common = (SPECS / "margin_ranking.yaml", "-k", "value and float64")

    good = run(*common, subject("wrong_sign"), "--rankproof-waivers=good.yaml", cwd=tmp_path)
    stale = run(*common, subject("right"), "--rankproof-waivers=stale.yaml", cwd=tmp_path)

    assert good.returncode == 0, good.stdout
    assert "1 xfailed" in good.stdout
    assert stale.returncode == 1
    assert "no longer applies" in stale.stdout


def test_a_waived_clause_is_not_shrunk_and_a_waiver_of_no_clause_is_an_error_of_collection(tmp_path):
    waiver = "- {subject: wrong_sign, loss: margin_ranking, clause: %s, reason: known, link: https://example.org/1}\n"
    (tmp_path / "good.yaml").write_text(waiver % "value")
    (tmp_path / "typo.yaml").write_text(waiver % "valeu")
    common = (SPECS / "margin_ranking.yaml", subject("wrong_sign"), "-k", "value and float64")

    run(*common, "--rankproof-json=shrunk.json", cwd=tmp_path)
    run(*common, "--rankproof-json=waived.json", "--rankproof-waivers=good.yaml", cwd=tmp_path)
    typo = run(*common, "--rankproof-waivers=typo.yaml", cwd=tmp_path)
    shrunk, waived = (
        json.loads((tmp_path / name).read_text())["findings"][0]["counterexample"]["inputs"]["input1"]
        for name in ("shrunk.json", "waived.json")
    )

    assert len(shrunk) < len(waived)
    assert typo.returncode == 2
    assert "typo.yaml:1: no clause of margin_ranking matches 'valeu'; did you mean 'value'?" in typo.stdout
    assert "Traceback" not in typo.stdout


def test_a_broken_spec_is_an_error_of_collection_with_its_line(tmp_path):
    text = (SPECS / "margin_ranking.yaml").read_text().replace("title: Margin", "titel: Margin")
    (tmp_path / "margin_ranking.yaml").write_text(text)

    ran = run(tmp_path / "margin_ranking.yaml", subject("right"), cwd=tmp_path)

    assert ran.returncode == 2
    assert "margin_ranking.yaml:3" in ran.stdout
    assert "titel" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_spec_without_a_subject_says_which_option_is_missing(tmp_path):
    ran = run(SPECS / "margin_ranking.yaml", cwd=tmp_path)

    assert ran.returncode == 2
    assert "say what to judge with --rankproof-subject" in ran.stdout


def test_a_subject_that_cannot_be_imported_is_one_error_of_collection(tmp_path):
    ran = run(
        *(SPECS / "margin_ranking.yaml", SPECS / "warp.yaml", "--rankproof-subject=absent=no_such_module:loss"),
        subject("right"),
        cwd=tmp_path,
    )

    assert ran.returncode == pytest.ExitCode.INTERRUPTED
    assert ran.stdout.count("no_such_module") == 1 + 1  # the target, and why it cannot be imported
    assert "the subject absent=no_such_module:loss (--rankproof-subject) cannot be judged: there is no" in ran.stdout
    assert "1 error" in ran.stdout
    assert "passed" not in ran.stdout
    assert "Traceback" not in ran.stdout


def test_where_pytest_goes_on_after_errors_of_collection_the_other_subjects_are_judged(tmp_path):
    ran = run(
        *(SPECS / "margin_ranking.yaml", "--rankproof-subject=absent=no_such_module:loss", subject("right")),
        *("-k", "value and float64", "--continue-on-collection-errors"),
        cwd=tmp_path,
    )

    assert ran.returncode == 1
    assert "1 passed, " in ran.stdout
    assert "1 error" in ran.stdout


def test_loading_the_plugin_imports_neither_torch_nor_hypothesis_nor_numpy(tmp_path):
    code = "import sys, rankproof.conformance.plugin; print({'torch', 'hypothesis', 'numpy'} & {*sys.modules})"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert ran.stdout.strip() == "set()"
