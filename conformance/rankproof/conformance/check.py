"""``rankproof check``: every clause on one subject, in processes that can be killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import selected
from rankproof.conformance.clause_worker import MOST_LOSSES, ClauseWorker, Judged
from rankproof.conformance.request import Request, RequestError
from rankproof.conformance.shares import Job, all_jobs, shares
from rankproof.conformance.side_by_side import side_by_side
from rankproof.conformance.specification import builtin_ids, load, load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.parameter_values import value_problem
from rankproof.conformance.specification.suggest import closest
from rankproof.conformance.subjects.contained import Worker
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.waiver_file import refuse_unknown_losses, refuse_unmatched
from rankproof.conformance.verdict.waivers import Waiver, apply


def find_spec(loss: str | None, path: str | None) -> LossSpec:
    """The spec of a built-in loss, or the one in a file; raises SpecError, RequestError for a file given as a loss."""
    if path is None and str(loss).endswith((".yaml", ".yml")):
        raise RequestError(f"no built-in loss is called {str(loss)[:200]!r}; name a spec file of your own by --spec")
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
    refuse_unknown_losses(waivers, [request.target], dict.fromkeys((*builtin_ids(), spec.loss)))
    refuse_unmatched(waivers, spec.loss, [request.target], (clause.id for clause in clauses(spec)))
    jobs = all_jobs(spec, request)
    divided = shares(jobs, request)
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(resident=divided.memory)) for _ in divided.jobs]
        judges = [ClauseWorker(worker, spec, request, waivers) for worker in workers]
        judges[0].verify_spec()
        tell(judges[0].open())
        judged = _judge_shares(judges, divided.jobs, workers)
        return apply(_in_order(jobs, judged, judges[0]), waivers)


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
                f"matches {pattern!r}; {_clause_hint(pattern, tuple(dict.fromkeys(known)))}"
            )


def _clause_hint(pattern: str, known: Sequence[str]) -> str:
    """The clause that was probably meant, and of what there is the family that was named, all where there is none."""
    near = closest(pattern, known)
    family = pattern.partition(".")[0] if "." in pattern else ""
    listed = [each for each in known if family and each.startswith(f"{family}.")] or known
    meant = f"did you mean {near!r}? " if near else ""
    return f"{meant}{'E' if meant else 'e'}xpected a pattern for some of {', '.join(listed)}"


def _judge_shares(
    judges: Sequence[ClauseWorker], divided: Sequence[Sequence[Job]], workers: Sequence[Worker]
) -> dict[Job, Judged]:
    """Every share judged by a process of its own, at the same time; the first is open."""

    def stop() -> None:
        for worker in workers:
            worker.stop()

    first = partial(judges[0].judge, divided[0])
    others = [partial(_open_and_judge, *each) for each in zip(judges[1:], divided[1:], strict=True)]
    judged, *more = side_by_side([first, *others], stop)
    for jobs, found in zip(divided[1:], more, strict=True):
        judged |= found or judges[0].judge(jobs)
    return judged


def _open_and_judge(judge: ClauseWorker, jobs: Sequence[Job]) -> dict[Job, Judged]:
    """Nothing where the subject cannot be opened: it may let in one process at a time."""
    try:
        judge.open()
    except SubjectError:
        return {}
    return judge.judge(jobs)


def _in_order(jobs: Sequence[Job], judged: Mapping[Job, Judged], judge: ClauseWorker) -> list[Finding]:
    """The findings to which one process comes: whatever was judged beyond its last loss in another is dropped."""
    findings: list[Finding] = []
    losses = 0
    for job in jobs:
        findings.append(judged[job].finding if losses < MOST_LOSSES else judge.not_run(job))
        losses += job in judged and judged[job].lost
    return findings
