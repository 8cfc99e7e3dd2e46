"""The views of a call as source give the same numbers in the same strides as the adapters' own."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rankproof.conformance.subjects.torch_tensors import as_passed, expanded
from rankproof.conformance.subjects.view_snippets import view_lines, view_of, viewed


def plan_of(name):
    return SimpleNamespace(strided=name == "strided", expanded=name == "expanded")


def function(framework, name):
    import torch

    scope = {"np": np, "torch": torch}
    exec("\n".join(view_lines(framework, plan_of(name))), scope)
    return scope[name]


def test_dense_arrays_need_no_source():
    assert view_of(plan_of("")) == ""
    assert view_lines("torch", plan_of("")) == []
    assert viewed("a", plan_of(""), 1) == "a"


def test_an_array_without_axes_is_no_view():
    assert viewed("a", plan_of("strided"), 0) == "a"
    assert viewed("a", plan_of("strided"), 1) == "strided(a)"
    assert viewed("a", plan_of("expanded"), 2) == "expanded(a)"


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], [[1.0, 1.0], [1.0, 1.0]], [[1.0, 2.0], [1.0, 2.0]]])
@pytest.mark.parametrize("name", ["strided", "expanded"])
def test_the_source_makes_what_the_adapter_makes(name, values):
    torch = pytest.importorskip("torch")
    tensor = torch.tensor(values)
    ours = as_passed(tensor, strided=True) if name == "strided" else expanded(tensor)
    theirs = function("torch", name)(tensor)

    assert torch.equal(ours, theirs)
    assert ours.stride() == theirs.stride()


@pytest.mark.parametrize("name", ["strided", "expanded"])
def test_numpys_views_hold_the_same_numbers_and_are_not_dense(name):
    pytest.importorskip("torch")
    array = np.array([[1.0, 1.0], [1.0, 1.0]])
    view = function("numpy", name)(array)

    assert np.array_equal(view, array)
    assert view.strides != array.strides
