"""A variant of a loss, made of the part that is its own: what all variants share follows from the spec file."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.reduction import reduce_units
from rankproof.spec.arguments import Arguments, arguments_of

Units = Tensor | tuple[Tensor, Tensor | None]
Loss = Callable[..., Tensor]


def as_declared(
    compute: Callable[..., Units],
    *,
    check: Callable[..., None] = check_arguments,
    reduce: Callable[..., Tensor] = reduce_units,
) -> Loss:
    """The loss of whose units ``compute`` knows the values: it checks its arguments, and reduces the units.

    Args:
        compute: takes the inputs by position and everything else by keyword, with no default: the parameters that
            the spec of the loss of its name declares, ``mask`` where the spec declares one, and ``generator`` where
            it declares a draw. The arguments are checked. Returns the units, unreduced, in the dtype in which they
            are to be summed; or these and what each adds to the denominator of a mean.
        check: called with what is declared, all arguments by name, and whether to check what labels hold.
        reduce: called with the values of the units, the reduction and the denominators.

    Returns:
        A function that takes the inputs, then by keyword the parameters with the defaults of the spec, ``mask``,
        ``reduction``, ``generator`` and ``validate``. Its result has the dtype of the scores.
    """
    declared = arguments_of(compute.__name__)
    signature = signature_of(declared)
    names = tuple(each.name for each in declared.inputs)
    defaults = {name: each.default for name, each in signature.parameters.items() if each.default is not each.empty}
    # torch.compile traces what follows: it knows dictionaries, and no bound signatures.
    known = tuple(signature.parameters)
    first = declared.scores[0]

    @functools.wraps(compute)
    def loss(*inputs: Any, **options: Any) -> Tensor:
        given = {**defaults, **dict(zip(names, inputs, strict=False)), **options}
        if len(inputs) > len(names) or len(given) != len(known) or any(name not in given for name in known):
            _refuse_unknown(compute.__name__, options, known)
            signature.bind(*inputs, **options)  # raises the error that Python has for such a call
        validate = given.pop("validate")
        check(declared, given, validate=validate)
        reduction, dtype = given.pop("reduction"), given[first].dtype
        data = [given.pop(name) for name in names]
        units = compute(*data, **given)
        values, denominator = units if isinstance(units, tuple) else (units, None)
        return reduce(values, reduction, denominator).to(dtype)

    loss.__signature__ = signature  # type: ignore[attr-defined]
    return loss


def _refuse_unknown(loss: str, options: Iterable[str], known: Sequence[str]) -> None:
    for name in options:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"expected some of {', '.join(known)}"
            raise TypeError(f"{loss} has no argument {name!r}; {hint}")


def signature_of(declared: Arguments) -> inspect.Signature:
    """What a variant of a loss takes."""
    by_position = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=None if each.optional else inspect.Parameter.empty,
        )
        for each in declared.inputs
    ]
    by_keyword: dict[str, Any] = {each.name: each.default for each in declared.parameters}
    if declared.masked is not None:
        by_keyword["mask"] = None
    by_keyword["reduction"] = declared.reduction
    if declared.drawn is not None:
        by_keyword["generator"] = None
    by_keyword["validate"] = True
    keywords = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default) for name, default in by_keyword.items()
    ]
    return inspect.Signature([*by_position, *keywords])
