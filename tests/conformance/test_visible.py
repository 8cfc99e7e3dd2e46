"""Text of unknown origin moves no cursor and colours no screen."""

from __future__ import annotations

import pytest

from rankproof.conformance.visible import kind_of, visible


@pytest.mark.parametrize("text", ["", "plain", "ψ ≤ 1 ✓", "a\u0301"])
def test_what_can_be_printed_is_left_alone(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31m", r"a\x1b[31m"), ("a\rb", r"a\rb"), ("\ud800", r"\ud800"), ("a\u202eb", r"a\u202eb")],
)
def test_what_controls_the_screen_is_escaped(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("value", "told"), [(3, "an int"), ("", "a str"), (None, "a NoneType"), (OSError(), "an OSError")]
)
def test_a_type_is_told_with_its_article(value, told):
    assert kind_of(value) == told
