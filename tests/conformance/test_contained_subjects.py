"""Whatever a subject does, its verdict says so, and every other verdict stands: ``data/hostile.py`` does all of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from rankproof.conformance.checks.run import run_clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict

DATA = Path(__file__).parent / "data"
COMMON = ("--loss", "margin_ranking", "--dtypes", "float64", "--cases", "4")
STATE = "purity.global_state"


def check(name, *arguments, clauses, out, timeout=300):
    """Exit status, stderr and findings by clause of the command line."""
    chosen = [word for clause in clauses for word in ("--clause", clause)]
    command = [sys.executable, "-m", "rankproof.conformance", "check", f"hostile.py:{name}", *COMMON, *chosen]
    command += [*arguments, "--json", str(out / f"{name}.json")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=DATA)
    assert ran.returncode in (0, 1), ran.stderr
    assert "Traceback" not in ran.stderr
    found = json.loads((out / f"{name}.json").read_text())["findings"]
    return {each["clause"]: each for each in found}


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("hangs", ("--timeout", "10"), "was still running after 10 s in hostile.py, line"),
        ("leaves", (), "ended the process with status 7"),
        ("segfaults", (), "died of signal 11 (SIGSEGV"),
        ("eats_memory", ("--memory", "1"), "held more than 1 GiB of memory and was stopped"),
        ("writes_to_the_harness", (), "wrote to its connection to the harness"),
    ],
)
def test_who_takes_the_process_along_is_told_and_the_next_clause_is_judged_in_another(tmp_path, name, arguments, words):
    found = check(name, *arguments, clauses=["value", "gradient"], out=tmp_path)

    assert found["value"]["verdict"] == "diverges"
    assert words in found["value"]["reason"].replace(f"{DATA}/", "")
    assert found["value"]["fault"] == "subject"
    assert found["value"]["counterexample"]["inputs"]["input1"]
    assert found["gradient"]["verdict"] == "conforming"


@pytest.mark.parametrize("name", ["closes_descriptors", "forks", "hangs_at_exit", "prints_megabytes"])
def test_what_reaches_nobody_else_costs_no_verdict(tmp_path, name):
    found = check(name, clauses=["value", "gradient"], out=tmp_path)

    assert {each["verdict"] for each in found.values()} == {"conforming"}


@pytest.mark.parametrize("name", ["replaces_torch_functions", "replaces_numpy_functions", "handles_signals"])
def test_what_is_left_to_the_process_is_told_by_one_clause_and_reaches_no_other(tmp_path, name):
    found = check(name, clauses=["value", "zero_sum", STATE], out=tmp_path)

    assert found[STATE]["verdict"] == "diverges"
    assert {found[clause]["verdict"] for clause in ("value", "zero_sum")} == {"conforming"}


def test_a_subject_that_replaces_its_judge_is_judged_by_the_right_one(tmp_path):
    found = check("replaces_the_judge", clauses=["value", STATE], out=tmp_path)

    assert "judge.judge_value (replaced)" in found[STATE]["reason"]
    assert found["value"]["verdict"] == "diverges"


@pytest.fixture(scope="module")
def spec():
    """The loss that the hostile ones are."""
    return load_builtin("margin_ranking")


def verdicts(spec, name, *clauses):
    """Findings by clause, judged in this process."""
    subject = build_subject(f"{DATA / 'hostile.py'}:{name}", spec)
    return {each.clause: each for each in run_clauses(spec, subject, clauses=clauses, cases=4, shrink=False)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exits", "it raised SystemExit: 3 in"),
        ("stops", "it raised StopIteration: 3 in"),
        ("closes_a_generator", "it raised GeneratorExit:  in"),
        ("raises_without_words", "it raised Wordless: (its message raises ValueError) in"),
        ("raises_a_group", "it raised ExceptionGroup: all at once (2 sub-exceptions) in"),
        ("raises_a_novel", "(5000000 characters)"),
        ("returns_a_generator", "returned a generator; expected one real tensor"),
        ("returns_a_huge_tensor", "returned a tensor of shape [1000000000000]"),
    ],
)
def test_odd_exceptions_and_results_are_told_in_a_sentence(spec, name, words):
    told = verdicts(spec, name, "value")["value"]

    assert told.verdict is Verdict.DIVERGES
    assert words in told.reason
    assert len(told.reason) < 3000


def test_where_the_subject_raised_is_told_by_its_own_code(spec):
    line = next(
        n for n, text in enumerate((DATA / "hostile.py").read_text().splitlines(), 1) if "StopIteration(3)" in text
    )

    assert f"hostile.py, line {line} (stops)" in verdicts(spec, "stops", "value")["value"].reason


def test_a_users_interrupt_is_not_the_subjects(spec):
    with pytest.raises(KeyboardInterrupt):
        verdicts(spec, "interrupts", "value")


def test_a_tensor_with_hostile_methods_is_judged_by_its_numbers(spec):
    assert verdicts(spec, "returns_a_hostile_tensor", "value")["value"].verdict is Verdict.CONFORMING


CHANGES = {
    "seeds_torch": "seeds the global generator of torch:",
    "seeds_numpy": "seeds the global generator of numpy:",
    "seeds_python": "seeds the global generator of Python:",
    "sets_the_default_dtype": "torch's default dtype (from torch.float32 to torch.float64)",
    "sets_the_default_device": "torch's default device",
    "disables_gradients": "torch's grad mode (from True to False)",
    "sets_deterministic": "torch's deterministic algorithms",
    "sets_threads": "torch's number of threads",
    "changes_the_environment": "the working directory",
    "leaves_a_thread": "the threads",
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_call_does_to_the_state_that_all_code_shares_is_a_verdict_of_its_own_and_put_back(spec, name):
    told = verdicts(spec, name, STATE)[STATE]
    right = verdicts(spec, "right", "value", "gradient", STATE)

    assert told.verdict is Verdict.DIVERGES
    assert CHANGES[name] in told.reason
    assert {each.verdict for each in right.values()} == {Verdict.CONFORMING}


@pytest.mark.parametrize("name", ["seeds_numpy", "sets_the_default_dtype", "leaves_a_thread"])
def test_the_snippet_of_changed_state_fails_in_the_same_way(spec, name):
    snippet = verdicts(spec, name, STATE)[STATE].counterexample.snippet
    ran = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True)

    assert ran.returncode == 1
    assert f"AssertionError: {verdicts(spec, name, STATE)[STATE].reason[:40]}" in ran.stderr


@pytest.mark.parametrize("name", ["right", "draws"])
def test_a_call_may_draw_from_the_global_generators(spec, name):
    assert verdicts(spec, name, STATE)[STATE].verdict is Verdict.CONFORMING
