"""The comparison says of each run what it gained and whether all holds."""

from __future__ import annotations

import pytest
from rich.console import Console

from examples.lightgcn.table import comparison, sparkline
from tests.examples.runs import a_run


def test_a_run_is_a_row_that_says_whether_all_holds():
    console = Console(width=140)
    with console.capture() as shown:
        console.print(comparison([a_run(), a_run(objective="worse", losses=(1.0, 1.0))], best=0.5))
    good, bad = (line for line in shown.get().splitlines() if "0.400" in line)

    assert [cell.strip() for cell in good.split("│")[1:7]] == ["warp", "2", "1", "0.100", "0.400", "+0.300"]
    assert good.split("│")[-2].strip() == "yes"
    assert bad.split("│")[-2].strip() == "no"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0.5, 1], "▁▅█"),
        ([-1, 2], "▁█"),
        ([0.5], "▅"),
        (range(9), "▁██"),
    ],
)
def test_a_sparkline_goes_from_nothing_to_the_largest(values, expected):
    assert sparkline(list(values), largest=1, width=3) == expected
