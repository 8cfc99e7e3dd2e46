"""The same seed gives the same cases, whatever else is imported and wherever the run is."""

import os
import subprocess
import sys

from hypothesis import Phase
from hypothesis import strategies as st

from rankproof.conformance.checks import reproducible
from rankproof.conformance.checks.reproducible import draw_cases

NUMBERS = st.tuples(st.floats(), st.integers())

SCRIPT = """
import sys
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.checks.run import case_key
from rankproof.conformance.checks.spec_check import drawn_cases
from rankproof.conformance.specification import load_builtin
from hypothesis import strategies as st
if len(sys.argv) > 1:
    sys.path.insert(0, sys.argv[1])
    import full_of_literals
for case in drawn_cases(load_builtin("margin_ranking"), Plan(upstream=True), 15):
    print(case_key(case).hex())
print(draw_cases(st.tuples(st.floats(), st.integers(), st.text(max_size=9)), 40, 1))
"""


def cases_of_a_process(*arguments, cwd, **environment):
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "TF_BUILD")}
    inherited["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True, text=True, check=True, cwd=cwd, env={**inherited, **environment},
    )  # fmt: skip
    return done.stdout


def test_cases_change_neither_with_a_module_full_of_literals_nor_with_ci(tmp_path):
    literals = ", ".join([*(repr(0.1234567 * k) for k in range(1, 300)), *(f"'{k}abc'" for k in range(300))])
    (tmp_path / "full_of_literals.py").write_text(f"LITERALS = [{literals}, {', '.join(map(str, range(999, 1999)))}]\n")
    plain = cases_of_a_process(cwd=tmp_path)

    assert cases_of_a_process(str(tmp_path), cwd=tmp_path) == plain
    assert cases_of_a_process(cwd=tmp_path, CI="1") == plain


def test_the_same_seed_draws_the_same_and_another_seed_draws_otherwise():
    first, again, other = (repr(draw_cases(NUMBERS, 20, seed)) for seed in (5, 5, 6))

    assert first == again
    assert first != other


def test_as_many_cases_are_drawn_as_are_asked_for():
    assert len(draw_cases(st.floats(0, 1), 37, 0)) == 37


def test_nothing_that_a_profile_or_a_database_could_change_is_left_open():
    found = reproducible.settings(9, [Phase.generate])

    assert (found.max_examples, found.database, found.deadline) == (9, None, None)
    assert (found.derandomize, found.backend) == (False, reproducible.BACKEND)
