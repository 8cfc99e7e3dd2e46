"""Snippets, pasted into an interpreter that has never heard of rankproof, give the numbers that the harness saw."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.numpy_subject import NumpySubject
from rankproof.conformance.subjects.plan import Arrangement, make_plan
from rankproof.conformance.subjects.snippets import torch_snippet
from rankproof.conformance.subjects.subject import Call, Transform
from rankproof.conformance.subjects.torch_subject import TorchSubject

MARGIN_RANKING = load_builtin("margin_ranking")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
WARP = load_builtin("warp")

EXECUTE = """
import json, sys
results = []
for snippet in json.load(sys.stdin):
    names = {"__name__": "pasted"}
    exec(snippet, names)
    results.append({"value": names["value"], "gradient": names.get("gradient", {})})
assert not any(name.startswith("rankproof.") for name in sys.modules), "a snippet imported rankproof"
print()
print(json.dumps(results))
"""


def executed(snippets):
    """Value and gradient of each snippet, executed in one fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", EXECUTE],
        input=json.dumps(snippets),
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def assert_reproduced(calls):
    """Every (subject, case, call) gives, as a snippet, exactly what it gives when run."""
    results = executed([subject.snippet(case, call) for subject, case, call in calls])
    for (subject, case, call), result in zip(calls, results, strict=True):
        outcome = subject.run(case, call)
        np.testing.assert_array_equal(np.array(result["value"]), outcome.value, err_msg=subject.name)

        assert set(result["gradient"]) == set(outcome.gradient), subject.name

        for name, gradient in outcome.gradient.items():
            np.testing.assert_array_equal(np.array(result["gradient"][name]), gradient, err_msg=subject.name)


def _rows(inputs):
    """Each input as both rows of a batch."""
    return {name: np.stack([array, array]) for name, array in inputs.items()}


def test_torch_snippets_reproduce_the_numbers(torch_loss, pairs, positive_pairs):
    spec, warp = PAIRWISE_HINGE, WARP
    hinge = probes.single(spec, spec.defaults(), "mean")
    library = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)
    odd = {**pairs.inputs, "input1": np.array([0.1, np.nan, -np.inf])}
    empty = {name: np.zeros((2, 0)) for name in pairs.inputs}
    unreduced = pairs.with_(reduction="none", upstream=np.array([2.0, 1 / 3, 5.0]))
    assert_reproduced(
        [
            (library, pairs, Call()),
            (library, pairs.with_(inputs=odd, dtype="float32"), Call()),
            (library, pairs.with_(inputs=empty, reduction="none"), Call()),
            (library, pairs.with_(parameters={"margin": 0.1}, dtype="bfloat16"), Call(gradient=False)),
            (library, unreduced, Call(strided=True, requires_grad=("input2",), integer_labels=True)),
            (library, unreduced.with_(inputs={**pairs.inputs, "target": np.ones(3)}), Call(expanded=True)),
            (library, pairs.with_(inputs=_rows(pairs.inputs)), Call(expanded=True)),
            (torch_loss("PairLoss"), positive_pairs, Call()),
            (torch_loss("Nested.loss"), pairs, Call()),
            (torch_loss("instance"), positive_pairs.with_(upstream=np.array(0.5)), Call()),
            (torch_loss("modifies"), pairs, Call()),
            (torch_loss("ignores_second"), pairs, Call()),
            (torch_loss("returns_float"), pairs, Call(gradient=False)),
            (torch_loss("Demanding", settings={"width": 3}), pairs, Call()),
            (torch_loss("batches_only", "pairwise_hinge"), hinge, Call()),
            (torch_loss("batches_unreduced", "pairwise_hinge"), hinge.with_(reduction="none"), Call()),
            (torch_loss("wants_integer_labels", "pairwise_hinge"), hinge, Call()),
            (torch_loss("draws", "warp"), probes.single(warp, warp.defaults(), "mean"), Call(seed=4)),
            (
                torch_loss("takes_a_generator", "warp"),
                probes.single(warp, warp.defaults(), "mean"),
                Call(seed=4, omit=("order",)),
            ),
        ]
    )


@pytest.mark.parametrize("transform", [each for each in Transform if each is not Transform.COMPILED])
def test_snippets_of_transformed_calls_reproduce_the_numbers(torch_loss, transform, pairs):
    batch = pairs.with_(inputs=_rows(pairs.inputs), reduction="none")
    several = probes.batched(PAIRWISE_HINGE, PAIRWISE_HINGE.defaults(), "none")
    single = probes.single(PAIRWISE_HINGE, PAIRWISE_HINGE.defaults(), "none")
    notes = {"direction": {"input1": [[1.0, -2.0, 0.5], [3.0, 1.0, 2.0]]}}, {"direction": {"scores": [2.0, 1, 3, 1, 5]}}
    library = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)
    mapped = transform is Transform.VMAP
    call = Call(transform=transform)
    assert_reproduced(
        [
            (library, batch.with_(notes=notes[0]), call),
            (
                torch_loss("batches_unreduced", "pairwise_hinge"),
                several if mapped else single.with_(notes=notes[1]),
                call,
            ),
        ]
    )


def test_numpy_snippets_reproduce_the_numbers(numpy_loss, pairs, positive_pairs):
    odd = {**pairs.inputs, "input1": np.array([0.1, np.nan, -np.inf])}
    unreduced = pairs.with_(reduction="none", upstream=np.array([2.0, 1 / 3, 5.0]))
    assert_reproduced(
        [
            (numpy_loss("separate"), positive_pairs.with_(upstream=np.array(3.0)), Call()),
            (numpy_loss("beside"), unreduced, Call(strided=True)),
            (numpy_loss("beside"), pairs.with_(inputs=_rows(pairs.inputs)), Call(expanded=True)),
            (numpy_loss("beside"), pairs.with_(inputs=odd, dtype="float32"), Call(requires_grad=("input1",))),
            (numpy_loss("Loss"), pairs, Call(gradient=False)),
            (numpy_loss("value_only"), pairs, Call(gradient=False, integer_labels=True)),
        ]
    )


@pytest.mark.parametrize("loss", ["margin_ranking", "pairwise_hinge", "approx_ndcg", "warp"])
@pytest.mark.parametrize("home", ["reference", "implementations.loop"])
def test_snippets_of_our_own_variants_reproduce_the_numbers(loss, home):
    spec = load_builtin(loss)
    subject = build_subject(f"rankproof.{home}.{loss}:{loss}", spec)
    case = probes.batched(spec, spec.defaults(), "none")
    ones = np.ones(subject.run(case).value.shape)
    case = case.with_(upstream=1.5 * ones, mask=None if spec.mask is None else np.arange(10).reshape(2, 5) != 4)
    names: dict[str, object] = {}
    exec(subject.snippet(case), names)
    outcome = subject.run(case)

    assert names["value"] == outcome.value.tolist()
    assert names["gradient"] == {name: gradient.tolist() for name, gradient in outcome.gradient.items()}


def test_a_dotted_target_is_imported_by_name(pairs):
    subject = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)

    assert "from torch.nn import MarginRankingLoss\n" in subject.snippet(pairs)


def test_the_passed_arrays_are_left_under_the_names_of_the_inputs(torch_loss, pairs):
    names: dict[str, object] = {}
    exec(torch_loss("modifies").snippet(pairs), names)

    assert names["input1"].tolist() == [1.5, 3.0, 2.5]
    assert names["target"].tolist() == [1.0, 1.0, -1.0]


@pytest.mark.parametrize("adapter", [TorchSubject, NumpySubject])
def test_a_target_that_cannot_be_imported_is_asked_for(adapter, pairs):
    subject = adapter("given", lambda input1, input2, target: input1.sum(), MARGIN_RANKING)
    names = {"subject": subject.target}
    text = subject.snippet(pairs, Call(gradient=False))
    exec(text, names)

    assert "# the subject was given as an object" in text
    assert names["value"] == 4.0


def test_an_interpreted_subject_says_so_before_its_import(pairs):
    subject = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)
    plan = make_plan(subject.spec, subject.binding, pairs, Call(), Arrangement())
    text = torch_snippet(subject.path, "interpreter", plan, gradient=True)

    assert text.index('os.environ["TRITON_INTERPRET"] = "1"') < text.index("from torch.nn import")
    assert "device=" not in text


def test_another_device_is_named_in_every_tensor(pairs):
    subject = build_subject("torch.nn:MarginRankingLoss", MARGIN_RANKING)
    plan = make_plan(subject.spec, subject.binding, pairs.with_(upstream=np.array(2.0)), Call(), Arrangement())
    text = torch_snippet(subject.path, "cuda", plan, gradient=True)

    assert text.count('device="cuda"') == 4
