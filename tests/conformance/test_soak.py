"""Soaking: a right target raises no alarm under any seed, a wrong one is reported in full."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rankproof.conformance.cli import main
from rankproof.conformance.soak import judge_seed, soak
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.exit_codes import ExitCode
from rankproof.conformance.verdict.finding import Verdict

pytest.importorskip("torch")

MINIATURE = Path(__file__).parent / "data" / "miniature.py"
RIGHT = "rankproof.implementations.vectorized.{loss}:{loss}"


def run(*arguments):
    return CliRunner().invoke(main, ["soak", *map(str, arguments)])


def test_a_right_target_raises_no_alarm(capsys):
    status = soak(range(1, 3), cases=2, losses=("margin_ranking",), target=RIGHT, processes=2)
    lines = capsys.readouterr().out.splitlines()

    assert status is ExitCode.CONFORMS
    assert {line.split(":")[0] for line in lines[:-1]} == {"seed 1 margin_ranking", "seed 2 margin_ranking"}
    assert all("0 alarms, worst share 0." in line for line in lines[:-1])
    assert lines[-1].startswith("0 alarms in ")


def test_a_wrong_target_raises_alarms_with_what_to_paste():
    ran = run("--seeds", 1, "--cases", 2, "--loss", "margin_ranking", "--target", f"{MINIATURE}:wrong_sign")

    assert ran.exit_code == 1, ran.output
    assert "diverges: " in ran.output
    assert "Reproduce with:" in ran.output
    assert "\n0 alarms" not in ran.output


def test_each_seed_draws_its_own_cases():
    shares = {
        tuple(found.worst_share for found in judge_seed("margin_ranking", seed, 2, RIGHT) if found.clause == "value")
        for seed in (1, 2)
    }

    assert len(shares) == 2


def test_every_dtype_is_judged():
    found = judge_seed("margin_ranking", 1, 2, RIGHT)

    assert {each.dtype for each in found if each.verdict is Verdict.CONFORMING} == {
        *("float64", "float32", "float16", "bfloat16"),
    }


def test_a_target_that_cannot_be_used_is_told():
    with pytest.raises(SubjectError, match="absent"):
        judge_seed("margin_ranking", 1, 2, f"{MINIATURE}:absent")

    ran = run("--seeds", 1, "--loss", "margin_ranking", "--target", f"{MINIATURE}:absent")

    assert ran.exit_code == 2
    assert "absent" in ran.stderr


def test_an_unknown_loss_is_told_in_a_line():
    ran = run("--seeds", 1, "--loss", "wrap")

    assert ran.exit_code == 2
    assert ran.stderr == "rankproof: rankproof.spec:1: no built-in loss 'wrap'; did you mean 'warp'?\n"


@pytest.mark.parametrize("arguments", [("--seeds", 0), ("--cases", 0), ("--processes", 0)])
def test_counts_are_at_least_one(arguments):
    ran = run(*arguments)

    assert ran.exit_code == 2
    assert arguments[0] in ran.stderr
