"""What prepares a snippet is told from the call, and several snippets share it."""

from __future__ import annotations

from rankproof.conformance.verdict.preamble import shared, split

LOADING = """\
import sys

sys.path.insert(0, 'here')
specification = 1
subject_module = specification
sys.modules["subject_module"] = subject_module
"""
CALL = "import math\n\ndef close(a):\n    assert a\n\nvalue = math.pi\nclose(value)\n"


def test_imports_functions_and_loading_prepare_and_the_rest_is_the_call():
    prepared, call = split(CALL)

    assert prepared == ("import math", "def close(a):\n    assert a")
    assert call == "value = math.pi\nclose(value)"
    assert split(LOADING)[1] == ""


def test_an_import_after_the_call_has_begun_stays_with_it():
    assert split("import a\nx = 1\nimport b\n") == (("import a",), "x = 1\nimport b")


def test_what_is_no_python_is_left_whole():
    assert split("$ run this\n") == ((), "$ run this\n")


def test_shared_statements_come_once_and_in_order():
    assert shared([CALL, f"{LOADING}{CALL}"]).splitlines() == [
        "import math",
        "",
        "def close(a):",
        "    assert a",
        "",
        *LOADING.replace("\n\n", "\n").splitlines(),
    ]


def test_a_snippet_means_the_same_in_two_parts():
    whole, parts = {}, {}
    exec(CALL, whole)
    exec(shared([CALL]), parts)
    exec(split(CALL)[1], parts)

    assert whole["value"] == parts["value"]
