"""What the oracle is for: right formulations pass in every format, and known faults are caught in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.oracle import Oracle
from rankproof.conformance.specification import load_builtin
from tests.conformance.oracle.losses import case, loss

torch = pytest.importorskip("torch")

SPECS = {name: load_builtin(name) for name in ("margin_ranking", "pairwise_hinge", "approx_ndcg")}
FORMATS = ["float64", "float32", "float16", "bfloat16"]


def draws(name: str, dtype: str, count: int) -> list[Case]:
    """Cases of a loss: standard normal, wide and shifted scores."""
    spec = SPECS[name]
    rng = np.random.default_rng(11)
    found = []
    for index in range(count):
        n = int(rng.integers(2, 13))
        scores = rng.normal(size=n) * [1, 30, 1][index % 3] + [0, 0, -50 if dtype in FORMATS[:2] else 2][index % 3]
        scores = round_to(scores, dtype)
        if name == "margin_ranking":
            other = round_to(scores + rng.normal(size=n), dtype)
            inputs = {"input1": scores, "input2": other, "target": rng.choice([-1.0, 1.0], n)}
        else:
            inputs = {"scores": scores, "relevance": rng.permutation(np.arange(n) % 4).astype(float)}
        found.append(Case(inputs, spec.defaults(), "mean", dtype))
    return found


def relu_margin(a, b, t, *, margin, eps=0.0, extra=0):
    return torch.relu(margin + eps - t * (a - b)).sum() / (len(a) + extra)


def split_margin(a, b, t, *, margin):
    ahead, behind = torch.where(t > 0, a, b), torch.where(t > 0, b, a)
    return torch.clamp((margin - ahead) + behind, min=0).mean()


def broadcast_hinge(s, r, *, margin, sign=1, eps=0.0, **_):
    pairs = r[:, None] > r[None, :]
    return torch.relu(margin + eps - sign * (s[:, None] - s[None, :]))[pairs].sum()


def looped_hinge(s, r, *, margin, **_):
    total = 0 * s.sum()
    for i in reversed(range(len(s))):
        for j in range(len(s)):
            if r[i] > r[j]:
                total = total + torch.clamp(s[j] - s[i] + margin, min=0)
    return total


def ndcg(s, r, *, temperature, eps=0.0, ideal_eps=0.0, natural=False, half=0.5, **_):
    above = torch.sigmoid((s[None, :] - s[:, None]) / temperature)
    rank = above.sum(1) + half
    log = (lambda a: torch.log(a) / np.log(2)) if natural else torch.log2
    gain = 2.0**r - 1
    places = torch.arange(len(s), dtype=s.dtype)
    ideal = (torch.sort(gain, descending=True).values / log(places + 2)).sum()
    return -(gain / log(1 + rank + eps)).sum() / (ideal + ideal_eps)


def shares(function: Callable[..., object], name: str, given: Case, computed_in: str | None = None) -> list[float]:
    """The shares of the value's and the gradient's budget, where they are judged."""
    dtype = getattr(torch, computed_in or given.dtype)
    tensors = [torch.tensor(array, dtype=dtype) for array in given.inputs.values()]
    spec = SPECS[name]
    scored = [tensor.requires_grad_() for tensor in tensors[: len(spec.score_inputs)]]
    value = function(*tensors, **given.parameters)
    gradients = torch.autograd.grad(value, scored)
    told = Oracle().answer(spec, given)
    verdicts = [
        told.judge_value(value.detach().double().numpy()),
        told.judge_gradient({k: g.double().numpy() for k, g in zip(spec.score_inputs, gradients, strict=True)}),
    ]
    return [verdict.share for verdict in verdicts if verdict.judged]


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("margin_ranking", relu_margin),
        ("margin_ranking", split_margin),
        ("pairwise_hinge", broadcast_hinge),
        ("pairwise_hinge", looped_hinge),
        ("approx_ndcg", ndcg),
        ("approx_ndcg", lambda *a, **k: ndcg(*a, natural=True, **k)),
    ],
)
def test_right_formulations_use_at_most_half_the_budget(name: str, function: Callable[..., object], dtype: str) -> None:
    found = [share for given in draws(name, dtype, 12) for share in shares(function, name, given)]

    assert len(found) >= 12
    assert max(found) <= 0.5


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("margin_ranking", lambda *a, **k: relu_margin(*a, eps=1e-3, **k)),
        ("margin_ranking", lambda *a, **k: relu_margin(*a, extra=1, **k)),
        ("pairwise_hinge", lambda *a, **k: broadcast_hinge(*a, sign=-1, **k)),
        ("pairwise_hinge", lambda *a, **k: broadcast_hinge(*a, eps=1e-3, **k)),
        ("approx_ndcg", lambda *a, **k: ndcg(*a, eps=1e-10, **k)),
        ("approx_ndcg", lambda *a, **k: ndcg(*a, ideal_eps=1e-10, **k)),
        ("approx_ndcg", lambda *a, **k: ndcg(*a, half=1.0, **k)),
    ],
    ids=["margin", "mean", "sign", "margin of a list", "eps in the log", "eps in the ideal", "rank from 2"],
)
def test_faults_are_caught_in_float64(name: str, function: Callable[..., object]) -> None:
    drawn = draws(name, "float64", 12)

    caught = [max(shares(function, name, given)) > 1 for given in drawn]

    # A loss of 0, where no pair violates, hides a fault; nothing else does.
    assert sum(caught) >= 10


def test_float32_inside_float64_is_caught() -> None:
    for name, function in (("approx_ndcg", ndcg), ("pairwise_hinge", broadcast_hinge)):
        caught = [max(shares(function, name, given, "float32")) > 1 for given in draws(name, "float64", 12)]

        assert sum(caught) >= 11


def test_the_threshold_of_torchs_softplus_shows_in_float64_only() -> None:
    spec = loss("softplus(x[0])")
    x = np.array([20.5])
    got = float(torch.nn.functional.softplus(torch.tensor(x))[0])

    fine, coarse = (Oracle().answer(spec, case(x, dtype=dtype)) for dtype in ("float64", "float32"))

    assert fine.judge_value(np.asarray(got)).share > 1
    assert coarse.judge_value(np.asarray(got)).share < 0.5
    assert fine.judge_value(np.asarray(np.logaddexp(x, 0)[0])).share < 0.5
