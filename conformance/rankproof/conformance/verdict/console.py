"""Text for a terminal, a pipe or a snapshot: the same words at the same width, with colour where someone looks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

COLOURS: Mapping[Verdict, str] = {
    Verdict.CONFORMING: "green",
    Verdict.ADMISSIBLE: "cyan",
    Verdict.WAIVED: "yellow",
    Verdict.DIVERGES: "bold red",
    Verdict.NOT_RUN: "dim",
}

BLANKS = 2  # between two columns of a table
LEAST = 80  # columns: a narrower terminal breaks the lines of tables itself
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


@dataclass(frozen=True)
class Screen:
    """Where text goes: how wide it is, and whether it shows colour."""

    width: int = 120
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> Screen:
        """The stream's own width and colour when it is a terminal; otherwise plain text, as wide as COLUMNS says."""
        if not stream.isatty():
            told = os.environ.get("COLUMNS", "")
            return cls(max(LEAST, int(told))) if told.isdecimal() and int(told) else cls()
        colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(width=max(LEAST, shutil.get_terminal_size().columns), colour=colour)


def to_text(parts: list[RenderableType], screen: Screen) -> str:
    """The parts one under another, with no blanks at the ends of lines."""
    import io

    from rich.console import Console

    stream = io.StringIO()
    console = Console(
        file=stream,
        width=screen.width,
        force_terminal=screen.colour,
        force_interactive=False,
        color_system="standard" if screen.colour else None,
        highlight=False,
        legacy_windows=False,
    )
    for part in parts:
        console.print(part, markup=False, emoji=False, soft_wrap=isinstance(part, str))
    return "\n".join(_shown(line.rstrip()) for line in stream.getvalue().split("\n")).rstrip("\n") + "\n"


def _shown(line: str) -> str:
    """The line, of whose control characters only those that set a colour are left to the terminal."""
    return "".join(part if place % 2 else visible(part) for place, part in enumerate(_COLOUR.split(line)))


def table(
    *columns: str,
    headed: bool = True,
    numeric: Sequence[str] = (),
    folded: Sequence[str] = (),
    between: int = BLANKS,
) -> Table:
    """A table without a frame; numbers are aligned to the right, and only the columns ``folded`` take a second line.

    ``between`` two columns are so many blanks, at least one.
    """
    from rich import box
    from rich.table import Table

    # A box sets one blank between columns: as many in all, with or without it.
    frame, blanks = (box.SIMPLE_HEAD, between - 1) if headed else (None, between)
    grid = Table(box=frame, show_header=headed, show_edge=False, padding=(0, blanks, 0, 0))
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in numeric else "left"
        grid.add_column(column, justify=justify, overflow="fold", no_wrap=column not in folded)
    return grid
