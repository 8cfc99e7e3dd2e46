"""``rankproof check``, run as a user runs it: verdicts, exit statuses, clear errors, hangs and crashes."""

import json
import re
import resource
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("torch")

DATA = Path(__file__).parent / "data"
MINIATURE = DATA / "miniature.py"
SPECS = Path(str(resources.files("rankproof.spec")))
QUICK = ("--dtypes", "float64", "--cases", "5")
LONGEST = 9  # times one clause: 20 seconds where torch is imported in 2


def check(*arguments, timeout=300):
    command = [sys.executable, "-m", "rankproof.conformance", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=DATA)


def verdict_file(document):
    """What a verdict file pins: the words, not the platform's numbers, nor the line in which a clause is stated."""
    keys = ("clause", "dtype", "level", "verdict", "reason", "location")
    found = [{key: entry[key] for key in keys} for entry in document["findings"]]
    return [{**entry, "location": re.sub(r":\d+ ", " ", entry["location"])} for entry in found]


def processor_seconds(*arguments):
    """A check, and the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = check(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ran, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_torch_margin_ranking_conforms_in_its_numbers_and_is_told_what_it_does_differently(tmp_path):
    torch_s = ("torch.nn:MarginRankingLoss", "--loss", "margin_ranking")
    # Most of one clause is to import torch: a yardstick for the speed of the machine, with other tests beside this one.
    _, least = processor_seconds(*torch_s, "--clause", "shift", "--dtypes", "float64")
    ran, taken = processor_seconds(*torch_s, "--json", tmp_path / "found.json")
    found = verdict_file(json.loads((tmp_path / "found.json").read_text()))

    assert ran.returncode == 1, ran.stderr
    assert found == json.loads((DATA / "torch_margin_ranking.json").read_text())
    assert taken < LONGEST * least
    diverging = {entry["clause"] for entry in found if entry["verdict"] == "diverges"}
    assert {"edge.empty_mean", "invalid.target_zero", "invalid.column_against_row"} <= diverging


def test_torch_margin_ranking_passes_at_the_level_of_its_numbers():
    ran = check("torch.nn:MarginRankingLoss", "--loss", "margin_ranking", "--level", "correct")

    assert ran.returncode == 0, ran.stdout


def test_a_wrong_hinge_is_shown_by_its_smallest_input(snapshot):
    ran = check(DATA / "wrong_hinge.py:wrong", "--loss", "pairwise_hinge", "--clause", "value", "--dtypes", "float64")

    assert ran.returncode == 1
    assert ran.stdout.replace(str(DATA), "DATA").replace(str(SPECS), "SPECS") == snapshot


@pytest.mark.parametrize("clause", ["value", "gradient", "ties"])
def test_the_printed_snippet_fails_in_the_same_way(tmp_path, clause):
    check(
        "wrong_hinge.py:wrong",
        "--loss",
        "pairwise_hinge",
        "--clause",
        clause,
        *QUICK,
        "--json",
        tmp_path / "found.json",
    )
    (finding,) = json.loads((tmp_path / "found.json").read_text())["findings"]

    ran = subprocess.run([sys.executable, "-c", finding["counterexample"]["snippet"]], capture_output=True, text=True)

    assert ran.returncode == 1
    assert "AssertionError: got" in ran.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("raises", "it raised RuntimeError: out of luck"), ("returns_nan", "the value is"), ("prints", "conforming")],
)
def test_a_subject_that_fails_gets_a_verdict_and_the_other_clauses_still_run(name, words):
    ran = check(
        f"miniature.py:{name}", "--loss", "margin_ranking", "--clause", "value", "--clause", "examples.summed", *QUICK
    )

    assert words in ran.stdout, ran.stderr
    assert "examples.summed" in ran.stdout
    assert ran.returncode == (0 if name == "prints" else 1)


def test_a_subject_that_spins_in_c_is_stopped_and_the_case_is_told():
    ran = check(
        "miniature.py:spins_on_big_inputs",
        *("--loss", "margin_ranking", "--clause", "value"),
        *("--timeout", "3"),
        *QUICK,
    )

    assert ran.returncode == 1, ran.stderr
    assert "was still running after 3 s" in ran.stdout
    assert "input1" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no_such_module:loss", "--loss", "warp"), "no_such_module"),
        (("miniature.py:rihgt", "--loss", "margin_ranking"), "right"),
        (("miniature.py:exits", "--loss", "margin_ranking"), "miniature.py:exits"),
        (("absent.py:loss", "--loss", "warp"), "absent.py"),
        (("miniature.py:right", "--loss", "margin_rankin"), "margin_ranking"),
        (("miniature.py:right", "--loss", "warp", "--dtypes", "float8"), "float8"),
        (("miniature.py:right",), "--loss"),
    ],
)
def test_bad_arguments_are_told_in_a_line_with_status_2(arguments, words):
    ran = check(*arguments)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
