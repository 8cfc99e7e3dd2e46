"""Counterexamples: plain values, and for each kind of divergence a snippet that raises when it is executed."""

from dataclasses import dataclass

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context, Divergence, Observation
from rankproof.conformance.checks.counterexample import counterexample, empty_shapes, plain, snippet
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.subject import Call
from tests.conformance.data.made_subject import Made, able

SPEC = load_builtin("pairwise_hinge")
CASE = Case({"scores": np.array([0.5, np.inf]), "relevance": np.array([0.0, 1.0])}, {"margin": 1.0}, "mean")


@dataclass
class Telling(Made):
    """A subject whose snippet is given."""

    source: str = ""

    def snippet(self, case, call=Call()):
        return self.source.replace("SEED", str(call.seed))


def divergence(quantity, call=Call(), **details):
    return Divergence("it is wrong", Observation(CASE, call), quantity=quantity, **details)


def executed(source, found):
    subject = Telling(SPEC, can=able(SPEC), source=source)
    text = snippet(Context(SPEC, subject, subject.capabilities(), "float64"), found)
    exec(compile(text, "snippet.py", "exec"), {})


VALUE = {"expected": np.array([1.0, np.nan]), "budget": np.array([0.1, 0.0])}
GRADIENT = {"got": {"scores": 0}, "expected": {"scores": np.array([-np.inf, 2.0])}, "budget": {"scores": 0.5}}
CHANGED = {"got": ["relevance"], "expected": "inputs left as they were"}


@pytest.mark.parametrize(
    ("quantity", "details", "right", "wrong"),
    [
        ("value", VALUE, "value = [1.05, float('nan')]\n", "value = [1.2, float('nan')]\n"),
        ("value", VALUE, "value = [1.0, float('nan')]\n", "value = [1.0, 0.0]\n"),
        ("value", VALUE, "value = [1.0, float('nan')]\n", "value = 1.0\n"),
        ("gradient", GRADIENT, "gradient = {'scores': [-1e999, 2.4]}\n", "gradient = {'scores': [-1e999, 2.6]}\n"),
        ("gradient", GRADIENT, "gradient = {'scores': [-1e999, 2.0]}\n", "gradient = {'scores': [1e999, 2.0]}\n"),
        (
            "inputs",
            CHANGED,
            "import numpy\nrelevance = numpy.array([0.0, 1.0])\n",
            "import numpy\nrelevance = numpy.array([1.0, 1.0])\n",
        ),
        (
            "dtype",
            {"expected": "float16"},
            "import numpy\noutput = numpy.float16(1)\n",
            "import numpy\noutput = numpy.float32(1)\n",
        ),
    ],
)
def test_a_snippet_raises_where_the_subject_is_wrong_and_only_there(quantity, details, right, wrong):
    executed(right, divergence(quantity, **details))

    with pytest.raises(AssertionError, match=r"got|shape"):
        executed(wrong, divergence(quantity, **details))


def test_an_error_of_the_subject_raises_by_itself():
    with pytest.raises(ZeroDivisionError):
        executed("value = 1 / 0\n", divergence("raised", got="ZeroDivisionError"))


def test_a_gradient_that_fails_raises_by_itself():
    with pytest.raises(KeyError):
        executed("gradient = {}['scores']\n", divergence("gradient", got="no graph", expected="a gradient"))


def test_bad_input_that_is_accepted_raises_after_the_call():
    with pytest.raises(AssertionError, match="it accepted this: expected ValueError naming 'order'"):
        executed("value = 1.0\n", divergence("accepted", expected="ValueError naming 'order'"))


@pytest.mark.parametrize(
    ("quantity", "got", "source"),
    [("value", None, "value = VALUE\n"), ("gradient", {"scores": 0}, "gradient = {'scores': [VALUE]}\n")],
)
def test_two_calls_that_differ_raise_and_two_that_agree_do_not(quantity, got, source):
    found = divergence(quantity, Call(seed=1), got=got, expected={"scores": 0}, against=Observation(CASE, Call(seed=0)))
    same, other = source.replace("VALUE", "7.0"), source.replace("VALUE", "SEED * 1e-300")
    executed(f"value = 0.0\n{same}", found)

    with pytest.raises(AssertionError, match=r"got .*, expected"):
        executed(f"value = 0.0\n{other}", found)


def test_arrays_and_their_containers_become_plain():
    told = plain({"scores": np.array([1.0]), "pair": (np.float32(0.5), None), "flag": np.bool_(True)})

    assert told == {"scores": [1.0], "pair": [0.5, None], "flag": True}
    assert type(told["flag"]) is bool


def test_what_the_call_omits_is_no_part_of_the_counterexample():
    subject = Telling(SPEC, can=able(SPEC), source="value = 1.0\n")
    context = Context(SPEC, subject, subject.capabilities(), "float64")
    told = counterexample(context, divergence("raised", Call(omit=("relevance",)), got="it", share=np.float64(2)))

    assert told.inputs == {"scores": [0.5, np.inf]}
    assert (told.problem, told.parameters, told.share) == ("it is wrong", {"margin": 1.0}, 2.0)


def test_the_shapes_of_inputs_that_hold_nothing_are_kept():
    case = CASE.with_(inputs={"scores": np.zeros((0, 3)), "relevance": np.zeros(2)})

    assert empty_shapes(case) == {"scores": "(0, 3)"}
