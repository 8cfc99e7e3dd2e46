"""The wheel holds all four portions, with the data that they read, and declares both entry points."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PORTIONS = ("spec", "reference", "implementations", "conformance")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The project's wheel, built."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=TOP, check=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_every_file_of_every_portion_is_in_the_wheel(wheel):
    listed = subprocess.run(["git", "ls-files", *PORTIONS], cwd=TOP, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a clone: git cannot say which files belong to the project")
    expected = {name.split("/", 1)[1] for name in listed.stdout.splitlines()}

    assert expected <= set(wheel.namelist())


@pytest.mark.parametrize("portion", PORTIONS)
def test_each_portion_is_typed_and_the_namespace_has_no_module(wheel, portion):
    names = wheel.namelist()

    assert f"rankproof/{portion}/py.typed" in names
    assert f"rankproof/{portion}/__init__.py" in names
    assert "rankproof/__init__.py" not in names


def test_what_is_read_at_run_time_is_data_of_the_package(wheel):
    suffixes = {Path(name).suffix for name in wheel.namelist()}

    assert {".yaml", ".json", ".j2", ".md"} <= suffixes


def test_command_and_plugin_are_declared(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    points = configparser.ConfigParser()
    points.read_string(wheel.read(name).decode())

    assert points["console_scripts"]["rankproof"] == "rankproof.conformance.cli:main"
    assert points["pytest11"]["rankproof"] == "rankproof.conformance.plugin"
