"""The modules take the keyword arguments of their functions, show them, and pass them on."""

from __future__ import annotations

import copy
import doctest
import importlib
import inspect

import pytest
import torch

from rankproof import implementations
from rankproof.implementations import ApproxNDCGLoss, MarginRankingLoss, PairwiseHingeLoss, WARPLoss

MODULES = {
    "margin_ranking": MarginRankingLoss,
    "pairwise_hinge": PairwiseHingeLoss,
    "approx_ndcg": ApproxNDCGLoss,
    "warp": WARPLoss,
}
CHANGED = {
    "margin_ranking": {"margin": 2.0, "reduction": "sum"},
    "pairwise_hinge": {"margin": 2.0, "negatives": "hardest", "normalization": "list_pairs", "reduction": "sum"},
    "approx_ndcg": {"temperature": 0.5, "gain": "linear", "form": "metric", "k": 1, "cutoff_temperature": 1.0},
    "warp": {"violation": "misranking", "rank_weight": "logarithmic", "negatives": "others", "max_trials": 2},
}
GIVEN = {
    "margin_ranking": (torch.tensor([0.5, 1.0]), torch.tensor([1.0, 0.0]), torch.tensor([1, -1])),
    "pairwise_hinge": (torch.tensor([[0.5, 1.0, -0.25]]), torch.tensor([[0, 2, 1]])),
    "approx_ndcg": (torch.tensor([[0.5, 1.0, -0.25]]), torch.tensor([[0, 2, 1]])),
    "warp": (torch.tensor([[0.5, 1.0, 2.0]]), torch.tensor([[1, 0, 0]]), torch.tensor([[0, 2, 1]])),
}
PER_CALL = {"mask", "generator"}


@pytest.mark.parametrize("loss", MODULES)
def test_constructor_and_forward_together_take_what_the_function_takes(loss):
    function = inspect.signature(getattr(implementations, loss)).parameters
    constructor = inspect.signature(MODULES[loss]).parameters
    forward = inspect.signature(MODULES[loss].forward).parameters
    keywords = {name for name, parameter in function.items() if parameter.kind is parameter.KEYWORD_ONLY}

    assert set(constructor) == keywords - PER_CALL
    assert set(forward) == {"self", *function} - set(constructor)
    for name in constructor:
        assert constructor[name] == function[name]


@pytest.mark.parametrize("loss", MODULES)
def test_a_module_computes_what_its_function_does(loss):
    settings = CHANGED[loss] | {"variant": "vectorized"}
    expected = getattr(implementations, loss)(*GIVEN[loss], **settings)
    default = getattr(implementations, loss)(*GIVEN[loss], variant="vectorized")

    assert torch.equal(MODULES[loss](**settings)(*GIVEN[loss]), expected)
    assert not torch.equal(expected, default)


@pytest.mark.parametrize("loss", MODULES)
def test_settings_are_attributes_that_are_shown_and_copied(loss):
    module = copy.deepcopy(MODULES[loss](**CHANGED[loss]))

    for name, value in CHANGED[loss].items():
        assert getattr(module, name) == value
        assert f"{name}={value!r}" in repr(module)


def test_a_setting_that_is_changed_acts():
    module = MarginRankingLoss(variant="vectorized", reduction="sum")
    module.margin = 3.0

    assert module(*GIVEN["margin_ranking"]) == (3 + 0.5) + (3 + 1)


WRONG = [
    ("margin_ranking", {"reduction": "avg"}, ValueError, "reduction: got 'avg', expected one of 'none', 'sum', 'mean'"),
    ("margin_ranking", {"margin": "wide"}, TypeError, "margin: got str, expected a number"),
    ("pairwise_hinge", {"negatives": "hard"}, ValueError, "negatives: got 'hard', expected one of 'all', 'hardest'"),
    ("pairwise_hinge", {"normalization": "pairs"}, ValueError, "normalization: got 'pairs', expected one of"),
    ("approx_ndcg", {"gain": "exp"}, ValueError, "gain: got 'exp', expected one of 'exponential', 'linear'"),
    ("approx_ndcg", {"temperature": 0.0}, ValueError, "temperature: got 0.0, expected a finite number above 0"),
    ("approx_ndcg", {"k": 0}, ValueError, "k: got 0, expected at least 1"),
    ("warp", {"rank_weight": "log"}, ValueError, "rank_weight: got 'log', expected one of 'harmonic', 'logarithmic'"),
    ("warp", {"replacement": "yes"}, TypeError, "replacement: got 'yes', expected True or False"),
]


@pytest.mark.parametrize(("loss", "settings", "error", "words"), WRONG)
def test_a_wrong_setting_is_refused_when_the_module_is_made_as_when_the_function_is_called(
    loss, settings, error, words
):
    with pytest.raises(error) as made:
        MODULES[loss](**settings)
    with pytest.raises(error) as called:
        getattr(implementations, loss)(*GIVEN[loss], variant="vectorized", **settings)

    assert words in str(made.value)
    assert str(made.value) == str(called.value)


@pytest.mark.parametrize("loss", MODULES)
def test_a_wrong_variant_is_refused_when_the_module_is_made(loss):
    with pytest.raises(ValueError, match="variant: got 'fast', expected one of 'loop', 'vectorized'"):
        MODULES[loss](variant="fast")
    with pytest.raises(TypeError, match="validate: got 1, expected True or False"):
        MODULES[loss](validate=1)


def test_a_setting_that_is_spoilt_later_is_refused_by_the_call():
    module = MarginRankingLoss(variant="vectorized")
    module.reduction = "avg"

    with pytest.raises(ValueError, match="reduction: got 'avg'"):
        module(*GIVEN["margin_ranking"])


def test_mask_and_generator_are_given_to_the_call():
    scores, positives = torch.arange(12.0).reshape(2, 6), torch.tensor([[1, 0, 0, 0, 0, 0]] * 2)
    mask = torch.tensor([[True] * 6, [True] + [False] * 5])
    values = [
        WARPLoss(reduction="none", variant="vectorized")(
            scores, positives, mask=mask, generator=torch.Generator().manual_seed(seed)
        )
        for seed in (0, 0, 1)
    ]

    assert torch.equal(values[0], values[1])
    assert not torch.equal(values[0], values[2])
    assert values[0][1] == 0


@pytest.mark.parametrize("loss", MODULES)
def test_the_examples_of_the_docstrings_hold(loss):
    module = importlib.import_module(f"rankproof.implementations.{loss}")
    failed, attempted = doctest.testmod(module)

    assert attempted > 3
    assert failed == 0
