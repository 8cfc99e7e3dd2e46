"""0 conforms, 1 diverges, 2 nothing to say: what a CI acts on."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.exit_codes import exit_code
from rankproof.conformance.verdict.finding import Verdict


@pytest.mark.parametrize(
    ("verdicts", "unusable", "expected"),
    [
        ([Verdict.CONFORMING], [], 0),
        ([Verdict.ADMISSIBLE, Verdict.WAIVED, Verdict.NOT_RUN], [], 0),
        ([Verdict.CONFORMING, Verdict.DIVERGES], [], 1),
        ([Verdict.NOT_RUN, Verdict.NOT_RUN], [], 2),
        ([], [], 2),
        ([Verdict.CONFORMING], ["cannot import my.mod"], 2),
        ([Verdict.DIVERGES], ["cannot import my.mod"], 2),
    ],
)
def test_exit_code(finding, verdicts, unusable, expected):
    findings = [finding("value", verdict) for verdict in verdicts]

    assert exit_code(findings, unusable) == expected
