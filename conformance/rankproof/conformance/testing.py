"""For tests of your own: hold a loss to its specification in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rankproof.conformance.check import judge
from rankproof.conformance.request import Request, RequestError
from rankproof.conformance.subjects.named import parse_dtypes
from rankproof.conformance.verdict.asked import Asked
from rankproof.conformance.verdict.exit_codes import ExitCode, exit_code
from rankproof.conformance.verdict.finding import Level
from rankproof.conformance.verdict.tally import Scope
from rankproof.conformance.verdict.terminal import render
from rankproof.conformance.verdict.waiver_file import load as load_waivers

LEVELS = tuple(level.value for level in Level)


def assert_conforms(
    target: str,
    loss: str | None = None,
    *,
    spec: str | Path | None = None,
    level: str = "frugal",
    clauses: Sequence[str] = (),
    dtypes: Sequence[str] = ("float64", "float32", "float16", "bfloat16"),
    device: str = "cpu",
    settings: Mapping[str, Any] | None = None,
    cases: int = 25,
    seed: int = 0,
    waivers: str | Path | None = None,
) -> None:
    """Judge a loss as ``rankproof check`` does, in processes of its own; pass where it conforms.

    .. code-block:: python

        from rankproof.conformance.testing import assert_conforms

        def test_my_warp_is_warp():
            assert_conforms("my_package.losses:warp", "warp", level="correct", dtypes=["float64"])

    Args:
        target: what to judge, ``"package.module:name"`` or ``"path/to/file.py:name"``: a function, a module class or an
            instance. A name and not the object, since other processes import it.
        loss: the loss that it is to conform to, such as ``"warp"``.
        spec: a spec file of your own, instead of ``loss``.
        level: judge up to this level: ``"correct"``, ``"robust"``, ``"integrated"`` or ``"frugal"``.
        clauses: only these clauses, such as ``"edge.*"``; all where there are none.
        dtypes: of the scores.
        device: ``"cpu"``, ``"cuda"`` or ``"interpreter"``.
        settings: conventions that it has built in, by name, as ``--set`` takes them.
        cases: how many are drawn for each clause.
        seed: varies the cases.
        waivers: a YAML file of accepted divergences.

    Raises:
        AssertionError: it diverges, or nothing could be judged; the message is the report of ``rankproof check``.
        RequestError: an argument that does not fit the loss.
        SpecError: the spec file cannot be used.
        SubjectError: the target cannot be imported or called.
        WaiverError: the file of waivers cannot be used.
    """
    if (loss is None) == (spec is None):
        raise RequestError("say what the target is to conform to: loss or spec, and only one of them")
    if level not in LEVELS:
        raise RequestError(f"level: got {level!r}, expected one of {', '.join(LEVELS)}")
    if cases < 1:
        raise RequestError(f"cases: got {cases!r}, expected at least 1")
    request = Request(
        target=target,
        loss=loss,
        spec=None if spec is None else str(spec),
        level=Level(level),
        clauses=tuple(clauses) or None,
        dtypes=parse_dtypes(",".join(dtypes)),
        device=device,
        settings=dict(settings or {}),
        cases=cases,
        seed=seed,
    )
    asked: list[Asked] = []
    findings = judge(request, load_waivers(Path(waivers)) if waivers is not None else (), asked.append)
    if exit_code(findings) is not ExitCode.CONFORMS:
        raise AssertionError("\n" + render(findings, asked=asked, scope=Scope(request.level, tuple(clauses))))
