"""What the worker of ``rankproof check`` is asked to do; everything that goes in and out can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from rankproof.conformance.checks.asked import asked_of
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.run import Settings, run_clause, selected
from rankproof.conformance.checks.spec_check import verify
from rankproof.conformance.specification import load, load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Subject


@lru_cache(maxsize=8)
def _spec(loss: str | None, path: str | None) -> LossSpec:
    return load(path) if path is not None else load_builtin(str(loss))


@lru_cache(maxsize=8)
def _subject(
    loss: str | None, path: str | None, target: str, device: str, framework: str, settings: tuple[tuple[str, Any], ...]
) -> tuple[LossSpec, Subject]:
    spec = _spec(loss, path)
    return spec, build_subject(target, spec, device=device, framework=framework, settings=dict(settings))


def _asked(request: Mapping[str, Any]) -> tuple[LossSpec, Subject]:
    settings = tuple(sorted(request["settings"].items()))
    keys = ("loss", "spec", "target", "device", "framework")
    return _subject(*(request[key] for key in keys), settings)


def verify_spec(request: Mapping[str, Any]) -> None:
    """Raises SpecError where the spec contradicts itself."""
    verify(_spec(request["loss"], request["spec"]))


def import_subject(request: Mapping[str, Any]) -> None:
    """Import the subject; raises SubjectError."""
    _asked(request)


def probe_subject(request: Mapping[str, Any]) -> dict[str, Any]:
    """Find out what the subject can be asked, by calling it; an Asked, as JSON values."""
    spec, subject = _asked(request)
    return asdict(asked_of(spec, subject, request["settings"]))


def judge_clause(request: Mapping[str, Any], clause: str, dtype: str, shrink: bool = True) -> dict[str, Any]:
    """The finding of one clause, as JSON values; without ``shrink`` a failure is shown as it was met."""
    spec, subject = _asked(request)
    context = Context(spec, subject, subject.capabilities(), dtype)
    (chosen,) = selected(context.spec, dtype, [clause])
    seconds = Settings.shrink_seconds if shrink else 0.0
    return run_clause(context, chosen, Settings(request["cases"], request["seed"], seconds)).to_json()
