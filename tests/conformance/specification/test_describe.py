"""A loss is shown as a reader wants it: formulas as mathematics, each convention with who uses it, short lines."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.describe import WIDTH, describe


@pytest.fixture(params=builtin_ids())
def spec(request):
    return load_builtin(request.param)


def test_every_part_of_a_loss_is_told(spec):
    shown = describe(spec)
    titles = [line for line in shown.splitlines()[1:] if line and not line.startswith(" ")]

    assert shown.startswith(f"{spec.title} ({spec.loss})\n")
    assert {"Inputs", "Formula", "Gradient", "Parameters", "Reduction", "Sources"} <= set(titles)
    for name in (*spec.inputs, *spec.parameters, *spec.definitions):
        assert f"\n  {name}" in shown
    for source in spec.sources:
        assert source.url in shown


def test_who_uses_which_convention_is_told(spec):
    words = " ".join(describe(spec).split())

    assert spec.conventions or spec.differences
    for values in spec.conventions.values():
        for each in values:
            assert f"{each.value}: {', '.join(each.used_by)}" in words
    for difference in spec.differences:
        assert " ".join(difference.note.split()) in words


@pytest.mark.parametrize("width", [WIDTH, 80])
def test_lines_are_short_but_for_addresses(spec, width):
    long = [line for line in describe(spec, width).splitlines() if len(line) > width and "https://" not in line]

    assert long == []
    assert describe(spec, width).split() == describe(spec).split()


def test_no_line_ends_in_a_blank_or_holds_an_invisible_one(spec):
    shown = describe(spec)

    assert shown.endswith("\n")
    assert not shown.endswith("\n\n")
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert "\N{NO-BREAK SPACE}" not in shown


def test_a_formula_is_mathematics():
    shown = describe(load_builtin("approx_ndcg"))

    assert "  rank(i) = 1 + Σ_{j ∈ items, j ≠ i} above(j, i)\n" in shown
    assert "  above(j, i) = σ((scores[j] − scores[i]) / temperature)\n" in shown


def test_a_definition_by_cases_has_a_line_for_each():
    shown = describe(load_builtin("warp"))

    assert (
        "  violates(i, j) =\n"
        "    scores[j] > scores[i] if violation = misranking\n"
        "    shortfall(i, j) > 0 if violation = margin\n"
        "    shortfall(i, j) ≥ 0 otherwise\n"
    ) in shown


def test_a_loop_and_its_gradient_carry_their_index():
    shown = describe(load_builtin("margin_ranking"))

    assert "  margin_ranking[i] = max(0, shortfall(i))\n" in shown
    assert "  ∂margin_ranking[i]/∂input1[i] =\n    −target[i] if shortfall(i) > 0\n    0 otherwise\n" in shown


def test_what_stands_under_a_sum_is_not_torn_apart(spec):
    for line in describe(spec).splitlines():
        opened = line.rfind("_{")

        assert opened < 0 or "}" in line[opened:]


def test_a_kink_says_which_gradient_is_returned_there():
    words = " ".join(describe(load_builtin("pairwise_hinge")).split())

    assert "Where shortfall(i, j) = 0, the gradient is a set; the gradient above is returned." in words
    assert "scores[i] = scores[j], the gradient is a set; any of its members may be returned." in words


def test_defaults_are_written_as_in_the_file():
    shown = describe(load_builtin("warp"))

    assert "  max_trials = null: " in shown
    assert "  replacement = false: " in shown


def test_a_mean_with_a_denominator_of_its_own_says_so():
    words = " ".join(describe(load_builtin("pairwise_hinge")).split())

    assert "mean divides by the sum of {pair_count if normalization = batch_pairs; 1 otherwise}" in words
