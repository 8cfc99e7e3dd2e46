"""What the README says about the losses is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from rankproof.spec.arguments import arguments_of, losses

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in README.splitlines() if re.match(r"\| `\w+`.* \| O\(\w+\) \|$", line)]


def test_every_loss_has_a_row():
    assert sorted(name for row in ROWS for name in re.findall(r"`(\w+)`", row[0])) == sorted(losses())


def test_a_row_says_what_its_losses_take():
    for row in ROWS:
        told = [part.partition("=")[0].split()[0] for part in row[1].split(", ")]
        for loss in re.findall(r"`(\w+)`", row[0]):
            assert [each.name for each in arguments_of(loss).inputs] == told, loss
