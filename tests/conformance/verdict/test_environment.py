"""A run says what it ran on without importing it."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import sys

from rankproof.conformance.verdict.environment import environment, version


def test_versions_and_what_the_run_adds_are_told():
    told = environment(seed=7)

    assert told["python"] == platform.python_version()
    assert told["numpy"] == importlib.metadata.version("numpy")
    assert told["seed"] == 7


def test_a_package_that_is_not_installed_has_no_version():
    assert version("rankproof-nowhere") is None


def test_no_framework_is_imported_for_it():
    package = "rankproof.conformance.verdict.environment"
    source = f"import sys, {package}; {package}.environment(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
