"""Where text goes decides its width and colour, and nothing else does."""

from __future__ import annotations

import io

import pytest

from rankproof.conformance.verdict.console import Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("columns", "width"), [(None, 120), ("", 120), ("0", 120), ("wide", 120), ("-5", 120), ("100", 100), ("40", 80)]
)
def test_a_pipe_gets_plain_text_of_a_fixed_width_or_as_wide_as_it_is_told(monkeypatch, columns, width):
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert Screen.of(io.StringIO()) == Screen(width=width, colour=False)


def test_a_terminal_gets_colour_unless_it_is_refused(monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Screen.of(Terminal()) == Screen(width=150, colour=True)

    monkeypatch.setenv("NO_COLOR", "1")

    assert Screen.of(Terminal()) == Screen(width=150, colour=False)


def test_a_terminal_is_taken_as_wide_as_it_is_down_to_80_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    assert Screen.of(Terminal()).width == 90

    monkeypatch.setenv("COLUMNS", "40")

    assert Screen.of(Terminal()).width == 80
