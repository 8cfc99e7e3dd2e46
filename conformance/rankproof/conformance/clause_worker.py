"""A process that judges clauses on one subject, and what is told of a clause that it was lost with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rankproof.conformance.checks.counterexample import empty_shapes, plain
from rankproof.conformance.request import Request
from rankproof.conformance.shares import Job
from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.contained import Stopped, Worker, WorkerFailure
from rankproof.conformance.subjects.pending import PendingCase
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Verdict
from rankproof.conformance.verdict.waivers import Waiver

TASKS = "rankproof.conformance.checks.tasks"
MOST_LOSSES = 3  # of the process with the subject, after which the remaining clauses are not run
MOST_REASON = 300  # characters
STARTING = 60.0  # seconds for importing the subject and its framework


@dataclass(frozen=True)
class Judged:
    """What a clause came to, and whether the process was lost with it."""

    finding: Finding
    lost: bool = False


class ClauseWorker:
    """A worker to which the clauses of a request are put, one after another."""

    def __init__(self, worker: Worker, spec: LossSpec, request: Request, waivers: Sequence[Waiver]) -> None:
        self._worker = worker
        self._spec = spec
        self._request = request
        self._waivers = waivers
        self._arguments = asdict(request) | {"level": request.level.value}

    def verify_spec(self) -> None:
        """Raises SpecError where the spec contradicts itself."""
        self._demand("verify_spec", "the check of the spec", STARTING)

    def open(self) -> Asked:
        """Import the subject and call it for the first time: how it is asked. Raises SubjectError."""
        self._demand("import_subject", f"importing {self._request.target}", STARTING)
        told = self._demand("probe_subject", f"{self._request.target} in a first call", self._request.timeout)
        return Asked(**told)

    def judge(self, jobs: Iterable[Job]) -> dict[Job, Judged]:
        """What the clauses came to, in their order; those after the last loss that is put up with are left out."""
        judged: dict[Job, Judged] = {}
        losses = 0
        for job in jobs:
            judged[job] = self._judge(job)
            if judged[job].lost:
                losses += 1
                if losses == MOST_LOSSES:
                    break
                self._reopen()
        return judged

    def not_run(self, job: Job) -> Finding:
        """The finding of a clause that comes after too many losses."""
        reason = f"the subject took its process with it {MOST_LOSSES} times"
        return self._finding(job, Verdict.NOT_RUN, reason=reason)

    def _demand(self, task: str, what: str, limit: float) -> Any:
        told = self._run(task, limit)
        if isinstance(told, WorkerFailure):
            raise SubjectError(f"{what} {told.detail}")
        return told

    def _reopen(self) -> None:
        """Import the subject into a new process, on nobody's time: the next clause has its whole limit for itself."""
        self._run("import_subject", STARTING)
        self._run("probe_subject", self._request.timeout)

    def _run(self, task: str, limit: float, **more: Any) -> Any:
        return self._worker.run_task(f"{TASKS}:{task}", {"request": dict(self._arguments), **more}, limit)

    def _judge(self, job: Job) -> Judged:
        """The finding of one clause, or of what befell it: the other clauses are judged all the same."""
        accepted = any(waiver.covers(*self._place(job)) for waiver in self._waivers)
        asked = {"clause": job.clause.id, "dtype": job.dtype, "shrink": not accepted}
        try:
            told = self._run("judge_clause", self._request.timeout, **asked)
        except (SubjectError, SpecError, Stopped):
            raise
        except Exception as error:
            self._worker.close_process()
            reason = f"judging it raised {type(error).__name__}: {str(error)[:MOST_REASON]}"
            return Judged(self._finding(job, Verdict.DIVERGES, reason=reason, fault=Fault.HARNESS), lost=True)
        if isinstance(told, WorkerFailure):
            return Judged(self._finding(job, Verdict.DIVERGES, **_lost(told)), lost=True)
        return Judged(Finding.from_json(told))

    def _place(self, job: Job) -> tuple[str, str, str, str, str]:
        return self._spec.loss, self._request.target, self._request.device, job.dtype, job.clause.id

    def _finding(self, job: Job, verdict: Verdict, **more: Any) -> Finding:
        return Finding(*self._place(job), job.clause.level, verdict, location=job.clause.location, **more)


def _lost(failure: WorkerFailure) -> Mapping[str, Any]:
    """The part of a finding that tells of a process that was lost."""
    problem = f"it {failure.detail}"
    if failure.pending is None:
        return {"reason": problem, "fault": Fault.HARNESS}
    return {"reason": problem, "fault": Fault.SUBJECT, "counterexample": _pending(problem, failure.pending)}


def _pending(problem: str, pending: PendingCase) -> Counterexample:
    case = pending.case
    return Counterexample(
        problem=problem,
        inputs={name: plain(array) for name, array in case.inputs.items()},
        parameters=plain(case.parameters),
        reduction=case.reduction,
        dtype=case.dtype,
        got="no answer",
        expected="a value",
        share=None,
        snippet="",
        mask=plain(case.mask),
        upstream=plain(case.upstream),
        family=case.family,
        shapes=empty_shapes(case),
    )
