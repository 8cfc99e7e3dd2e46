"""The tasks of the worker: one spec, one subject, one clause; everything in and out can be pickled."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from rankproof.conformance.checks import tasks
from rankproof.conformance.specification import SpecError
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Finding, Verdict

pytest.importorskip("torch")

MINIATURE = Path(__file__).parents[1] / "data" / "miniature.py"


def request(name="right", **changes):
    fields = {
        "target": f"{MINIATURE}:{name}",
        "loss": "margin_ranking",
        "spec": None,
        "device": "cpu",
        "framework": "auto",
        "settings": {},
        "cases": 3,
        "seed": 0,
    }
    return fields | changes


@pytest.mark.parametrize(("name", "verdict"), [("right", Verdict.CONFORMING), ("wrong_sign", Verdict.DIVERGES)])
def test_a_clause_is_judged_and_its_finding_can_be_pickled(name, verdict):
    told = pickle.loads(pickle.dumps(tasks.judge_clause(request(name), "value", "float64")))

    assert Finding.from_json(told).verdict is verdict


def test_a_clause_that_is_waived_is_shown_as_it_was_met():
    shrunk, met = (
        Finding.from_json(tasks.judge_clause(request("wrong_sign", cases=20), "value", "float64", shrink))
        for shrink in (True, False)
    )

    assert shrunk.verdict is met.verdict is Verdict.DIVERGES
    assert len(shrunk.counterexample.inputs["input1"]) < len(met.counterexample.inputs["input1"])


def test_the_subject_is_built_once_for_a_request():
    tasks.import_subject(request())
    tasks.probe_subject(request())
    misses = tasks._subject.cache_info().misses
    tasks.import_subject(request())

    assert tasks._subject.cache_info().misses == misses


def test_probing_tells_how_the_subject_is_asked():
    told = tasks.probe_subject(request())

    assert Asked(**told).called.endswith("(input1, input2, target, margin=margin)")
    assert json.loads(json.dumps(told)) == told


def test_what_cannot_be_used_is_told_by_the_task_that_needs_it():
    tasks.verify_spec(request())
    with pytest.raises(SpecError, match="no built-in loss"):
        tasks.verify_spec(request(loss="wrap"))
    with pytest.raises(SubjectError, match="absent"):
        tasks.import_subject(request("absent"))
