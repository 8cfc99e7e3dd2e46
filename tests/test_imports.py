"""What importing costs: the harness loads no framework, and the pytest plugin almost nothing."""

from __future__ import annotations

import subprocess
import sys


def loaded(statements: str, names: str) -> str:
    """Which of the named modules a fresh interpreter has loaded after the statements."""
    source = f"import sys\n{statements}\nprint(*sorted(set({names.split()!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_module_of_the_harness_can_be_imported_without_a_framework():
    walk = (
        "import importlib, pkgutil, rankproof.conformance as package\n"
        "for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    found.name.endswith('__main__') or importlib.import_module(found.name)"
    )

    assert loaded(walk, "torch triton jax") == ""


def test_pytest_pays_nothing_for_the_plugin_until_it_collects_a_spec():
    heavy = "torch triton jax hypothesis numpy scipy mpmath rich yaml jsonschema"

    assert loaded("import rankproof.conformance.plugin", heavy) == ""


def test_the_numpy_reference_needs_no_framework():
    assert loaded("import rankproof.reference.margin_ranking", "torch triton jax hypothesis") == ""
