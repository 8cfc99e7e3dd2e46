"""Arrays become tensors of the right type, place and stride, and torch's state is put back."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.subjects.plan import Kind
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.subjects.torch_tensors import (
    as_passed,
    as_plain,
    contents,
    element_type,
    expanded,
    require_device,
    to_array,
    torch_device,
    torch_state,
)

torch = pytest.importorskip("torch")


def test_interpreted_kernels_run_on_the_cpu():
    assert torch_device("interpreter") == "cpu"
    assert torch_device("cuda:1") == "cuda:1"


def test_a_device_that_there_is_not_is_refused():
    require_device("cpu")
    with pytest.raises(SubjectError, match="expected cpu, interpreter, cuda or cuda:<index>"):
        require_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(SubjectError, match="torch sees no GPU here"):
            require_device("cuda")


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [(Kind.FLOAT, torch.bfloat16), (Kind.INTEGER, torch.int64), (Kind.BOOLEAN, torch.bool)],
)
def test_scores_have_the_dtype_of_the_case_and_labels_their_own(kind, dtype):
    assert element_type(kind, "bfloat16") is dtype


def test_equal_entries_are_expanded_with_a_stride_of_zero():
    same = expanded(torch.tensor([[1.0, 2.0], [1.0, 2.0]]))

    assert same.stride() == (0, 1)
    assert same.tolist() == [[1, 2], [1, 2]]
    assert expanded(torch.tensor([1.0, 2.0])).stride() == (1,)
    assert expanded(torch.zeros(0, 3)).shape == (0, 3)


def test_what_is_passed_is_no_leaf():
    leaf = torch.ones(3, requires_grad=True)

    assert not as_passed(leaf, strided=False).is_leaf
    plain = torch.ones(3)
    assert as_passed(plain, strided=False) is plain


def test_a_strided_tensor_lies_among_garbage():
    scores = as_passed(torch.tensor([1.0, 2.0]), strided=True)
    labels = as_passed(torch.tensor([1, 0]), strided=True)

    assert scores.tolist() == [1, 2]
    assert scores.stride() == (2,)
    assert scores._base.isnan().sum() == 2
    assert labels._base[1::2].tolist() == [-(2**31)] * 2
    assert as_passed(torch.tensor([True]), strided=True)._base.tolist() == [True, True]
    assert as_passed(torch.tensor(1.0), strided=True).shape == ()


def test_the_bits_of_a_nan_equal_themselves():
    nan = torch.tensor([float("nan"), 1.0])

    assert contents(nan) == contents(nan.clone())
    assert contents(nan) != contents(torch.tensor([1.0, 1.0]))


def test_a_subclass_is_looked_at_as_a_tensor_and_a_monster_not_at_all():
    class Odd(torch.Tensor):
        pass

    assert type(as_plain(torch.ones(2).as_subclass(Odd))) is torch.Tensor
    assert as_plain("text") == "text"
    with pytest.raises(TypeError, match="expected the loss, or one for each unit"):
        as_plain(torch.ones(1).expand(2**30))


def test_an_array_comes_back_in_float64():
    back = to_array(torch.tensor([0.5, 1.5], dtype=torch.bfloat16, requires_grad=True))

    assert back.dtype == np.float64
    assert back.tolist() == [0.5, 1.5]


def test_the_state_of_torch_is_put_back():
    before = torch.get_rng_state()
    with torch.no_grad(), torch_state(3, "cpu"):
        drawn = torch.rand(2)
        torch.set_default_dtype(torch.float64)
        enabled = torch.is_grad_enabled()
    with torch_state(3, "cpu"):
        again = torch.rand(2)

    assert enabled
    assert torch.equal(drawn, again)
    assert torch.get_default_dtype() is torch.float32
    assert torch.equal(torch.get_rng_state(), before)
