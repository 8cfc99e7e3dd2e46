"""The exit status of a run, from what was found."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

from rankproof.conformance.verdict.finding import Finding, Verdict


class ExitCode(enum.IntEnum):
    """What a shell or a CI sees."""

    CONFORMS = 0  # conforming, admissible or waived wherever something was run
    DIVERGES = 1
    UNUSABLE = 2  # cannot import, bad spec, bad option, or nothing was run


def exit_code(findings: Iterable[Finding], unusable: Sequence[str] = ()) -> ExitCode:
    """The status of a run; ``unusable`` are the messages about what could not be judged at all.

    Unusable comes before diverging: what was judged is then less than what was asked for.
    """
    verdicts = {finding.verdict for finding in findings}
    if unusable or verdicts <= {Verdict.NOT_RUN}:
        return ExitCode.UNUSABLE
    return ExitCode.DIVERGES if Verdict.DIVERGES in verdicts else ExitCode.CONFORMS
