"""The command line: ``rankproof check``, ``report``, ``diff``, ``show``, ``path`` and ``soak``.

Exit status: 0 conforming or admissible at the chosen levels, 1 something diverges, 2 unusable or nothing was run.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rankproof.conformance.request import Request, RequestError
from rankproof.conformance.soak.errors import RecordError, SoakError
from rankproof.conformance.specification.errors import SpecError
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.document import DocumentError
from rankproof.conformance.verdict.exit_codes import ExitCode, exit_code
from rankproof.conformance.verdict.finding import Level
from rankproof.conformance.verdict.waiver_file import WaiverError
from rankproof.conformance.visible import visible

USER_ERRORS = (RequestError, SpecError, SubjectError, DocumentError, WaiverError, RecordError, SoakError)


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Errors that the user can mend are told in words, with exit status 2; a traceback is a bug of ours."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except USER_ERRORS as problem:
            click.echo("\n".join(map(visible, f"rankproof: {problem}".split("\n"))), err=True)
            sys.exit(ExitCode.UNUSABLE)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rankproof")
def main() -> None:
    """The executable specification of ranking losses: is yours right?"""


class _Finite(click.FloatRange):
    """A number of at least a bound; neither NaN, which no comparison refuses, nor infinite."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


def _setting(text: str) -> tuple[str, Any]:
    """``name=value`` of the option --set; the value is read as one in a spec file is."""
    from rankproof.conformance.specification.positions import read_plain

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"got {text!r}, expected NAME=VALUE, such as gain=linear", param_hint="--set")
    try:
        return name, read_plain(value, "--set")
    except SpecError as problem:
        told = problem.problems[0].message
        joint = " is " if told.startswith("not YAML") else " cannot be used: "
        raise click.BadParameter(f"the value of {text[:200]!r}{joint}{told}", param_hint="--set") from None


@main.command()
@click.argument("target")
@click.option("--loss", "loss_id", help="The loss that TARGET is to conform to, such as warp.")
@click.option(
    "--spec", "spec_path", type=click.Path(path_type=Path), help="A spec file of your own, instead of --loss."
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.FRUGAL.value,
    show_default=True,
    help="Judge up to this level.",
)
@click.option(
    "--clause", "clauses", multiple=True, metavar="PATTERN", help="Only these clauses, such as 'edge.*'; repeatable."
)
@click.option("--dtypes", default="float64,float32,float16,bfloat16", show_default=True, help="By comma.")
@click.option("--device", type=click.Choice(["cpu", "cuda", "interpreter"]), default="cpu", show_default=True)
@click.option("--framework", type=click.Choice(["auto", "torch", "numpy"]), default="auto", show_default=True)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A convention that TARGET has built in, such as gain=linear, or padding=-1; repeatable.",
)
@click.option("--cases", type=click.IntRange(1), default=25, show_default=True, help="Cases a clause.")
@click.option("--seed", type=int, default=0, show_default=True, help="Vary the cases.")
@click.option("--timeout", type=_Finite(0.1), default=30.0, show_default=True, help="Seconds that one clause may take.")
@click.option(
    "--memory",
    type=_Finite(0.25),
    metavar="GIB",
    help="Memory that TARGET may hold in each process (Linux only).  [default: half of what is free, in all of them]",
)
@click.option("--waivers", "waivers_path", type=click.Path(path_type=Path), help="YAML file of accepted divergences.")
@click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the findings to this file; its directory is made where there is none.",
)
@click.option("--full", is_flag=True, help="Show every divergence in full, not the foremost alone.")
@_plainly
def check(
    target: str,
    loss_id: str | None,
    spec_path: Path | None,
    waivers_path: Path | None,
    json_path: Path | None,
    full: bool,
    **options: Any,
) -> None:
    """Judge a loss, and say what diverges.

    TARGET is module:attribute or path/to/file.py:attribute: a function, a module class or an instance.

    It runs in processes of its own, two at a time where there are cores and memory for both; one that hangs is
    killed.
    """
    from rankproof.conformance.check import judge
    from rankproof.conformance.subjects.named import parse_dtypes
    from rankproof.conformance.verdict.asked import Asked
    from rankproof.conformance.verdict.console import Screen
    from rankproof.conformance.verdict.document import Document, refuse_unwritable, write
    from rankproof.conformance.verdict.environment import environment
    from rankproof.conformance.verdict.tally import Scope
    from rankproof.conformance.verdict.terminal import render
    from rankproof.conformance.verdict.waiver_file import load as load_waivers

    if (loss_id is None) == (spec_path is None):
        raise click.UsageError("say what TARGET is to conform to: --loss ID or --spec FILE, and only one of them")
    waivers = load_waivers(waivers_path) if waivers_path else ()
    request = Request(
        target=target,
        loss=loss_id,
        spec=None if spec_path is None else str(spec_path),
        level=Level(options["level"]),
        clauses=options["clauses"] or None,
        dtypes=parse_dtypes(options["dtypes"]),
        device=options["device"],
        framework=options["framework"],
        settings=dict(_setting(text) for text in options["settings"]),
        cases=options["cases"],
        seed=options["seed"],
        timeout=options["timeout"],
        memory=options["memory"],
    )
    if json_path:
        refuse_unwritable(json_path)
    asked: list[Asked] = []
    findings = judge(request, waivers, asked.append)
    scope = Scope(request.level, tuple(request.clauses or ()))
    click.echo(render(findings, Screen.of(sys.stdout), asked, full=full, scope=scope), nl=False)
    if json_path:
        run = environment(seed=request.seed, cases=request.cases)
        write(json_path, Document(findings, run, asked=tuple(asked)))
    sys.exit(exit_code(findings))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "markdown", "html", "json"]),
    default="terminal",
    show_default=True,
)
@_plainly
def report(paths: tuple[Path, ...], form: str) -> None:
    """Merge reports, and show the matrix.

    PATHS are JSON documents, as check --json writes them, or directories of them.
    """
    from rankproof.conformance.verdict.console import Screen
    from rankproof.conformance.verdict.report import gather, show

    document = gather(paths)
    click.echo(show(document, form, Screen.of(sys.stdout)), nl=False)
    sys.exit(exit_code(document.findings))


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@_plainly
def diff(old: Path, new: Path, form: str) -> None:
    """Tell what changed between two runs.

    OLD and NEW are each a JSON document, as check --json writes it, or a directory of them. Two runs of one subject
    each are compared whatever the subjects are called.

    Exit status 1 where something got worse: it diverges and did not, or it ran and no longer runs.
    """
    from rankproof.conformance.verdict.console import Screen
    from rankproof.conformance.verdict.diff import compare
    from rankproof.conformance.verdict.diff_report import show as show_changes
    from rankproof.conformance.verdict.report import gather

    comparison = compare(gather((old,)), gather((new,)))
    click.echo(show_changes(comparison, form, Screen.of(sys.stdout)), nl=False)
    sys.exit(comparison.exit_code)


@main.command()
@click.argument("loss_id", metavar="[LOSS]", required=False)
@click.option("--spec", "spec_path", type=click.Path(path_type=Path), help="A spec file of your own, instead of LOSS.")
@_plainly
def show(loss_id: str | None, spec_path: Path | None) -> None:
    """Print what a loss is, or list the losses.

    With LOSS: formula, gradient, conventions and who uses which. Without it: what losses there are.
    """
    from rankproof.conformance.check import find_spec
    from rankproof.conformance.specification.describe import WIDTH, describe
    from rankproof.conformance.verdict.console import Screen
    from rankproof.spec.arguments import arguments_of, losses

    if loss_id is not None and spec_path is not None:
        raise click.UsageError("say what to show: LOSS or --spec FILE, and only one of them")
    if loss_id is None and spec_path is None:
        for each in losses():
            click.echo(f"{each}: {arguments_of(each).title}")
        return
    spec = find_spec(loss_id, None if spec_path is None else str(spec_path))
    click.echo(describe(spec, min(WIDTH, Screen.of(sys.stdout).width)), nl=False)


@main.command()
@click.argument("loss_id", metavar="LOSS")
@_plainly
def path(loss_id: str) -> None:
    """Print where the spec file of a loss is.

    For pytest, as in: pytest $(rankproof path warp) --rankproof-subject mine=my_package.losses:warp
    """
    from rankproof.conformance.check import find_spec

    click.echo(find_spec(loss_id, None).path)


@main.command()
@click.option(
    "--cases", type=click.IntRange(1), default=100_000, show_default=True, help="Go on until so many cases are judged."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build/soak-DEVICE.json"),
    show_default=True,
    help="The record: a run goes on where the last one stopped.",
)
@click.option("--cases-per-clause", type=click.IntRange(1), default=50, show_default=True, help="Under each seed.")
@click.option("--loss", "losses", multiple=True, help="Only these losses; repeatable.")
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="[LOSS/]NAME[@DTYPES]=TARGET",
    help="What is held to be right, instead of all variants; {loss} stands for the loss; repeatable.",
)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--waivers", "waivers_path", type=click.Path(path_type=Path), help="YAML file of accepted divergences.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True)
@_plainly
def soak(
    cases: int,
    state: Path,
    cases_per_clause: int,
    losses: tuple[str, ...],
    subjects: tuple[str, ...],
    device: str,
    waivers_path: Path | None,
    processes: int,
) -> None:
    """Count false alarms on right losses.

    Right implementations are judged under many seeds: every divergence is a false alarm, a defect of rankproof.
    A case is one case put to one subject under one clause, of which a number was judged.
    """
    from rankproof.conformance.soak.plan import Plan, conforming
    from rankproof.conformance.soak.run import soak as run
    from rankproof.conformance.subjects.named import parse_named_target
    from rankproof.conformance.verdict.console import Screen
    from rankproof.conformance.verdict.waiver_file import load as load_waivers

    plan = Plan(
        subjects=tuple(parse_named_target(text) for text in subjects) or conforming(device),
        device=device,
        cases=cases_per_clause,
        waivers=load_waivers(waivers_path) if waivers_path else (),
    )
    screen = Screen.of(sys.stdout)
    state = state.with_name(state.name.replace("DEVICE", device))
    sys.exit(run(plan, target=cases, state=state, losses=losses, processes=processes, screen=screen))
