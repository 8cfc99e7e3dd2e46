"""What the worker of ``rankproof check`` is asked to do; everything that goes in and out can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.run import Settings, run_clause, selected
from rankproof.conformance.checks.spec_check import verify
from rankproof.conformance.specification import load, load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject


@lru_cache(maxsize=8)
def _spec(loss: str | None, path: str | None) -> LossSpec:
    return load(path) if path is not None else load_builtin(str(loss))


@lru_cache(maxsize=8)
def _context(
    loss: str | None, path: str | None, target: str, device: str, framework: str, settings: tuple[tuple[str, Any], ...]
) -> Context:
    spec = _spec(loss, path)
    subject = build_subject(target, spec, device=device, framework=framework, settings=dict(settings))
    return Context(spec, subject, subject.capabilities(), "float64")


def _asked(request: Mapping[str, Any]) -> Context:
    settings = tuple(sorted(request["settings"].items()))
    keys = ("loss", "spec", "target", "device", "framework")
    return _context(*(request[key] for key in keys), settings)


def verify_spec(request: Mapping[str, Any]) -> None:
    """Raises SpecError where the spec contradicts itself."""
    verify(_spec(request["loss"], request["spec"]))


def open_subject(request: Mapping[str, Any]) -> None:
    """Import the subject and find out what it can be asked; raises SubjectError."""
    _asked(request)


def judge_clause(request: Mapping[str, Any], clause: str, dtype: str) -> dict[str, Any]:
    """The finding of one clause, as JSON values."""
    context = replace(_asked(request), dtype=dtype)
    (chosen,) = selected(context.spec, dtype, [clause])
    return run_clause(context, chosen, Settings(request["cases"], request["seed"])).to_json()
