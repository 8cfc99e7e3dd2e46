"""The modules take the keyword arguments of their functions, show them, and pass them on."""

from __future__ import annotations

import copy
import doctest
import importlib
import inspect

import numpy as np
import pytest
import torch

from rankproof import implementations
from rankproof.implementations import MarginRankingLoss, PairwiseHingeLoss, WARPLoss
from rankproof.implementations.module import RankingLoss
from tests.calls import LOSSES, random_calls

MODULES = {
    module.loss: module
    for module in vars(implementations).values()
    if isinstance(module, type) and issubclass(module, RankingLoss)
}
GIVEN = (torch.tensor([0.5, 1.0]), torch.tensor([1.0, 0.0]), torch.tensor([1, -1]))
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


def calls(loss):
    """Inputs and settings of a few calls, one of them with every setting at its default."""
    for options in ({}, *(call.options for call in list(random_calls(loss, seed=3))[:6])):
        inputs = next(iter(random_calls(loss, seed=4))).inputs.values()
        yield [torch.as_tensor(np.nan_to_num(array)) for array in inputs], dict(options) | {"variant": "vectorized"}


def test_every_loss_has_a_function_and_a_module():
    assert sorted(MODULES) == list(LOSSES)
    assert set(LOSSES) < set(implementations.__all__)


@pytest.mark.parametrize("loss", MODULES)
def test_a_module_computes_what_its_function_does(loss):
    for inputs, settings in calls(loss):
        expected = getattr(implementations, loss)(*inputs, **settings)

        assert torch.equal(MODULES[loss](**settings)(*inputs), expected)


@pytest.mark.parametrize("loss", MODULES)
def test_settings_are_attributes_that_are_shown_and_copied(loss):
    for _, settings in calls(loss):
        module = copy.deepcopy(MODULES[loss](**settings))

        for name, value in settings.items():
            assert getattr(module, name) == value
            assert f"{name}={value!r}" in repr(module)


def test_a_setting_that_is_changed_acts():
    module = MarginRankingLoss(variant="vectorized", reduction="sum")
    module.margin = 3.0

    assert module(*GIVEN) == (3 + 0.5) + (3 + 1)


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
        getattr(implementations, loss)(*next(calls(loss))[0], variant="vectorized", **settings)

    assert words in str(made.value)
    assert str(made.value) == str(called.value)


@pytest.mark.parametrize("loss", MODULES)
def test_a_wrong_variant_is_refused_when_the_module_is_made(loss):
    with pytest.raises(ValueError, match="variant: got 'fast', expected one of 'loop', 'vectorized'"):
        MODULES[loss](variant="fast")
    with pytest.raises(TypeError, match="validate: got 1, expected True or False"):
        MODULES[loss](validate=1)


@pytest.mark.parametrize("loss", MODULES)
def test_a_misspelt_setting_is_refused_when_the_module_is_made_and_the_right_one_suggested(loss):
    name = MODULES[loss].__name__

    with pytest.raises(TypeError, match=f"{name} has no setting 'reducton'; did you mean 'reduction'\\?"):
        MODULES[loss](reducton="mean")
    with pytest.raises(TypeError, match=f"{name} has no setting 'zzz'; expected some of .*reduction, validate"):
        MODULES[loss](zzz=1)


def test_settings_by_position_are_refused_and_written_by_keyword():
    with pytest.raises(
        TypeError, match=r"^PairwiseHingeLoss takes its settings by keyword: PairwiseHingeLoss\(margin=2.0\)$"
    ):
        PairwiseHingeLoss(2.0)
    with pytest.raises(TypeError, match=r"MarginRankingLoss\(margin=1.0, reduction='sum'\)$"):
        MarginRankingLoss(1.0, "sum")


def test_tensors_are_refused_when_a_module_is_made():
    with pytest.raises(TypeError, match=r"^WARPLoss takes no tensors; .*, WARPLoss\(\)\(scores, positives\)$"):
        WARPLoss(*GIVEN)


def test_a_setting_that_is_spoilt_later_is_refused_by_the_call():
    module = MarginRankingLoss(variant="vectorized")
    module.reduction = "avg"

    with pytest.raises(ValueError, match="reduction: got 'avg'"):
        module(*GIVEN)


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
