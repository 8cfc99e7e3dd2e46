"""What can be asked of ``rankproof check``: classes, instances, settings, specs of one's own, waivers, a document."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from rankproof.conformance.check import judge
from rankproof.conformance.cli import main
from rankproof.conformance.request import Request, RequestError
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.document import read
from rankproof.conformance.verdict.finding import Fault, Level, Verdict

pytest.importorskip("torch")

MINIATURE = Path(__file__).parent / "data" / "miniature.py"
SPECS = resources.files("rankproof.spec")

OWN = """
import torch

class Hinge(torch.nn.Module):
    def __init__(self, lead=0.0):
        super().__init__()
        self.lead = lead

    def forward(self, input1, input2, target):
        values = torch.relu(self.lead - target * (input1 - input2))
        return values.mean() if values.numel() else values.sum()

class Losses:
    hinge = Hinge()

ready = Hinge()
ahead = Hinge(0.5)
number = 3
"""


def ask(target, loss="margin_ranking", **more):
    """The findings of a few cases in float64."""
    return judge(Request(str(target), loss, **{"dtypes": ("float64",), "cases": 3, "clauses": ("value",)} | more))


@pytest.fixture
def own(tmp_path):
    """A file of the user's, as the start of a target."""
    (tmp_path / "own.py").write_text(OWN)
    return tmp_path / "own.py"


def verdicts(findings):
    return {each.clause: each.verdict for each in findings}


def test_a_module_class_is_constructed_and_judged():
    found = ask("rankproof.implementations:WARPLoss", "warp", clauses=("value", "gradient", "edge.nothing_positive"))

    assert verdicts(found) == dict.fromkeys(("value", "gradient", "edge.nothing_positive"), Verdict.CONFORMING)
    assert all(each.cases for each in found)


@pytest.mark.parametrize("attribute", ["Hinge", "ready", "Losses.hinge"])
def test_a_class_an_instance_and_an_attribute_of_a_class_in_a_file_are_judged(own, attribute):
    (found,) = ask(f"{own}:{attribute}")

    assert found.verdict in (Verdict.CONFORMING, Verdict.ADMISSIBLE)
    assert found.cases > 0


def test_a_convention_that_the_target_has_built_in_is_set(own):
    (without,) = ask(f"{own}:ahead", settings={"margin": 0.0})
    (told,) = ask(f"{own}:ahead", settings={"margin": 0.5})

    assert without.verdict is Verdict.DIVERGES
    assert told.verdict is Verdict.ADMISSIBLE
    assert told.reason == "computes margin = 0.5"


def test_a_setting_reaches_an_argument_of_the_constructor(own):
    (told,) = ask(f"{own}:Hinge", settings={"lead": 0.5, "margin": 0.5})

    assert told.verdict is Verdict.ADMISSIBLE


def test_a_spec_of_ones_own_decides(tmp_path):
    text = (SPECS / "margin_ranking.yaml").read_text()
    doubled = text.replace('value: "max(0, shortfall(i))"', 'value: "max(0, 2 * shortfall(i))"')
    for old in ("input1[i]: -target[i]", "input2[i]: target[i]"):
        doubled = doubled.replace(old, old.replace("target", "2 * target"))
    start, rest = doubled.index("examples:"), doubled.index("invalid:")
    inputs = "inputs: {input1: [0], input2: [1], target: [1]}"
    example = f"examples:\n  - {{id: one, why: Twice., source: worked by hand, {inputs}, value: 2}}\n"
    empty = "edge_cases:\n  - {id: none, why: No pair., inputs: {input1: [], input2: [], target: []}, value: 0}\n\n"
    (tmp_path / "margin_ranking.yaml").write_text(doubled[:start] + example + empty + doubled[rest:])
    (found,) = ask(f"{MINIATURE}:right", None, spec=str(tmp_path / "margin_ranking.yaml"))

    assert found.verdict is Verdict.DIVERGES
    assert found.fault is Fault.SUBJECT


def test_levels_bound_what_is_asked():
    found = ask(f"{MINIATURE}:right", clauses=None, level=Level.CORRECT)

    assert {each.level for each in found} == {Level.CORRECT}
    assert {"value", "gradient", "kink"} <= verdicts(found).keys()


def test_patterns_choose_clauses_in_every_dtype():
    found = ask(f"{MINIATURE}:right", clauses=("val*", "gradient"), dtypes=("float64", "float32"))

    assert [(each.dtype, each.clause) for each in found] == [
        (dtype, clause) for dtype in ("float64", "float32") for clause in ("value", "gradient")
    ]


def test_the_seed_varies_the_cases_and_is_all_that_does():
    first, again, other = (ask(f"{MINIATURE}:right", seed=seed, cases=10) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_request_that_does_not_fit_the_loss_is_refused():
    with pytest.raises(RequestError, match="no clause of margin_ranking"):
        ask(f"{MINIATURE}:right", clauses=("sampling",))
    with pytest.raises(RequestError, match="setting margin: got 'wide'"):
        ask(f"{MINIATURE}:right", settings={"margin": "wide"})


def test_what_cannot_be_called_is_refused(own):
    with pytest.raises(SubjectError, match="is an int"):
        ask(f"{own}:number")


@pytest.fixture
def waiver(tmp_path):
    """Writes a waiver of a clause for the miniature, and gives its path."""

    def written(name, clause):
        text = f"- {{subject: '{MINIATURE}:{name}', loss: margin_ranking, clause: {clause}, reason: known, link: https://example.org/1}}\n"
        (tmp_path / "waivers.yaml").write_text(text)
        return tmp_path / "waivers.yaml"

    return written


def check(name, *arguments):
    quick = ("--loss", "margin_ranking", "--clause", "value", "--dtypes", "float64", "--cases", "3")
    return CliRunner().invoke(main, ["check", f"{MINIATURE}:{name}", *quick, *map(str, arguments)])


def test_a_waived_divergence_passes_and_is_shown(waiver, tmp_path):
    ran = check("wrong_sign", "--waivers", waiver("wrong_sign", "value"), "--json", tmp_path / "found.json")
    (found,) = read(tmp_path / "found.json").findings

    assert ran.exit_code == 0, ran.output
    assert "1 waived" in ran.output
    assert found.verdict is Verdict.WAIVED
    assert "known" in found.reason


def test_a_waiver_of_what_conforms_fails(waiver):
    ran = check("right", "--waivers", waiver("right", "value"))

    assert ran.exit_code == 1
    assert "no longer applies" in ran.output


def test_a_waived_clause_is_not_shrunk(waiver, tmp_path):
    check("wrong_sign", "--json", tmp_path / "shrunk.json")
    check("wrong_sign", "--waivers", waiver("wrong_sign", "value"), "--json", tmp_path / "waived.json")
    shrunk, waived = (
        sum(len(values) for values in read(tmp_path / name).findings[0].counterexample.inputs.values())
        for name in ("shrunk.json", "waived.json")
    )

    assert shrunk < waived


def test_a_waiver_of_a_clause_that_the_loss_does_not_have_is_told(waiver):
    ran = check("right", "--waivers", waiver("right", "valeu"))

    assert ran.exit_code == 2
    assert "waivers.yaml:1: no clause of margin_ranking matches 'valeu'; did you mean 'value'?" in ran.stderr
    assert ran.stdout == ""


def test_a_waiver_of_another_subject_changes_nothing(waiver):
    ran = check("wrong_sign", "--waivers", waiver("right", "value"))

    assert ran.exit_code == 1
    assert "0 waived" in ran.output


def test_a_waiver_file_with_a_typo_is_told(tmp_path):
    (tmp_path / "waivers.yaml").write_text("- {subjetc: mine}\n")
    ran = check("right", "--waivers", tmp_path / "waivers.yaml")

    assert ran.exit_code == 2
    assert "waivers.yaml" in ran.stderr
    assert "subjetc" in ran.stderr


def test_the_document_says_what_a_divergence_was(tmp_path):
    ran = check("wrong_sign", "--json", tmp_path / "found.json")
    (found,) = read(tmp_path / "found.json").findings

    assert ran.exit_code == 1
    assert found.verdict is Verdict.DIVERGES
    assert found.fault is Fault.SUBJECT
    assert found.counterexample is not None
    assert set(found.counterexample.inputs) == {"input1", "input2", "target"}
