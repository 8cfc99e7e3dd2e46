"""The fixed probing cases are cases of the spec, and show what they are there to show."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.subjects import probes


@pytest.mark.parametrize("loss", builtin_ids())
def test_cases_have_every_input_in_its_shape(loss):
    spec = load_builtin(loss)
    single, batch = (make(spec, spec.defaults(), "mean") for make in (probes.single, probes.batched))

    assert {name: array.shape for name, array in single.inputs.items()} == dict.fromkeys(spec.inputs, (5,))
    assert {name: array.shape for name, array in batch.inputs.items()} == dict.fromkeys(spec.inputs, (2, 5))


def test_scores_are_irregular_and_exact_in_float32():
    spec = load_builtin("margin_ranking")
    scores = np.concatenate(
        [probes.single(spec, {}, "mean", row).inputs[n] for row in (0, 1) for n in spec.score_inputs]
    )

    assert len(set(np.diff(np.sort(scores)))) > 15
    assert (scores.astype(np.float32) == scores).all()


def test_only_graded_losses_have_a_list_with_nothing_relevant():
    graded, paired = load_builtin("approx_ndcg"), load_builtin("margin_ranking")
    (case,) = probes.nothing_relevant(probes.batched(graded, {}, "mean"), graded)

    assert case.inputs["relevance"][0].tolist() == [0.0] * 5
    assert case.inputs["relevance"][1].any()
    assert probes.nothing_relevant(probes.single(paired, {}, "mean"), paired) == []
