"""Cases of a size: every input by its role, in the shape asked for, the same under a seed."""

import numpy as np
import pytest

from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.cases.sized import UPSTREAM, mostly_padding, sized, weighed
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.model import Role


def made(loss, shape, *, leave_out=(), seed=0):
    spec = load_builtin(loss)
    inputs = tuple(name for name in spec.inputs if name not in leave_out)
    keywords = {"reduction": "sum", "dtype": "float32", "family": "made", "seed": seed}
    return spec, sized(spec, inputs, shape, spec.defaults(), **keywords)


@pytest.mark.parametrize("loss", builtin_ids())
@pytest.mark.parametrize("shape", [(7,), (3, 40), (0, 3), (2, 0)])
def test_inputs_have_the_shape_and_the_values_of_their_role(loss, shape):
    spec, case = made(loss, shape)

    assert set(case.inputs) == set(spec.inputs)
    for name, each in spec.inputs.items():
        array = case.inputs[name]

        assert array.shape == shape
        if each.role is Role.SCORE:
            assert np.array_equal(array, round_to(array, "float32"))
            assert len(np.unique(array)) == array.size
        elif each.holds_positions:
            assert np.array_equal(np.sort(array, axis=-1), np.broadcast_to(np.arange(shape[-1]), shape))
        elif each.role is Role.SIGN:
            assert set(np.unique(array)) <= {-1, 1}
        elif each.role is Role.BOOLEAN:
            assert array.dtype == np.bool_
        else:
            assert set(np.unique(array)) <= set(range(5))


def test_the_seed_alone_decides():
    first, again, other = (made("warp", (2, 9), seed=seed)[1].inputs["scores"] for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_input_that_is_not_taken_has_its_declared_constant_or_is_left_out():
    assert np.array_equal(made("margin_ranking", (4,), leave_out=("target",))[1].inputs["target"], np.ones(4))
    assert "order" not in made("warp", (4,), leave_out=("order",))[1].inputs


@pytest.mark.parametrize("loss", ["pairwise_hinge", "warp"])
def test_a_list_among_padding_keeps_its_items_in_order_and_ends_the_padded_list(loss):
    spec, case = made(loss, (5,))
    padded = mostly_padding(spec, case, 40)

    assert padded.mask.shape == (40,)
    assert padded.mask.sum() == 5
    assert padded.mask[-1]
    assert not padded.mask[: 40 - 5].all()
    assert np.array_equal(padded.inputs["scores"][padded.mask], case.inputs["scores"])
    assert (padded.inputs["scores"][~padded.mask] != 0).all()
    if loss == "warp":
        assert np.array_equal(
            padded.inputs["scores"][padded.inputs["order"]], case.inputs["scores"][case.inputs["order"]]
        )


def test_a_permutation_among_padding_keeps_the_order_of_the_items():
    spec, case = made("plackett_luce", (5,))
    padded = mostly_padding(spec, case, 40)
    walk = padded.inputs["permutation"]

    assert np.array_equal(np.sort(walk), np.arange(40))
    assert np.array_equal(
        padded.inputs["scores"][walk[padded.mask[walk]]], case.inputs["scores"][case.inputs["permutation"]]
    )


def test_the_upstream_gradient_of_values_of_positions_moves_with_them_and_reaches_the_padding_too():
    spec, case = made("soft_rank", (5,))
    weighed_case = weighed(case, (5,))
    padded = mostly_padding(spec, weighed_case, 40)

    assert set(weighed_case.upstream) <= set(UPSTREAM)
    assert np.array_equal(padded.upstream[padded.mask], weighed_case.upstream)
    assert (padded.upstream[~padded.mask] != 0).all()
