"""pytest plugin: spec files are test modules, and every clause of every subject is a test item.

Nothing heavy is imported until a spec file is collected.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rankproof.conformance.verdict.asked import Asked
    from rankproof.conformance.verdict.finding import Finding

LEVELS = ("correct", "robust", "integrated", "frugal")
_HEADER = re.compile(r"^rankproof\s*:", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options, all under one prefix so that they never meet another plugin's."""
    add = parser.getgroup("rankproof", "conformance of ranking losses").addoption
    add(
        "--rankproof-subject",
        action="append",
        default=[],
        metavar="[LOSS/]NAME[@DTYPES]=TARGET",
        help="what to judge: module:attribute or path/to/file.py:attribute; {loss} is the loss's id; repeatable",
    )
    add("--rankproof-device", default="cpu", metavar="DEVICE", help="cpu, cuda or interpreter (default: cpu)")
    add("--rankproof-dtypes", default="float64,float32,float16,bfloat16", metavar="LIST", help="dtypes, by comma")
    add("--rankproof-cases", type=_count, default=25, metavar="N", help="cases a clause (default: 25)")
    add("--rankproof-seed", type=int, default=0, metavar="N", help="vary the cases (default: 0)")
    add("--rankproof-level", default="frugal", choices=LEVELS, help="judge up to this level (default: frugal)")
    add(
        "--rankproof-shrink-seconds", type=float, default=5.0, metavar="S", help="time to shrink a failure (default: 5)"
    )
    add("--rankproof-waivers", default=None, metavar="FILE", help="YAML file of accepted divergences")
    add("--rankproof-json", default=None, metavar="FILE", help="write the findings to this file")


def _count(text: str) -> int:
    """At least one."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 1")
    return int(text)


def pytest_configure(config: pytest.Config) -> None:
    """Markers of the items, and the collector of findings."""
    if (config.option.rankproof_subject or config.option.rankproof_json) and not hasattr(config, "workerinput"):
        from rankproof.conformance.plugin_options import refuse_wrong_options

        refuse_wrong_options(config)
    config.addinivalue_line("markers", "rankproof_dtype(name): the dtype of a conformance item")
    config.addinivalue_line("markers", "rankproof_level(name): the level of a conformance item")
    config.pluginmanager.register(Findings(config), "rankproof-findings")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A YAML file that starts as a spec is a test module, once there is a subject to judge."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    named = file_path in [Path(argument.split("::")[0]).resolve() for argument in parent.config.args]
    if not named and not _HEADER.search(file_path.read_bytes()[:4096].decode(errors="replace")):
        return None
    if not named and not parent.config.getoption("--rankproof-subject"):
        return None
    from rankproof.conformance.items import SpecFile

    return SpecFile.from_parent(parent, path=file_path)


class Findings:
    """Gathers the findings of all reports, from whichever process ran them, and shows them at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.findings: list[Finding] = []
        self.asked: dict[tuple[str, str], Asked] = {}  # by loss and subject

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A finding travels as a property of its item's report, and beside the first how its subject is asked."""
        from rankproof.conformance.verdict import asked, finding

        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == finding.PROPERTY:
                self.findings.append(finding.Finding.from_json(json.loads(str(value))))
            elif name == asked.PROPERTY:
                subject = asked.Asked(**json.loads(str(value)))
                self.asked[subject.loss, subject.subject] = subject

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A waiver that no longer applies fails the run; only the process that has all findings can tell."""
        if not self.findings or hasattr(self.config, "workerinput"):
            return
        from rankproof.conformance.items import stale_waivers

        stale = stale_waivers(self.config, self.findings)
        self.findings += stale
        if stale and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """The matrix, and the JSON document if one was asked for; where there is nothing to show, why."""
        nothing = exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and "deselected" not in terminalreporter.stats
        if nothing and self.config.option.rankproof_subject:
            from rankproof.conformance.plugin_options import nothing_applies

            terminalreporter.write_line(nothing_applies(self.config))
        if not self.findings:
            return
        from rankproof.conformance.items import summary

        terminalreporter.section("rankproof")
        terminalreporter.write_line(summary(self.config, self.findings, list(self.asked.values())))
