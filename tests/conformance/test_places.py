"""Findings name spec files alike on every machine; reports show paths that open."""

from __future__ import annotations

import os
import shutil
from importlib import resources
from pathlib import Path

import pytest

from rankproof.conformance.places import from_here, kept_name, openable
from rankproof.conformance.specification import load, load_builtin
from rankproof.conformance.specification.sections import section

PACKAGE = Path(str(resources.files("rankproof.spec")))


def test_a_file_of_the_package_is_kept_by_its_name_however_it_is_reached(monkeypatch):
    monkeypatch.chdir(PACKAGE.parent)

    assert kept_name(str(PACKAGE / "warp.yaml")) == "warp.yaml"
    assert kept_name("spec/warp.yaml") == "warp.yaml"
    assert str(load("spec/warp.yaml").formula.value.location) == str(load_builtin("warp").formula.value.location)


def test_a_file_below_the_current_directory_is_kept_by_its_path_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert kept_name(str(tmp_path / "specs" / "mine.yaml")) == "specs/mine.yaml"
    assert kept_name("../mine.yaml") == "../mine.yaml"
    assert kept_name("/elsewhere/mine.yaml") == "/elsewhere/mine.yaml"


def test_another_file_of_the_name_of_a_packaged_one_is_not_taken_for_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(PACKAGE / "warp.yaml", tmp_path)

    for path in ("warp.yaml", str(tmp_path / "warp.yaml")):
        assert openable(f"{kept_name(path)}:3 (title)") == "./warp.yaml:3 (title)"


@pytest.mark.parametrize("location", ["warp.yaml:12 (formula)", section("padding")])
def test_a_location_in_the_package_opens_from_below_it_and_from_elsewhere(tmp_path, monkeypatch, location):
    rest = location.partition(":")[2]
    monkeypatch.chdir(PACKAGE.parent)
    assert openable(location) == f"spec/{location}"

    monkeypatch.chdir(tmp_path)
    path, _, told = openable(location).partition(":")

    assert told == rest
    assert Path(path).is_absolute()
    assert Path(path).is_file()


@pytest.mark.parametrize("location", ["", "waivers.yaml:3", "mine.yaml:3 (title)", "a/warp.yaml:3", "schema.json:3"])
def test_any_other_location_stays_as_it_is(location):
    assert openable(location) == location


def test_a_directory_that_was_removed_shortens_nothing(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    os.rmdir(tmp_path / "gone")

    assert from_here("/a/b") == "/a/b"
