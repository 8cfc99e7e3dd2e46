"""tests/ mirrors the harness: a module's tests are where its name says, so that nobody has to look for them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HARNESS = ROOT / "conformance" / "rankproof" / "conformance"
TESTS = ROOT / "tests" / "conformance"

# Modules without a test module of their own, and why.
EXCEPTIONS = {
    "__main__.py": "calls the command line, which test_cli.py and test_check.py start by it",
    "cases/case.py": "a value object without a method of its own; every clause's tests make cases",
    "oracle/answer.py": "a protocol and a value object; test_judge.py tests what implements them",
    "soak/errors.py": "two exceptions; test_record.py and test_run.py raise them",
    "subjects/probeable.py": "a protocol; test_probing.py and test_conventions.py probe what implements it",
    "subjects/subject.py": "protocols and value objects; the adapters' tests use all of them",
    "subjects/worker_failure.py": "an enumeration and a value object; test_contained.py meets each of its kinds",
}
MODULES = sorted(path.relative_to(HARNESS).as_posix() for path in HARNESS.rglob("*.py") if path.name != "__init__.py")


def place_of_tests(module: str) -> Path:
    path = TESTS / module
    return path.with_name(f"test_{path.name}")


@pytest.mark.parametrize("module", [module for module in MODULES if module not in EXCEPTIONS])
def test_a_module_has_its_tests_where_its_name_says(module):
    assert place_of_tests(module).is_file(), f"{module} has no {place_of_tests(module).relative_to(ROOT)}; write it"


@pytest.mark.parametrize("module", EXCEPTIONS)
def test_an_exception_is_a_module_that_still_lacks_tests(module):
    assert (HARNESS / module).is_file()
    assert not place_of_tests(module).exists()
