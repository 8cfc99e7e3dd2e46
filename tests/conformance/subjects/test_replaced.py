"""Functions that others were put in the place of are found and put back; a framework's own doings are not."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.subjects.replaced import Functions, functions
from rankproof.conformance.verdict import values


@pytest.fixture
def watch():
    return Functions()


def test_nothing_is_replaced_at_first(watch):
    assert watch.replaced() == []


def test_a_replaced_function_is_found_and_put_back(watch):
    right = math.exp
    math.exp = lambda x: 1.0
    found = watch.replaced()
    watch.put_back(found)

    assert found == ["math.exp"]
    assert math.exp is right
    assert watch.replaced() == []


def test_a_function_of_the_harness_counts_too(watch):
    right = values.as_text
    values.as_text = lambda value: "fine"
    found = watch.replaced()
    watch.put_back(found)

    assert found == ["rankproof.conformance.verdict.values.as_text"]
    assert values.as_text is right


def test_a_method_of_torch_is_found_also_where_it_hides_an_inherited_one():
    torch = pytest.importorskip("torch")
    watch = Functions()
    added = torch.Tensor.sum
    torch.Tensor.sum = lambda self: self
    found = watch.replaced()
    watch.put_back(found)

    assert found == ["torch.Tensor.sum"]
    assert torch.Tensor.sum is added
    assert torch.ones(3).sum() == 3


def test_what_has_changed_before_can_be_taken_to_be_right(watch):
    right = math.exp
    try:
        math.exp = lambda x: 1.0
        watch.refresh()

        assert watch.replaced() == []
    finally:
        math.exp = right


def test_a_process_has_one_memory_of_its_functions():
    assert functions() is functions()
