"""The quick reader of arguments reads what the checked specification says."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.spec.arguments import arguments_of, losses


@pytest.mark.parametrize("loss", losses())
def test_arguments_are_those_of_the_checked_specification(loss: str) -> None:
    read, spec = arguments_of(loss), load_builtin(loss)

    assert [(each.name, each.role, each.axes, each.optional) for each in read.inputs] == [
        (each.name, each.role.value, each.axes, each.optional) for each in spec.inputs.values()
    ]
    assert [
        (each.name, each.type, each.default, each.choices, each.minimum, each.above) for each in read.parameters
    ] == [
        (each.name, each.type.value, each.default, each.choices, each.minimum, each.above)
        for each in spec.parameters.values()
    ]
    assert read.scores == spec.score_inputs
    assert read.masked == spec.mask
    assert read.reduction == spec.reduction.default
    assert read.drawn == (None if spec.sampling is None else spec.sampling.input)
    assert read.by_position == (spec.formula.loop is not None)


def test_an_unknown_loss_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"loss: got 'warpp', expected one of .*warp"):
        arguments_of("warpp")
