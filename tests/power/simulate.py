"""Simulated runs of the sampling clause: counts out of a wrong law, judged as the clause judges the counts of draws."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.checks.frequencies import accepted, accepted_entropy
from rankproof.conformance.checks.outcomes import Law, law, ordered_cases, positives_of
from rankproof.conformance.checks.sampling import ALARM, DRAWS, unpadded
from rankproof.conformance.specification.model import LossSpec
from tests.power.samplers import Orders


def detections(spec: LossSpec, cases: Iterable[Case], orders: Orders, runs: int, seed: int = 0) -> int:
    """How many of so many simulated runs blame a sampler that draws ``orders``."""
    generator = np.random.default_rng(seed)
    caught = np.zeros(runs, dtype=np.bool_)
    sampling = spec.sampling
    assert sampling is not None
    for case in map(unpadded, cases):
        positives = positives_of(spec, sampling, case)
        right = law(spec, sampling, case, positives)
        drawn = right if orders is ordered_cases else law(spec, sampling, case, positives, orders)
        counts = generator.multinomial(DRAWS, _shares(right, drawn), size=runs)
        caught |= blamed(counts, right.probabilities)
    return int(caught.sum())


def _shares(right: Law, drawn: Law) -> Array:
    """How often each outcome of the right law comes, and last what is none of them."""
    shares = np.zeros(len(right.values) + 1)
    np.add.at(shares, right.match(drawn.values, drawn.gradients), drawn.probabilities)  # -1, for none, is the last
    return shares / shares.sum()


def blamed(counts: Array, probabilities: Array) -> Array:
    """Which rows of counts, the last of which are draws that are no outcome, the clause rejects."""
    seen, strays = counts[:, :-1], counts[:, -1]
    bounds = accepted(DRAWS, probabilities.tolist(), ALARM / 2)
    odd = ((seen < bounds[:, 0]) | (seen > bounds[:, 1])).any(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(seen > 0, seen * np.log(seen / (DRAWS * probabilities)), 0.0)
    limit = accepted_entropy(len(probabilities), ALARM / 2) if len(probabilities) > 1 else np.inf
    return np.asarray((strays > 0) | odd | (terms.sum(axis=1) > limit))
