"""Whole cases: representable, of the planned sizes, masked and filled as planned, certified only where that is true."""

import numpy as np
import pytest

from rankproof.conformance.cases.certificate import is_certified
from rankproof.conformance.cases.draw import LONG_SIZES, Plan, cases
from rankproof.conformance.cases.dtypes import FORMATS, round_to
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.model import Role

WARP, RANKING, HINGE = load_builtin("warp"), load_builtin("margin_ranking"), load_builtin("pairwise_hinge")


PLAIN = Plan()


def drawn(spec, plan=PLAIN, dtype="float64", count=20, *, inputs=None, fixed=None):
    taken = inputs or tuple(spec.inputs)
    strategy = cases(spec, dtype, plan, inputs=taken, fixed=fixed or {}, default_reduction="mean")
    return draw_cases(strategy, count, seed=0)


@pytest.mark.parametrize("loss", builtin_ids())
@pytest.mark.parametrize("dtype", FORMATS)
def test_everything_is_representable_in_the_dtype(loss, dtype):
    spec = load_builtin(loss)
    plan = Plan(families=("moderate", "certified", "wide"), batches=((2,),), upstream=True)
    for case in drawn(spec, plan, dtype, 8):
        reals = [value for value in case.parameters.values() if isinstance(value, float)]
        for array in (*(case.inputs[name] for name in spec.score_inputs), np.array(reals), case.upstream):
            assert np.array_equal(array, round_to(array, dtype))


@pytest.mark.parametrize("loss", builtin_ids())
def test_inputs_have_the_batch_before_their_axes(loss):
    spec = load_builtin(loss)
    shapes = set()
    for case in drawn(spec, Plan(batches=((), (2,), (2, 2)))):
        batches = {array.shape[: array.ndim - len(spec.inputs[name].axes)] for name, array in case.inputs.items()}
        assert len(batches) == 1
        shapes |= batches

    assert shapes == {(), (2,), (2, 2)}


def test_lists_are_as_long_as_planned():
    sizes = {case.inputs["scores"].shape[-1] for case in drawn(WARP, Plan(smallest=2, largest=4))}

    assert sizes == {2, 3, 4}


def test_long_lists_are_longer_than_a_warp_and_cross_a_power_of_two():
    sizes = {case.inputs["scores"].shape[-1] for case in drawn(WARP, Plan(families=("long",)), count=8)}

    assert sizes == set(LONG_SIZES)


def test_lists_in_half_precision_are_short():
    sizes = [case.inputs["scores"].shape[-1] for case in drawn(WARP, Plan(smallest=1, largest=40), "bfloat16")]

    assert max(sizes) <= FORMATS["bfloat16"].longest


def test_a_walk_may_be_empty_shorter_or_longer_than_the_list():
    found = drawn(WARP, count=40)
    lengths = {case.inputs["order"].shape[-1] for case in found}
    differences = {np.sign(case.inputs["order"].shape[-1] - case.inputs["scores"].shape[-1]) for case in found}

    assert differences == {-1, 0, 1}
    assert 0 in lengths


def test_an_unmasked_plan_has_no_mask():
    assert all(case.mask is None for case in drawn(WARP))


def test_a_loss_without_a_mask_is_never_masked():
    assert all(case.mask is None for case in drawn(RANKING, Plan(masked=True)))


def test_masked_lists_have_lengths_of_their_own_and_padding_at_the_end_or_anywhere():
    found = drawn(HINGE, Plan(masked=True, batches=((3,),), smallest=4), count=40)
    at_the_end = {bool((np.diff(case.mask.astype(int), axis=-1) <= 0).all()) for case in found}

    assert {case.mask.shape for case in found} == {case.inputs["scores"].shape for case in found}
    assert at_the_end == {True, False}
    assert any(len(set(case.mask.sum(-1).tolist())) > 1 for case in found)
    assert any((case.mask.sum(-1) == 0).any() for case in found)


def test_orders_point_to_real_items_only():
    found = drawn(WARP, Plan(masked=True, batches=((), (2,))), count=40)
    pointed = [np.take_along_axis(case.mask, case.inputs["order"], -1) for case in found]

    assert all(each.all() for each in pointed)
    assert sum(each.size for each in pointed) > 100


@pytest.mark.parametrize("content", [7.0, np.nan])
def test_padded_scores_hold_what_the_plan_says(content):
    found = drawn(WARP, Plan(masked=True, padding=content))
    padding = np.concatenate([case.inputs["scores"][~case.mask] for case in found])
    real = np.concatenate([case.inputs["scores"][case.mask] for case in found])

    assert np.array_equal(padding, np.full(padding.shape, content), equal_nan=True)
    assert padding.size
    assert np.abs(real).max() <= 3


def test_drawn_garbage_differs_from_case_to_case_and_fits_the_dtype():
    found = drawn(HINGE, Plan(masked=True, padding=None), "float16", count=40)
    padding = {value for case in found for value in case.inputs["scores"][~case.mask].tolist()}
    labels = {value for case in found for value in case.inputs["relevance"][~case.mask].tolist()}

    assert padding == {7.0, -60.0, 1e4, 0.0}
    assert labels == {0.0, 1.0, 3.0}


def test_padding_may_be_marked_positive():
    found = drawn(WARP, Plan(masked=True), count=40)
    marks = {value for case in found for value in case.inputs["positives"][~case.mask].tolist()}

    assert marks == {True, False}


def test_an_input_that_the_subject_does_not_take_has_its_stated_constant():
    found = drawn(RANKING, inputs=("input1", "input2"))

    assert {value for case in found for value in case.inputs["target"].tolist()} == {1.0}
    assert all(case.inputs["target"].shape == case.inputs["input1"].shape for case in found)


def test_an_optional_input_that_the_subject_does_not_take_is_left_out():
    assert all(set(case.inputs) == {"scores", "positives"} for case in drawn(WARP, inputs=("scores", "positives")))


def test_parameters_of_the_plan_are_fixed_and_those_of_the_subject_come_first():
    plan = Plan(fixed={"margin": 2.0, "violation": "margin"})
    found = drawn(WARP, plan, fixed={"violation": "misranking"})

    assert {(case.parameters["margin"], case.parameters["violation"]) for case in found} == {(2.0, "misranking")}


def test_reductions_are_those_of_the_plan_or_else_the_default():
    assert {case.reduction for case in drawn(WARP)} == {"mean"}
    assert {case.reduction for case in drawn(WARP, Plan(reductions=("sum", "none")))} == {"sum", "none"}


@pytest.mark.parametrize("loss", ["margin_ranking", "warp", "soft_rank"])
def test_the_upstream_gradient_has_the_shape_of_the_output(loss):
    spec = load_builtin(loss)
    plan = Plan(batches=((2,), ()), upstream=True, reductions=("none", "mean"))
    for case in drawn(spec, plan):
        inputs = case.inputs[spec.score_inputs[0]].shape
        unreduced = inputs if spec.formula.loop else inputs[:-1]

        assert case.upstream.shape == (unreduced if case.reduction == "none" else ())
        assert not (case.upstream == 1).any()


def test_labels_are_no_scores():
    roles = {name: each.role for name, each in HINGE.inputs.items()}
    (case,) = drawn(HINGE, Plan(families=("wide",)), count=1)

    assert roles["relevance"] is Role.RELEVANCE
    assert set(case.inputs["relevance"].tolist()) <= {0.0, 1.0, 2.0, 3.0, 4.0}


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_case_is_certified_where_its_sums_are_exact_and_only_there(dtype):
    found = drawn(HINGE, Plan(families=("certified", "tied", "moderate"), smallest=2), dtype, count=40)
    told = {(case.family, case.certified) for case in found}

    assert ("moderate", True) not in told
    assert any(case.certified for case in found)
    assert all(is_certified(HINGE, case.inputs, case.parameters, dtype) for case in found if case.certified)


def test_certified_scores_lose_their_certificate_to_a_built_in_margin_off_the_grid():
    found = drawn(HINGE, Plan(families=("certified",)), "bfloat16", fixed={"margin": 0.30078125})

    assert {case.certified for case in found if case.inputs["scores"].any()} == {False}


def test_another_family_means_another_case_and_the_case_says_which():
    families = {case.family for case in drawn(WARP, Plan(families=("moderate", "wide", "long")))}

    assert families == {"moderate", "wide", "long"}


def test_a_permutation_names_every_position_once_and_may_be_left_out():
    spec = load_builtin("plackett_luce")
    found = [case.inputs.get("permutation") for case in drawn(spec, Plan(batches=((2,),), masked=True))]
    given = [array for array in found if array is not None]

    assert 0 < len(given) < len(found)
    assert all(
        np.array_equal(np.sort(array), np.broadcast_to(np.arange(array.shape[-1]), array.shape)) for array in given
    )


def test_a_complete_plan_leaves_nothing_out():
    assert all("permutation" in case.inputs for case in drawn(load_builtin("plackett_luce"), Plan(complete=True)))


def test_unreduced_values_that_are_coupled_always_have_an_upstream_gradient():
    spec = load_builtin("soft_rank")

    assert all(case.upstream is not None for case in drawn(spec, Plan(reductions=("none",))))
    assert all(case.upstream is None for case in drawn(spec, Plan(reductions=("sum",))))
