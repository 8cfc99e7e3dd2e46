"""Formulas are shown as mathematics that reads like the paper."""

from __future__ import annotations

import ast

import pytest

from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.mathematics import to_mathematics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(0, margin - target[i] * a[i])", "max(0, margin − target[i] · a[i])"),
        ("1 + sum(above(j, i) for j in items if j != i)", "1 + Σ_{j ∈ items, j ≠ i} above(j, i)"),
        ("2 * sum(a[j] + b for j in items)", "2 · (Σ_{j ∈ items} (a[j] + b))"),
        ("prod(a[j] for j in range(k)) / 2", "(Π_{0 ≤ j < k} a[j]) / 2"),
        ("max(a[j] for j in range(1, n + 1))", "max_{1 ≤ j < n + 1} a[j]"),
        ("any(a[i] > 0 for i in items) and b", "(∃ i ∈ items: a[i] > 0) and b"),
        ("all(a[i] >= 0 for i in items)", "∀ i ∈ items: a[i] ≥ 0"),
        ("count(a[i] <= 0 for i in items)", "#{i ∈ items : a[i] ≤ 0}"),
        ("first((j for j in items if c(j)), default=-1)", "first_{j ∈ items, c(j)}(j; else −1)"),
        ("sorted((a[i] for i in items), reverse=True)", "sorted↓_{i ∈ items}(a[i])"),
        ("sorted(a, reverse=False)", "sorted(a)"),
        ("argsort([a[i] for i in items])[0]", "argsort([a[i] : i ∈ items])[0]"),
        ("(2**y - 1) / log2(1 + r)", "(2^y − 1) / log₂(1 + r)"),
        ("x**(a + b)", "x^(a + b)"),
        ("(n - 1) // m", "⌊(n − 1) / m⌋"),
        ("a % 2", "a mod 2"),
        ("a - (b - c)", "a − (b − c)"),
        ("a - (b + c)", "a − (b + c)"),
        ("-(a + b) + (c * d)", "−(a + b) + c · d"),
        ("abs(a - b) + floor(x) + norm(v) + len(items) + sqrt(2)", "|a − b| + ⌊x⌋ + ‖v‖ + |items| + √(2)"),
        ("log(x) + sigmoid(x) + harmonic(n) + exp(x)", "ln(x) + σ(x) + H(n) + exp(x)"),
        ('1 if gain == "linear" else 2 if a < b else 3', "{1 if gain = linear; 2 if a < b; 3 otherwise}"),
        ("k is None or k is not None", "k is null or k is given"),
        ("not (a and b) or c", "not (a and b) or c"),
        ("gains[1:k] if True else None", "{gains[1:k] if true; null otherwise}"),
    ],
)
def test_constructs_have_their_mathematical_form(text: str, expected: str) -> None:
    assert to_mathematics(parse(text)) == expected


def test_a_foreign_node_is_not_shown() -> None:
    with pytest.raises(TypeError, match="Lambda is not in the formula language"):
        to_mathematics(ast.parse("lambda: 1", mode="eval").body)


@pytest.mark.parametrize("loss", builtin_ids())
def test_every_built_in_formula_can_be_shown(loss: str) -> None:
    spec = load_builtin(loss)
    bodies = [each.body for each in spec.definitions.values()]
    bodies += [spec.formula.value, *(each.value for each in spec.gradient.values())]

    for body in bodies:
        shown = to_mathematics(body.node)
        assert " for " not in shown
        assert "==" not in shown
