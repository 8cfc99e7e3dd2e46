"""The options of the pytest plugin, held against each other before anything is collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rankproof.conformance.specification.loader import builtin_ids
from rankproof.conformance.specification.loss_names import loss_hint
from rankproof.conformance.subjects.named import NamedTarget, parse_dtypes, parse_named_target
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.document import DocumentError, refuse_unwritable
from rankproof.conformance.verdict.waiver_file import WaiverError, refuse_unknown_losses
from rankproof.conformance.verdict.waiver_file import load as load_waivers


def refuse_wrong_options(config: pytest.Config) -> None:
    """Raise pytest.UsageError for options that would fail every spec file, or leave it without an item."""
    options = config.option
    try:
        if options.rankproof_json:
            refuse_unwritable(Path(options.rankproof_json))
        if not options.rankproof_subject:
            return
        parse_dtypes(options.rankproof_dtypes)
        for text in options.rankproof_subject:
            _refuse_unknown_loss(parse_named_target(text), text, config)
        if options.rankproof_waivers:
            _refuse_waivers_of_unknown_losses(config)
    except DocumentError as problem:
        raise pytest.UsageError(f"--rankproof-json: {problem}") from None
    except (SubjectError, WaiverError) as problem:
        raise pytest.UsageError(str(problem)) from None


def _refuse_waivers_of_unknown_losses(config: pytest.Config) -> None:
    waivers = load_waivers(Path(config.option.rankproof_waivers))
    subjects = [parse_named_target(text).name for text in config.option.rankproof_subject]
    own = [waiver.loss for waiver in waivers if any(_own_specs(waiver.loss, config))]
    refuse_unknown_losses(waivers, subjects, [*builtin_ids(), *own])


def given_in(config: pytest.Config, text: str) -> str:
    """Where a value of an option was given: the command line, or what pytest adds to it."""
    if any(text in each for each in config.getini("addopts")):
        return f"addopts of {config.inipath}"
    return "PYTEST_ADDOPTS" if text in os.environ.get("PYTEST_ADDOPTS", "") else "--rankproof-subject"


def nothing_applies(config: pytest.Config) -> str:
    """Why there was no item: what each subject is for."""
    told = []
    for text in config.option.rankproof_subject:
        named = parse_named_target(text)
        dtypes = "" if named.dtypes is None else f" in {', '.join(named.dtypes)}"
        told.append(f"{named.name} is for {named.loss or 'every loss'}{dtypes}")
    return (
        f"rankproof: no subject is for a spec file that was collected, in {config.option.rankproof_dtypes}: "
        f"{'; '.join(told)}. Name another spec file, or change [LOSS/]NAME[@DTYPES]=TARGET"
    )


def _refuse_unknown_loss(named: NamedTarget, text: str, config: pytest.Config) -> None:
    known = builtin_ids()
    if named.loss is None or named.loss in known or any(_own_specs(named.loss, config)):
        return
    raise pytest.UsageError(
        f"{given_in(config, text)}: {text}: there is no loss {named.loss!r}{loss_hint(named.loss, known)}, "
        f"or give the spec file {named.loss}.yaml to pytest"
    )


def _own_specs(loss: str, config: pytest.Config) -> Iterator[Path]:
    """The spec files of a loss among what pytest is to collect: a spec file is called like its loss."""
    for argument in config.args:
        path = Path(argument.split("::")[0])
        for suffix in (".yaml", ".yml"):
            yield from path.rglob(f"{loss}{suffix}") if path.is_dir() else [path][: path.name == f"{loss}{suffix}"]
