"""``rankproof check``: every clause on one subject, in a process that can be killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from rankproof.conformance.checks.counterexample import plain
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import selected
from rankproof.conformance.request import Request, RequestError
from rankproof.conformance.specification import load, load_builtin
from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.parameter_values import value_problem
from rankproof.conformance.subjects.contained import Worker, WorkerFailure
from rankproof.conformance.subjects.pending import PendingCase
from rankproof.conformance.subjects.resident import default_limit
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Counterexample, Fault, Finding, Verdict
from rankproof.conformance.verdict.waiver_file import refuse_unmatched
from rankproof.conformance.verdict.waivers import Waiver, apply

TASKS = "rankproof.conformance.checks.tasks"
MOST_FAILURES = 3  # of the process, after which the remaining clauses are not run
MOST_REASON = 300  # characters
STARTING = 60.0  # seconds for importing the subject and its framework


def find_spec(loss: str | None, path: str | None) -> LossSpec:
    """The spec of a built-in loss, or the one in a file; raises SpecError."""
    return load(path) if path is not None else load_builtin(str(loss))


def judge(
    request: Request, waivers: Sequence[Waiver] = (), tell: Callable[[Asked], None] = lambda asked: None
) -> tuple[Finding, ...]:
    """The findings of all clauses that the request selects, then one for each waiver that is not needed.

    ``tell`` is called with how the subject is asked, before any clause is judged.

    Raises SpecError where the spec cannot be used, SubjectError where the subject cannot, RequestError where
    the request does not fit the spec, WaiverError where a waiver does not.
    """
    spec = find_spec(request.loss, request.spec)
    _refuse_settings(spec, request.settings)
    _refuse_patterns(spec, request)
    refuse_unmatched(waivers, spec.loss, [request.target], (clause.id for clause in clauses(spec)))
    arguments = asdict(request) | {"level": request.level.value}
    with Worker(resident=_most_memory(request)) as worker:
        tell(_open(worker, request, arguments))
        return apply(_judge_all(worker, spec, request, arguments, waivers), waivers)


def _most_memory(request: Request) -> int:
    return default_limit() if request.memory is None else int(request.memory * 2**30)


def _refuse_settings(spec: LossSpec, settings: Mapping[str, Any]) -> None:
    """Values that a parameter of the loss cannot have; names are compared with the subject's when it is there."""
    for name, value in settings.items():
        problem = value_problem(spec.parameters[name], value) if name in spec.parameters else None
        if problem:
            raise RequestError(f"setting {name}: {problem}")


def _refuse_patterns(spec: LossSpec, request: Request) -> None:
    known = [clause.id for dtype in request.dtypes for clause in selected(spec, dtype, None, request.level)]
    for pattern in request.clauses or ():
        if not any(fnmatchcase(each, pattern) for each in known):
            raise RequestError(
                f"no clause of {spec.loss} in {', '.join(request.dtypes)} up to the level {request.level} "
                f"matches {pattern!r}; expected a pattern for some of {', '.join(dict.fromkeys(known))}"
            )


def _open(worker: Worker, request: Request, arguments: Mapping[str, Any]) -> Asked:
    """The spec agrees with itself and the subject can be called: how it is."""
    steps = (
        ("verify_spec", "the check of the spec", STARTING),
        ("import_subject", f"importing {request.target}", STARTING),
        ("probe_subject", f"{request.target} in a first call", request.timeout),
    )
    for task, what, limit in steps:
        told = worker.run_task(f"{TASKS}:{task}", {"request": dict(arguments)}, limit)
        if isinstance(told, WorkerFailure):
            raise SubjectError(f"{what} {told.detail}")
    return Asked(**told)


def _reopen(worker: Worker, request: Request, arguments: Mapping[str, Any]) -> None:
    """Import the subject into a new process, on nobody's time: the next clause has its whole limit for itself."""
    for task, limit in (("import_subject", STARTING), ("probe_subject", request.timeout)):
        worker.run_task(f"{TASKS}:{task}", {"request": dict(arguments)}, limit)


def _judge_all(
    worker: Worker, spec: LossSpec, request: Request, arguments: Mapping[str, Any], waivers: Sequence[Waiver]
) -> list[Finding]:
    findings: list[Finding] = []
    failures = 0
    for dtype in request.dtypes:
        for clause in selected(spec, dtype, request.clauses, request.level):
            place = (spec.loss, request.target, request.device, dtype, clause.id)
            about = (*place, clause.level)
            if failures >= MOST_FAILURES:
                reason = f"the subject took its process with it {failures} times"
                findings.append(Finding(*about, Verdict.NOT_RUN, reason=reason, location=clause.location))
                continue
            accepted = any(waiver.covers(*place) for waiver in waivers)
            task = {"request": dict(arguments), "clause": clause.id, "dtype": dtype, "shrink": not accepted}
            told = _judged(worker, task, request.timeout)
            if isinstance(told, Finding):
                findings.append(told)
                continue
            failures += 1
            _reopen(worker, request, arguments)
            findings.append(Finding(*about, Verdict.DIVERGES, location=clause.location, **told))
    return findings


def _judged(worker: Worker, task: Mapping[str, Any], timeout: float) -> Finding | dict[str, Any]:
    """The finding of one clause, or what there is to tell in its place: the other clauses are judged all the same."""
    try:
        told = worker.run_task(f"{TASKS}:judge_clause", task, timeout)
    except (SubjectError, SpecError):
        raise
    except Exception as error:
        worker.close_process()
        reason = f"judging it raised {type(error).__name__}: {str(error)[:MOST_REASON]}"
        return {"reason": reason, "fault": Fault.HARNESS}
    return _lost(told) if isinstance(told, WorkerFailure) else Finding.from_json(told)


def _lost(failure: WorkerFailure) -> dict[str, Any]:
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
    )
