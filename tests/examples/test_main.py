"""The command says what is wrong with a call before it trains anything."""

from __future__ import annotations

import importlib.util

import pytest
from click.testing import CliRunner

from examples.lightgcn.__main__ import NEEDED, main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--objective", "warpp"], "got 'warpp', expected one of approx_map, "),
        (["--epochs", "1"], "1 is not in the range x>=2"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--figure", "tests"], "is a directory"),
    ],
)
def test_a_bad_option_is_refused_by_name(arguments, message):
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 2
    assert f"'{arguments[0]}'" in done.output
    assert message in done.output


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in NEEDED else name)
    done = CliRunner().invoke(main, [])

    assert done.exit_code == 2
    assert "torch-geometric and matplotlib not installed: pip install torch-geometric matplotlib" in done.output
