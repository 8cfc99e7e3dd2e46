"""Which clauses a fault is asked, and what comes of a process that dies."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import pytest

from tests.faults import workers
from tests.faults.catalogue import CATALOGUE
from tests.faults.fault import Fault
from tests.faults.judging import Row
from tests.faults.workers import SLOW, Request, judge_all, judge_fault, judge_right

FAULT = next(fault for fault in CATALOGUE if fault.id == "margin_ranking.sign_flipped")


class Executor:
    """A process that works in the same process, and dies of one fault."""

    deadly = ""

    def submit(self, judge: Any, fault: Fault, request: Request) -> Future[tuple[Row, Row]]:
        done: Future[tuple[Row, Row]] = Future()
        if fault.id == self.deadly:
            done.set_exception(BrokenProcessPool("it died"))
        else:
            done.set_result((Row(fault.right), Row(fault.id)))
        return done

    def shutdown(self) -> None:
        pass


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The clauses that each loss is asked, by its id; nothing is judged."""
    found: dict[str, set[str]] = {}

    def judge(id_: str, loss: str, target: str, wanted: tuple[str, ...], **settings: Any) -> Row:
        found[id_] = found.get(id_, set()) | set(wanted)
        return Row(id_)

    monkeypatch.setattr(workers, "judge", judge)
    judge_right.cache_clear()
    return found


def test_clauses_that_take_seconds_are_asked_of_the_faults_that_name_them(asked: dict[str, set[str]]) -> None:
    judge_fault(FAULT, Request())
    assert not asked[FAULT.id] & SLOW
    assert "value" in asked[FAULT.id]

    judge_fault(replace(FAULT, clauses=frozenset({"cost"})), Request(seed=1))
    assert asked[FAULT.id] & SLOW == {"cost"}


def test_the_right_loss_is_asked_the_same_clauses_once(asked: dict[str, set[str]]) -> None:
    judge_fault(FAULT, Request(("value", "edge.*")))

    assert asked[FAULT.right] == asked[FAULT.id]
    assert "value" in asked[FAULT.right]
    assert "gradient" not in asked[FAULT.right]

    asked.clear()
    judge_fault(FAULT, Request(("value", "edge.*")))
    assert set(asked) == {FAULT.id}


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_fault_is_judged_once(monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    monkeypatch.setattr(workers, "_executor", Executor)
    judged: list[str] = []
    right, rows = judge_all(CATALOGUE, Request(), processes, lambda row: judged.append(row.id))

    assert sorted(judged) == sorted(fault.id for fault in CATALOGUE)
    assert set(rows) == set(right) == set(judged)


def test_a_process_that_dies_is_told_with_the_fault_that_it_was_judging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_executor", Executor)
    monkeypatch.setattr(Executor, "deadly", FAULT.id)

    with pytest.raises(BrokenProcessPool) as died:
        judge_all(CATALOGUE, Request(), 2)
    assert died.value.__notes__ == [f"while {FAULT.id} was judged"]
