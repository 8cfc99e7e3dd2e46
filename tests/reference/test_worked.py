"""The references return what the spec files work out by hand, and refuse what these call invalid."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.specification import load_builtin
from tests.calls import LOSSES, reference, reference_gradient, worked, worked_call

CASES = [pytest.param(loss, case, id=f"{loss}-{case.id}") for loss in LOSSES for case in worked(loss)]
INVALID = [pytest.param(loss, case, id=f"{loss}-{case.id}") for loss in LOSSES for case in load_builtin(loss).invalid]


@pytest.mark.parametrize(("loss", "case"), CASES)
def test_value_is_the_worked_one(loss, case):
    expected = case.unreduced if case.value is None else case.value
    rounding = 1e-12 if case.decimals is None else 0.5 * 10.0**-case.decimals

    np.testing.assert_allclose(reference(loss)(**worked_call(loss, case).for_numpy()), expected, atol=rounding)


@pytest.mark.parametrize(("loss", "case"), [param for param in CASES if param.values[1].unreduced is not None])
def test_every_unit_has_its_worked_value(loss, case):
    arguments = worked_call(loss, case).for_numpy() | {"reduction": "none"}

    np.testing.assert_allclose(reference(loss)(**arguments), case.unreduced, rtol=1e-14)


@pytest.mark.parametrize(("loss", "case"), [param for param in CASES if param.values[1].gradient is not None])
def test_gradient_is_the_worked_one(loss, case):
    gradients = reference_gradient(loss)(**worked_call(loss, case).for_numpy(), upstream=case.upstream)

    for name, expected in case.gradient.items():
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-14, atol=1e-15, err_msg=name)


@pytest.mark.parametrize(("loss", "case"), INVALID)
def test_invalid_input_is_refused_by_name(loss, case):
    with pytest.raises(ValueError, match=f"^{case.argument}: got"):
        reference(loss)(**worked_call(loss, case).for_numpy())
