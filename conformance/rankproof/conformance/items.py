"""The pytest nodes behind the plugin: a spec file, a subject in a dtype, and a clause.

``warp.yaml::custom_autograd-cpu-float32::gradient`` is the id of an item.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from rankproof.conformance.checks.asked import asked_of
from rankproof.conformance.checks.clause import Clause, Context
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import Settings, run_clause, selected
from rankproof.conformance.plugin_options import given_in
from rankproof.conformance.specification import load
from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.named import NamedTarget, parse_dtypes, parse_named_target
from rankproof.conformance.subjects.subject import Subject, SubjectError
from rankproof.conformance.verdict.asked import PROPERTY as ASKED
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.document import Document, write
from rankproof.conformance.verdict.environment import environment
from rankproof.conformance.verdict.finding import PROPERTY, Finding, Level, Verdict
from rankproof.conformance.verdict.matrix import render
from rankproof.conformance.verdict.waiver_file import WaiverError, refuse_unmatched
from rankproof.conformance.verdict.waiver_file import load as load_waivers
from rankproof.conformance.verdict.waivers import Waiver, stale, waived

REFUSED = pytest.StashKey[set[str]]()  # why subjects cannot be judged, as far as it was told


@lru_cache(maxsize=32)
def _spec(path: str) -> LossSpec:
    return load(Path(path))


@lru_cache(maxsize=256)
def _subject(path: str, target: str, name: str, device: str) -> Subject | str:
    """A subject, or why there is none; made once in each process, also where that fails."""
    try:
        subject = build_subject(target, _spec(path), device=device, name=name)
    except SubjectError as problem:
        return str(problem)
    if "PYTEST_XDIST_WORKER" in os.environ and "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return subject


@lru_cache(maxsize=4)
def _waivers(path: str | None) -> tuple[Waiver, ...]:
    return load_waivers(Path(path)) if path else ()


class SpecFile(pytest.File):
    """A spec file: one group for each subject and dtype."""

    def collect(self) -> Iterator[pytest.Collector]:
        """The groups that the options ask for."""
        options = self.config.option
        if not options.rankproof_subject:
            raise self.CollectError(f"{self.path.name}: say what to judge with --rankproof-subject module:attribute")
        try:
            spec = _spec(str(self.path))
            dtypes = parse_dtypes(options.rankproof_dtypes)
            subjects = [parse_named_target(text) for text in options.rankproof_subject]
            names = [named.name for named in subjects]
            known = (clause.id for clause in clauses(spec))
            refuse_unmatched(_waivers(options.rankproof_waivers), spec.loss, names, known)
        except (SpecError, SubjectError, WaiverError) as problem:
            raise self.CollectError(str(problem)) from None
        wanted = [(named, dtype) for named in subjects for dtype in dtypes if named.applies(spec.loss, dtype)]
        for named, dtype in wanted:
            name = f"{named.name}-{options.rankproof_device}-{dtype}"
            yield SubjectGroup.from_parent(self, name=name, spec=spec, named=named, dtype=dtype)


class SubjectGroup(pytest.Collector):
    """One subject under one spec in one dtype."""

    def __init__(self, *, spec: LossSpec, named: NamedTarget, dtype: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.spec, self.named, self.dtype = spec, named, dtype
        self.told = False  # how the subject is asked, with the first report of this process

    def subject(self) -> Subject | str:
        """What is judged, or why it cannot be."""
        target = self.named.target_for(self.spec.loss)
        return _subject(self.spec.path, target, self.named.name, self.config.option.rankproof_device)

    def asked(self) -> Asked:
        """How a subject that can be judged is asked."""
        subject = self.subject()
        assert not isinstance(subject, str)
        return asked_of(self.spec, subject)

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each clause; a subject that cannot be judged is one error, in however many groups it is."""
        problem = self.subject()
        if isinstance(problem, str):
            told = self.config.stash.setdefault(REFUSED, set())
            if problem in told:
                return
            told.add(problem)
            subject = f"{self.named.name}={self.named.target_for(self.spec.loss)}"
            where = given_in(self.config, self.named.target)
            raise self.CollectError(f"the subject {subject} ({where}) cannot be judged: {problem}")
        level = Level(self.config.option.rankproof_level)
        for clause in selected(self.spec, self.dtype, None, level):
            item = ClauseItem.from_parent(self, name=clause.id, clause=clause)
            item.add_marker(pytest.mark.rankproof_dtype(name=self.dtype))
            item.add_marker(pytest.mark.rankproof_level(name=clause.level.value))
            # One process for each loss and dtype shares the oracle's answers between subjects.
            if self.config.pluginmanager.hasplugin("xdist"):
                item.add_marker(pytest.mark.xdist_group(f"{self.spec.loss}-{self.dtype}"))
            yield item


class ClauseFailure(Exception):
    """A divergence; carries the finding to the report."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding


class ClauseItem(pytest.Item):
    """One clause on one subject."""

    def __init__(self, *, clause: Clause, **rest: Any) -> None:
        super().__init__(**rest)
        self.clause = clause

    def runtest(self) -> None:
        """Run the clause; the finding travels with the report, whatever the verdict."""
        group = self.parent
        assert isinstance(group, SubjectGroup)
        options = self.config.option
        named, spec, subject = group.named, group.spec, group.subject()
        assert not isinstance(subject, str)
        waivers = _waivers(options.rankproof_waivers)
        place = (spec.loss, named.name, subject.device, group.dtype, self.clause.id)
        accepted = any(waiver.covers(*place) for waiver in waivers)
        shrink = 0.0 if accepted else options.rankproof_shrink_seconds
        settings = Settings(options.rankproof_cases, options.rankproof_seed, shrink)
        finding = run_clause(Context(spec, subject, subject.capabilities(), group.dtype), self.clause, settings)
        finding = waived(finding, waivers)
        self._tell(finding)
        if finding.verdict is Verdict.DIVERGES:
            raise ClauseFailure(finding)
        if finding.verdict is Verdict.WAIVED:
            pytest.xfail(finding.reason)
        if finding.verdict is Verdict.NOT_RUN:
            pytest.skip(f"not run: {finding.reason}")

    def _tell(self, finding: Finding) -> None:
        group = self.parent
        assert isinstance(group, SubjectGroup)
        self.user_properties.append((PROPERTY, json.dumps(finding.to_json())))
        if not group.told:
            group.told = True
            self.user_properties.append((ASKED, json.dumps(asdict(group.asked()))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A divergence as a report; anything else is ours, with its traceback."""
        if isinstance(excinfo.value, ClauseFailure):
            from rankproof.conformance.verdict.console import Screen, to_text
            from rankproof.conformance.verdict.terminal import divergence

            told = to_text(list(divergence(excinfo.value.finding)), Screen())
            group = self.parent
            assert isinstance(group, SubjectGroup)
            return "\n".join([told, *group.asked().lines()])
        notes = "\n".join(getattr(excinfo.value, "__notes__", []))
        return f"{super().repr_failure(excinfo, style)}\n{notes}".rstrip()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line and name for the report's headline."""
        return self.path, None, self.nodeid.split("::", 1)[-1]


def stale_waivers(config: pytest.Config, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """A divergence for each waiver whose clauses ran and do not diverge any more."""
    return stale(findings, _waivers(config.option.rankproof_waivers))


def summary(config: pytest.Config, findings: Sequence[Finding], asked: Sequence[Asked]) -> str:
    """The matrix of a run; writes the JSON document if the options ask for it."""
    options = config.option
    run = {"seed": options.rankproof_seed, "cases": options.rankproof_cases}
    document = Document(tuple(findings), environment(**run), asked=tuple(asked))
    lines = [render(document)]
    if options.rankproof_json:
        write(Path(options.rankproof_json), document)
        lines.append(f"findings written to {options.rankproof_json}")
    return "\n".join(lines)
