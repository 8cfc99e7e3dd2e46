"""Each transformation reaches the loss as torch's own words say, and messages of torch are cut to what tells."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.plan import Argument, Kind, Plan
from rankproof.conformance.subjects.subject import Transform
from rankproof.conformance.subjects.torch_transforms import Surroundings, Unavailable, compiled, shortened, way_of
from rankproof.conformance.subjects.torch_twice import ByUpstream, Twice
from rankproof.conformance.subjects.torch_ways import Way

torch = pytest.importorskip("torch")

SPEC = load_builtin("pairwise_hinge")
ROWS = np.array([[1.0, 2.0], [3.0, 5.0]])


def plan_of(array=ROWS):
    arguments = (Argument("scores", array, Kind.FLOAT, True),)
    return Plan(
        positional=arguments,
        keyword={},
        options={},
        constructor=None,
        dtype="float64",
        upstream=None,
        lifted=False,
        unreduced=True,
        strided=False,
        expanded=False,
        generator=False,
        seed=0,
    )


def asked(transform, loss, array=ROWS, *, lifted=False):
    """Output and gradient of a loss of scores under a transformation."""
    leaf = torch.tensor(array, requires_grad=True)
    way = way_of(transform, loss, plan_of(array), Surroundings(SPEC, "cpu", lifted, {}, {}))
    tensors = {"scores": leaf * 1}
    output = way.output(tensors, {"scores": leaf})
    return output, way.gradient(tensors, {"scores": leaf}, output)["scores"]


def squares(scores):
    return (scores * scores).sum(-1)


@pytest.mark.parametrize("transform", [None, Transform.VMAP, Transform.GRAD, Transform.DEVICE])
def test_a_right_loss_has_the_same_numbers_under_every_transformation(transform):
    output, gradient = asked(transform, squares)

    assert output.tolist() == [5, 34]
    assert gradient.tolist() == (2 * ROWS).tolist()


def test_vmap_gives_each_list_alone():
    seen = []

    def watched(scores):
        seen.append(scores.shape)
        return squares(scores)

    asked(Transform.VMAP, watched)
    asked(Transform.VMAP, watched, lifted=True)

    assert seen == [(2,), (1, 2)]


def test_a_default_device_without_data_reaches_what_the_loss_makes():
    def careless(scores):
        return (scores * torch.ones(2)).sum(-1)

    with pytest.raises(RuntimeError):
        asked(Transform.DEVICE, careless)
    assert asked(None, careless)[0].tolist() == [3, 8]


def test_autocast_reaches_matrix_products():
    kinds = []

    def product(scores):
        kinds.append((scores.float() @ scores.float().T).dtype)
        return squares(scores)

    asked(Transform.AUTOCAST, product)
    asked(None, product)

    assert kinds == [torch.bfloat16, torch.float32]


@pytest.mark.parametrize(
    ("transform", "way"), [(Transform.TWICE, Twice), (Transform.BY_UPSTREAM, ByUpstream), (None, Way)]
)
def test_ways_are_chosen_by_the_transformation(transform, way):
    assert type(way_of(transform, squares, plan_of(), Surroundings(SPEC, "cpu", False, {}, {}))) is way


def test_where_torch_does_not_compile_that_is_told(monkeypatch):
    def refuse(*arguments, **options):
        raise RuntimeError("not under this Python")

    monkeypatch.setattr(torch, "compile", refuse)

    with pytest.raises(Unavailable, match="not under this Python"):
        compiled(squares)


def test_a_message_is_cut_to_its_first_line_and_the_place_in_the_loss():
    places = '  File "torch/x.py", line 3\n    f()\n  File "mine.py", line 7\n    scores.item()\n'
    message = f"Graph break\n  more words\n{places}"

    assert shortened(message) == 'Graph break (File "mine.py", line 7: scores.item())'
    assert shortened("") == ""
    assert len(shortened("x" * 1000)) == 300
