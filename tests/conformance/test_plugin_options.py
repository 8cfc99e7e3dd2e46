"""Options of the pytest plugin that are wrong are told before anything is collected."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("torch")

SPEC = Path(str(resources.files("rankproof.spec"))) / "margin_ranking.yaml"
MINIATURE = Path(__file__).parent / "data" / "miniature.py"


def run(cwd, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)
    return ran, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--rankproof-level=nope", "'nope' (choose from"),
        ("--rankproof-cases=0", "got '0', expected a whole number of at least 1"),
        ("--rankproof-cases=-3", "got '-3'"),
        ("--rankproof-json=/", "--rankproof-json: /: cannot be written: Is a directory"),
        ("--rankproof-json=/proc/none/found.json", "--rankproof-json: /proc/none/found.json: cannot be written"),
        ("--rankproof-subject=wrap/mine=x.py:y", "--rankproof-subject: wrap/mine=x.py:y: there is no loss 'wrap'; did"),
        ("--rankproof-subject=ranknet/mine=x.py:y", "'ranknet'; did you mean 'pairwise_logistic'? The losses are"),
        ("--rankproof-dtypes=float8", "unknown dtype float8: expected some of float64"),
        ("--rankproof-waivers=absent.yaml", "absent.yaml: cannot be read"),
        ("--rankproof-subject=loss", "cannot read the subject 'loss': expected module:attribute"),
    ],
)
def test_a_wrong_option_is_told_without_a_traceback(tmp_path, option, words):
    subject = f"--rankproof-subject=right={MINIATURE}:right"
    ran, told = run(tmp_path, SPEC, subject, option)

    assert ran.returncode == pytest.ExitCode.USAGE_ERROR, told
    assert words in told
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    assert "passed" not in told


def test_a_waiver_of_a_loss_that_there_is_not_is_told(tmp_path):
    waiver = "- {subject: right, loss: %s, clause: value, reason: known, link: https://example.org/1}\n"
    (tmp_path / "waivers.yaml").write_text(waiver % "margin_rankign")
    subject = f"--rankproof-subject=right={MINIATURE}:right"
    ran, told = run(tmp_path, SPEC, subject, "--rankproof-waivers=waivers.yaml")

    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "waivers.yaml:1: no loss is called 'margin_rankign'; did you mean 'margin_ranking'?" in told


def test_a_waiver_may_be_for_a_loss_of_ones_own(tmp_path):
    waiver = "- {subject: right, loss: mine, clause: value, reason: known, link: https://example.org/1}\n"
    (tmp_path / "waivers.yaml").write_text(waiver)
    own = SPEC.read_text().replace("loss: margin_ranking", "loss: mine")
    (tmp_path / "mine.yaml").write_text(own)
    subject = f"--rankproof-subject=right={MINIATURE}:right"
    ran, told = run(tmp_path, "mine.yaml", subject, "--rankproof-waivers=waivers.yaml", "--collect-only", "-q")

    assert ran.returncode == pytest.ExitCode.OK, told
    assert "::right-cpu-float64::value" in told


def test_a_wrong_option_is_told_once_however_many_spec_files_there_are(tmp_path):
    _, told = run(tmp_path, SPEC, SPEC.with_name("warp.yaml"), "--rankproof-subject=loss")

    assert told.count("cannot read the subject 'loss'") == 1


def test_an_unknown_loss_is_told_with_the_file_in_which_the_option_stands(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --rankproof-subject=wrap/mine=x.py:y\n")
    ran, told = run(tmp_path, SPEC, "-c", "pytest.ini")

    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"addopts of {tmp_path / 'pytest.ini'}: wrap/mine=x.py:y: there is no loss 'wrap'" in told


@pytest.mark.parametrize("given", ["file", "directory"])
def test_a_loss_of_ones_own_is_known_by_its_spec_file(tmp_path, given):
    own = tmp_path / "specs" / "my_loss.yaml"
    own.parent.mkdir()
    own.write_text(SPEC.read_text().replace("loss: margin_ranking", "loss: my_loss"))
    path = own if given == "file" else own.parent
    ran, told = run(tmp_path, path, f"--rankproof-subject=my_loss/mine={MINIATURE}:right", "--collect-only", "-q")

    assert ran.returncode == 0, told
    assert "my_loss.yaml::mine-cpu-float64::value" in told


@pytest.mark.parametrize("processes", [(), ("-n", "1")])
def test_a_subject_for_no_spec_file_that_was_collected_is_told_as_the_reason_why_nothing_ran(tmp_path, processes):
    ran, told = run(tmp_path, SPEC, f"--rankproof-subject=warp/mine@float16={MINIATURE}:right", *processes)

    assert ran.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "mine is for warp in float16. Name another spec file" in told


def test_items_that_were_deselected_are_no_reason_to_doubt_the_subject(tmp_path):
    ran, told = run(tmp_path, SPEC, f"--rankproof-subject=mine={MINIATURE}:right", "-k", "nothing_of_this_name")

    assert ran.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "no subject is for" not in told
