"""What each process of a check judges: everything once, in order, and in one process where a second would not pay."""

from __future__ import annotations

import pytest

from rankproof.conformance import shares as module
from rankproof.conformance.request import Request
from rankproof.conformance.shares import CLAUSE, SLOW, all_jobs, shares, usable_cores
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.subjects.resident import LEAST

GIB = 2**30


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """Sets what the machine has; two cores and 8 GiB to use, to begin with."""

    def has(cores=2, memory=8 * GIB):
        monkeypatch.setattr(module, "usable_cores", lambda: cores)
        monkeypatch.setattr(module, "default_limit", lambda: memory)

    has()
    return has


def divided(loss="lambda_loss", **asked):
    """All jobs of a request, and the shares of it."""
    request = Request("mine.py:loss", loss, **asked)
    jobs = all_jobs(load_builtin(loss), request)
    return jobs, shares(jobs, request)


def seconds(jobs):
    return sum(SLOW.get(job.clause.id, CLAUSE) for job in jobs)


@pytest.mark.parametrize("loss", builtin_ids())
def test_two_processes_judge_everything_once_in_the_order_of_the_report_and_take_as_long(loss):
    jobs, found = divided(loss)
    first, second = found.jobs

    assert set(first) | set(second) == set(jobs)
    assert len(first) + len(second) == len(jobs)
    for share in found.jobs:
        assert list(share) == sorted(share, key=jobs.index)
    assert abs(seconds(first) - seconds(second) - module.START) <= 1.5


def test_jobs_are_told_dtype_by_dtype_in_the_order_that_was_asked_for():
    jobs, _ = divided(dtypes=("bfloat16", "float64"), clauses=("value", "edge.zero_size", "gradient"))

    assert [(job.dtype, job.clause.id) for job in jobs] == [
        ("bfloat16", "edge.zero_size"),
        ("float64", "value"),
        ("float64", "gradient"),
        ("float64", "edge.zero_size"),
    ]


def test_the_same_is_shared_out_in_the_same_way():
    one, other = ([[(job.dtype, job.clause.id) for job in share] for share in divided()[1].jobs] for _ in range(2))

    assert one == other


@pytest.mark.parametrize("asked", [{"dtypes": ("float16", "bfloat16")}, {"clauses": ("value", "gradient")}])
def test_little_to_do_is_done_by_one_process(asked):
    jobs, found = divided(**asked)

    assert found.jobs == (tuple(jobs),)


@pytest.mark.parametrize(
    ("has", "asked"), [({"cores": 1}, {}), ({"memory": 2 * LEAST - 1}, {}), ({}, {"device": "cuda"})]
)
def test_one_process_judges_where_there_is_no_room_for_two(machine, has, asked):
    machine(**has)
    jobs, found = divided(**asked)

    assert found.jobs == (tuple(jobs),)


@pytest.mark.parametrize(("cores", "each"), [(1, 8 * GIB), (2, 4 * GIB)])
def test_processes_share_the_memory_that_one_may_have(machine, cores, each):
    machine(cores=cores)

    assert divided()[1].memory == each


def test_memory_that_is_given_is_given_to_each_process(machine):
    machine(memory=LEAST)
    _, found = divided(memory=1.5)

    assert len(found.jobs) == 2
    assert found.memory == 1.5 * GIB


def test_the_cores_that_this_process_may_use_are_counted(monkeypatch):
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda process: {3}, raising=False)
    assert usable_cores() == 1

    monkeypatch.delattr(module.os, "sched_getaffinity")
    monkeypatch.setattr(module.os, "cpu_count", lambda: None)
    assert usable_cores() == 1
