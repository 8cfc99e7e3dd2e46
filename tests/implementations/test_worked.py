"""The readable variants return what the spec files work out by hand, and refuse what these call invalid."""

from __future__ import annotations

import pytest
import torch

from rankproof.conformance.specification import load_builtin
from tests.calls import LOSSES, SCORES, implementation, worked, worked_call

READABLE = ["loop", "vectorized"]
CASES = [pytest.param(loss, case, id=f"{loss}-{case.id}") for loss in LOSSES for case in worked(loss)]
INVALID = [pytest.param(loss, case, id=f"{loss}-{case.id}") for loss in LOSSES for case in load_builtin(loss).invalid]


def expected_result(case):
    """The worked result as a tensor, and to what it is rounded."""
    worked_out = case.unreduced if case.value is None else case.value
    return torch.tensor(worked_out, dtype=torch.float64), 1e-12 if case.decimals is None else 0.5 * 10**-case.decimals


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize(("loss", "case"), CASES)
def test_value_and_gradient_are_the_worked_ones_and_keep_the_graph(variant, loss, case):
    arguments = worked_call(loss, case).for_torch(loss)
    result = implementation(variant, loss)(**arguments)
    expected, rounding = expected_result(case)

    torch.testing.assert_close(result.detach(), expected, rtol=1e-14, atol=rounding, equal_nan=True)
    upstream = torch.as_tensor(1.0 if case.upstream is None else case.upstream, dtype=result.dtype)
    result.backward(upstream.expand_as(result))
    for name in SCORES[loss]:
        assert arguments[name].grad is not None
        if case.gradient is not None:
            stated = torch.as_tensor(case.gradient[name], dtype=torch.float64)
            torch.testing.assert_close(arguments[name].grad, stated, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize(("loss", "case"), [param for param in CASES if param.values[1].unreduced is not None])
def test_every_unit_has_its_worked_value(variant, loss, case):
    arguments = worked_call(loss, case).for_torch(loss) | {"reduction": "none"}
    expected = torch.tensor(case.unreduced, dtype=torch.float64)

    torch.testing.assert_close(implementation(variant, loss)(**arguments).detach(), expected, equal_nan=True)


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize(("loss", "case"), INVALID)
def test_invalid_input_is_refused_by_name(variant, loss, case):
    with pytest.raises(ValueError, match=rf"^{case.argument}: got"):
        implementation(variant, loss)(**worked_call(loss, case).for_torch(loss))
