"""``nox -s faults``: what it prints, what it writes, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.faults import __main__ as program
from tests.faults.defects import PENDING
from tests.faults.fault import Fault
from tests.faults.judging import Row
from tests.faults.workers import Request

Judged = tuple[dict[str, Row], dict[str, Row]]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program.main, arguments)


def judged_as(row: Callable[[Fault], Row]) -> Callable[..., Judged]:
    """A stand-in for the processes, in which nothing is judged."""

    def judge_all(faults: Sequence[Fault], request: Request, processes: int, observe: Callable[[Row], None]) -> Judged:
        return {fault.id: Row(fault.right) for fault in faults}, {fault.id: row(fault) for fault in faults}

    return judge_all


def test_faults_that_are_caught_are_shown_with_what_catches_them(tmp_path: Path) -> None:
    path = tmp_path / "made" / "faults.json"
    result = run(
        *("margin_ranking.sign_flipped", "margin_ranking.mean_over_one_more"),
        *("--clause", "value", "--clause", "reduction", "--json", str(path)),
    )
    told = json.loads(path.read_text(encoding="utf-8"))
    flipped, larger = told["faults"]

    assert result.exit_code == 0, result.output
    assert "2 of 2 faults caught, by 2 clauses" in result.output
    assert set(flipped["caught"]) == {"value", "reduction"}
    assert set(larger["caught"]) == {"reduction"}
    assert larger["passed"] == ["value"]
    assert told["clauses"] == {"margin_ranking": {"value": 1, "reduction": 2}}
    assert told["problems"] == []
    assert [each["number"] for each in told["pending"]] == list(PENDING)


def test_a_survivor_fails_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(program, "judge_all", judged_as(lambda fault: Row(fault.id)))
    result = run("warp.cap_exclusive", "--json", str(tmp_path / "faults.json"))

    assert result.exit_code == 1
    assert "warp.cap_exclusive survives: no clause catches it" in result.output
    assert "0 of 1 faults caught" in result.output


def test_a_crash_of_the_harness_fails_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crash = {"value": "KeyError: 'scores'"}
    monkeypatch.setattr(program, "judge_all", judged_as(lambda fault: Row(fault.id, crashed=crash)))
    result = run("warp.cap_exclusive", "--json", str(tmp_path / "faults.json"))

    assert result.exit_code == 1
    assert "caught by nothing but a crash of the harness" in result.output


def test_an_idle_clause_fails_the_command_only_where_nothing_was_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_name = judged_as(lambda fault: Row(fault.id, caught=dict.fromkeys(fault.clauses, ""), passed={"": ""}))
    monkeypatch.setattr(program, "judge_all", by_name)
    whole = run("--json", str(tmp_path / "faults.json"))
    part = run("--loss", "warp", "--json", str(tmp_path / "faults.json"))

    assert whole.exit_code == 1
    assert "catches no fault: add a fault that it alone can catch" in whole.output
    assert "catches no fault" not in part.output


def test_a_fault_that_does_not_exist_is_told() -> None:
    result = run("warp.no_such_fault")

    assert result.exit_code == 2
    assert "no fault of that name" in result.output
