"""Every operator makes the mutants that it says, and none of what is no number."""

from __future__ import annotations

import textwrap

import pytest

from tests.mutants.mutant import mutants
from tests.mutants.operators import NUMPY, TORCH


def changed(operator: str, line: str, operators=TORCH) -> list[str]:
    """What one operator makes of the last line of a function that has ``a``, ``b`` and ``c``."""
    source = f"def loss(a, b, c):\n    {line}\n"
    return [mutant.key.after for mutant in mutants("loss.py", source, {operator: operators[operator]})]


@pytest.mark.parametrize(
    ("operator", "line", "expected"),
    [
        ("arithmetic", "return a + b", ["return a - b"]),
        ("arithmetic", "return a * b", ["return a / b"]),
        ("arithmetic", "return a // b", ["return a / b"]),
        ("arithmetic", "a += b", ["a -= b"]),
        ("bitwise", "return a & b & c", ["return (a & b | c)", "return (a | b) & c"]),
        ("comparison", "return a > b", ["return a >= b", "return a < b"]),
        ("comparison", "return a == b", ["return a != b"]),
        ("constant", "return a[0]", ["return a[1]"]),
        ("constant", "return a + 2", ["return a + 3", "return a + 1"]),
        ("constant", "return a + 0.5", ["return a + 1.5", "return a + 0.25"]),
        ("constant", "return a.max(keepdim=True)", ["return a.max(keepdim=False)"]),
        ("term", "return a / (b + c)", ["return a", "return (b + c)", "return a / b", "return a / c"]),
        ("term", "return (1 - a).to(b)", ["return (1).to(b)", "return a.to(b)"]),
        ("term", "a += b", ["a = b"]),
        ("sign", "return -a", ["return a"]),
        ("sign", "return ~a & b", ["return a & b"]),
        ("logic", "return a and b", ["return (a or b)"]),
        ("branch", "return a if b else c", ["return c if b else a", "return a", "return c"]),
        ("index", "return a[:b]", ["return a[:b + 1]", "return a[:]"]),
        ("index", "return a[::-1]", ["return a[:]"]),
        ("index", "return a[:, None]", ["return a[None, :]"]),
        ("function", "return a.sum(dim=-1)", ["return a.mean(dim=-1)"]),
        ("function", "return torch.log2(a)", ["return torch.log(a)"]),
        ("arguments", "return a.gather(b, c)", ["return a.gather(c, b)"]),
        ("arguments", "return torch.maximum(a, b)", []),
        (
            "arguments",
            "return torch.where(a, b, c)",
            ["return torch.where(a, c, b)", "return torch.where(a, c, c)", "return torch.where(a, b, b)"],
        ),
        ("keyword", "return a.sum(dim=-1)", ["return a.sum()"]),
        ("keyword", "return a.sum(dim=(-2, -1))", ["return a.sum()", "return a.sum(dim=-2)", "return a.sum(dim=-1)"]),
        ("keyword", "return torch.ones(a, device=b)", []),
        ("left_out", "return a.clamp(min=b)", ["return a"]),
        ("left_out", "return int(a)", ["return a"]),
        ("left_out", "return float(a)", []),
        ("left_out", "return torch.relu(a - b)", ["return (a - b)"]),
        ("graph", "return a * b", ["return (a * b).detach()"]),
        ("graph", "return a > b", []),
        ("graph", "a, b = c, c", ["a, b = c.detach(), c", "a, b = c, c.detach()"]),
        ("graph", "a, b = split(c)", []),
        ("dtype", "return torch.float64", ["return torch.float32", "return torch.float64.float()"]),
        ("statement", "a = b", ["pass"]),
        ("statement", "d = b", []),
    ],
)
def test_operator_makes(operator: str, line: str, expected: list[str]) -> None:
    assert sorted(changed(operator, line)) == sorted(expected)


def test_numpy_is_rounded_by_numpy() -> None:
    assert changed("dtype", "return a * b", NUMPY) == ["return np.float32(a * b)"]


@pytest.mark.parametrize(
    "line",
    ["check_real('margin', a, above=0)", "warp_arguments(a, b, c)", 'raise ValueError(f"got {a + 1}")', '"""A + 1."""'],
)
def test_checks_and_text_are_left_alone(line: str) -> None:
    source = f"def loss(a, b, c):\n    {line}\n"

    assert [mutant.key for mutant in mutants("loss.py", source, TORCH) if mutant.key.operator != "statement"] == []


def test_defaults_and_annotations_are_left_alone() -> None:
    source = "def loss(a: list[0], b: float = 1.0) -> list[1]:\n    return None\n"

    assert list(mutants("loss.py", source, TORCH)) == []


def test_a_mutant_differs_in_one_place_and_keeps_everything_else() -> None:
    source = textwrap.dedent(
        '''
        """Losses."""

        def loss(a, b):
            # Why.
            return (
                a + b
            )
        '''
    )
    (mutant,) = mutants("loss.py", source, {"arithmetic": TORCH["arithmetic"]})

    assert mutant.source == source.replace("a + b", "a - b")
    assert mutant.line == 7
    assert mutant.diff(source).splitlines()[0] == "loss.py:7 arithmetic"


def test_a_detached_value_can_be_watched_in_the_right_code() -> None:
    source = "def loss(a, b):\n    return (a * b), -a\n"

    found = list(mutants("loss.py", source, {"graph": TORCH["graph"], "sign": TORCH["sign"]}))

    assert {each.key.operator: each.watched.splitlines()[-1:] for each in found} == {
        "graph": ["    return (a * b), watcher_of_the_suite(-a)"],
        "sign": [],
    }
    assert found[0].watched.endswith("return watcher_of_the_suite((a * b)), -a\n")


def test_the_same_change_of_two_equal_lines_is_told_apart() -> None:
    source = "def one(a):\n    return -a\n\n\ndef other(a):\n    return -a\n"

    found = list(mutants("loss.py", source, {"sign": TORCH["sign"]}))

    assert [(each.line, each.key.occurrence) for each in found] == [(2, 1), (6, 2)]
