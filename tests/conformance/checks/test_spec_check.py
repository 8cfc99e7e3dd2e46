"""A spec that contradicts itself is refused, with the line of the contradiction."""

from importlib import resources

import pytest

from rankproof.conformance.checks.spec_check import drawn_cases, verify
from rankproof.conformance.specification import load, load_builtin
from rankproof.conformance.specification.errors import SpecError


def mutated(tmp_path, loss, old, new):
    """The loss's file with one text replaced, and the number of the line on which that stands."""
    text = (resources.files("rankproof.spec") / f"{loss}.yaml").read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {loss}.yaml"
    path = tmp_path / f"{loss}.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return load(path), text[: text.index(old)].count("\n") + 1


def contradictions(spec):
    with pytest.raises(SpecError) as caught:
        verify(spec)
    return caught.value.problems


@pytest.mark.parametrize("loss", ["margin_ranking", "pairwise_hinge"])
def test_a_builtin_spec_agrees_with_itself(loss):
    verify(load_builtin(loss))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("input1[i]: -target[i] if", "input1[i]: -2 * target[i] if"),
        ("input2[i]: target[i] if shortfall(i) > 0", "input2[i]: target[i] if shortfall(i) > 1"),
    ],
)
def test_a_wrong_stated_gradient_is_told_at_its_rule(tmp_path, old, new):
    spec, line = mutated(tmp_path, "margin_ranking", old, new)
    problems = contradictions(spec)
    told = [problem for problem in problems if problem.location.key.startswith("gradient.")]

    assert {each.location.file for each in told} == {str(tmp_path / "margin_ranking.yaml")}
    assert {each.location.line for each in told} == {line}
    assert "stated gradient of input" in told[0].message
    assert str(told[0]).startswith(f"{tmp_path}/margin_ranking.yaml:{line} (gradient.input")


def test_a_gradient_that_is_no_member_at_a_kink_is_told(tmp_path):
    old = "input1[i]: -target[i] if shortfall(i) > 0 else 0"
    spec, line = mutated(tmp_path, "margin_ranking", old, old.replace("else 0", "else 1 if shortfall(i) == 0 else 0"))

    assert line in {problem.location.line for problem in contradictions(spec)}


def test_a_wrong_worked_value_is_told_at_its_example(tmp_path):
    spec, _ = mutated(tmp_path, "margin_ranking", "(0 + 1.5 + 0) / 3", "(0 + 1.5 + 0) / 2")
    (problem,) = contradictions(spec)

    assert problem.location.file == str(tmp_path / "margin_ranking.yaml")
    assert problem.location.line == spec.examples[0].location.line
    assert problem.location.key.endswith(".value")
    assert problem.message.startswith("states 0.75, the formula gives 0.5")


def test_a_wrong_unreduced_value_is_told(tmp_path):
    spec, _ = mutated(tmp_path, "margin_ranking", '[0, "1 - (1.5 - 2)", 0]', '[0, "1 - (1.5 - 2)", 1]')
    (problem,) = contradictions(spec)

    assert problem.location.key.endswith(".unreduced")


def test_a_wrong_worked_gradient_is_told(tmp_path):
    spec, _ = mutated(tmp_path, "margin_ranking", '[0, "-1/3", 0]', '[0, "-1/2", 0]')
    (problem,) = contradictions(spec)

    assert problem.location.key.endswith(".gradient")
    assert "the formula gives" in problem.message


def test_a_published_value_is_held_to_its_decimals(tmp_path):
    spec, _ = mutated(tmp_path, "approx_ndcg", "value: -0.75184", "value: -0.75185")
    problems = contradictions(spec)

    assert [problem.location.line for problem in problems] == [spec.examples[0].location.line]


def test_an_undeclared_kink_is_told_at_the_formula(tmp_path):
    text = (resources.files("rankproof.spec") / "margin_ranking.yaml").read_text("utf-8")
    kinks = text[text.index("kinks:\n") : text.index("properties:")]
    spec, _ = mutated(tmp_path, "margin_ranking", kinks, "kinks: []\n\n")
    (problem,) = contradictions(spec)

    assert problem.location == spec.formula.value.location
    assert "no entry of kinks says so" in problem.message
    assert "input1=" in problem.message


def test_every_contradiction_is_told_at_once(tmp_path):
    mutated(tmp_path, "margin_ranking", "(0 + 1.5 + 0) / 3", "(0 + 1.5 + 0) / 2")
    path = tmp_path / "margin_ranking.yaml"
    path.write_text(
        path.read_text("utf-8").replace("input1[i]: -target[i] if", "input1[i]: -2 * target[i] if"), "utf-8"
    )
    keys = {problem.location.key.split(".")[0] for problem in contradictions(load(path))}

    assert len(keys) > 1


def test_a_worked_case_without_a_value_is_told_not_raised(tmp_path):
    spec, _ = mutated(tmp_path, "margin_ranking", '"max(0, shortfall(i))"', '"max(0, shortfall(i)) / (margin - 1)"')

    assert any("the formula cannot be evaluated on it" in problem.message for problem in contradictions(spec))


def test_cases_for_a_spec_alone_give_every_input():
    from rankproof.conformance.cases.draw import Plan

    warp = load_builtin("warp")

    assert {tuple(case.inputs) for case in drawn_cases(warp, Plan(), 3)} == {tuple(warp.inputs)}


def test_a_worked_gradient_goes_on_from_the_stated_upstream_gradient(tmp_path):
    spec, _ = mutated(
        tmp_path,
        "soft_rank",
        'upstream: [1, -1]\n    gradient: {scores: ["(1/4) * (-1 - 1)", "(1/4)',
        'upstream: [1, -2]\n    gradient: {scores: ["(1/4) * (-1 - 1)", "(1/4)',
    )
    (problem,) = contradictions(spec)

    assert problem.location.key.endswith(".gradient")
    assert "the formula gives [-0.75, 0.75]" in problem.message.replace("{'scores': ", "").replace("}", "")
