"""The source for a changed state fails where the call changes it, and only there."""

from __future__ import annotations

import pytest

from rankproof.conformance.checks.state_snippet import seeding_snippet, state_snippet

LIMIT = "sys.getrecursionlimit()"


def call(body):
    return f"import sys, random\n\ndef loss():\n    {body}\n\noutput = loss()\nvalue = 0\n"


def test_a_call_that_changes_a_setting_fails():
    import sys

    before = sys.getrecursionlimit()
    try:
        with pytest.raises(AssertionError, match="changes the limit"):
            exec(state_snippet(call("sys.setrecursionlimit(4321)"), [LIMIT], "changes the limit"), {})
    finally:
        sys.setrecursionlimit(before)
    exec(state_snippet(call("return 1"), [LIMIT], "changes the limit"), {})


def test_what_is_compared_is_read_just_before_the_call():
    lines = state_snippet(call("return 1"), [LIMIT], "x").splitlines()

    assert lines.index(f"before = [{LIMIT}]") == lines.index("output = loss()") - 1
    assert lines[0] == "import sys"


def test_a_call_that_seeds_a_generator_fails():
    source = ["random.getstate()"]

    with pytest.raises(AssertionError, match="seeds"):
        exec(seeding_snippet([call("random.seed(7)")] * 2, source, "seeds"), {})
    exec(seeding_snippet([call("return random.random()")] * 2, source, "seeds"), {})
