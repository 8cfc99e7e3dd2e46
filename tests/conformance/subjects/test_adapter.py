"""What the adapters share: bound once, probed once, made once for its parameters, and noted while it works."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.adapter import failure, unlifted
from rankproof.conformance.subjects.numpy_subject import NumpySubject
from rankproof.conformance.subjects.plan import Arrangement, make_plan
from rankproof.conformance.subjects.subject import Call

SPEC = load_builtin("margin_ranking")


def hinge(input1, input2, target, margin=0.0, reduction="mean"):
    losses = np.maximum(0, margin - target * (input1 - input2))
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


class Hinge:
    """A class: its parameter is one of its constructor."""

    made = 0

    def __init__(self, margin=0.0):
        type(self).made += 1
        self.margin = margin

    def __call__(self, input1, input2, target):
        return hinge(input1, input2, target, self.margin)


class Log:
    """A recorder that remembers when it was asked."""

    def __init__(self):
        self.told = []

    def before(self, case, call):
        self.told.append(("before", case.reduction))

    def after(self):
        self.told.append(("after",))


def test_a_subject_is_named_by_where_it_comes_from():
    assert NumpySubject("mine", hinge, SPEC).path == f"{hinge.__module__}:hinge"
    assert NumpySubject("mine", hinge, SPEC, path="file.py:hinge").path == "file.py:hinge"


def test_probing_happens_once(pairs):
    calls = []

    def counted(input1, input2, target, margin=0.0, reduction="mean"):
        calls.append(reduction)
        return hinge(input1, input2, target, margin, reduction)

    subject = NumpySubject("mine", counted, SPEC)
    subject.capabilities()
    probed = len(calls)
    subject.capabilities()
    subject.run(pairs, Call(gradient=False))

    assert probed > 0
    assert len(calls) == probed + 1


def test_a_class_is_made_once_for_each_set_of_parameters(pairs):
    subject = NumpySubject("mine", Hinge, SPEC)
    subject.capabilities()
    before = Hinge.made
    values = [subject.run(pairs.with_(parameters={"margin": m}), Call(gradient=False)).value for m in (3.25, 3.25, 7.5)]

    assert Hinge.made == before + 2
    assert values[0] == values[1] != values[2]


def test_every_case_is_noted_while_the_subject_has_it(pairs):
    log = Log()
    subject = NumpySubject("mine", hinge, SPEC, recorder=log)
    subject.run(pairs, Call(gradient=False))

    assert log.told[-2:] == [("before", "mean"), ("after",)]
    assert len(log.told) % 2 == 0


def test_an_exception_is_told_by_type_and_message():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    assert failure(ValueError("no good")) == ("ValueError", "no good")
    assert failure(Mute()) == ("Mute", "(its message raises RuntimeError)")


@pytest.mark.parametrize("lifted", [False, True])
def test_the_axis_that_lifting_adds_is_taken_away_again(pairs, lifted):
    subject = NumpySubject("mine", hinge, SPEC)
    case = pairs.with_(reduction="none")
    plan = make_plan(SPEC, subject.binding, case, Call(), Arrangement(lifted=lifted))
    (first, *_) = plan.arguments

    assert first.array.shape == ((1, 3) if lifted else (3,))
    assert unlifted(plan, np.ones(first.array.shape)).shape == (3,)
