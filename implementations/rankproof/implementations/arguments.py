"""Checks of a loss's arguments, as its spec file declares them: called first by each of its variants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rankproof.implementations.checks import (
    check_choice,
    check_count,
    check_flag,
    check_generator,
    check_index,
    check_like,
    check_mask,
    check_real,
    check_same_dtype,
    check_scores,
)
from rankproof.implementations.contents import (
    check_flags,
    check_grades,
    check_permutation,
    check_positions,
    check_signs,
)
from rankproof.spec.arguments import Arguments, Input, Parameter

REDUCTIONS = ("none", "sum", "mean")


def check_arguments(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """Check all arguments of a call; labels are checked for what they hold only if ``validate`` is true.

    Raises:
        TypeError: scores that are no floating tensors of one dtype, a mask that is not boolean, an index that is
            not of integers, or a setting of the wrong type.
        ValueError: shapes or devices that differ, an unknown choice, a number out of bounds, or labels that the
            spec does not allow.
    """
    name = declared.scores[0]
    scores = given[name]
    for each in declared.inputs:
        _check_input(each, given[each.name], name, scores)
    if declared.masked is not None:
        check_mask(given["mask"], name, scores)
    check_settings(declared, given)
    if declared.drawn is not None:
        check_generator(given["generator"], name, scores)
    if validate:
        for each in declared.inputs:
            _check_contents(each, given[each.name], given.get("mask"), scores.shape[-1])


def check_settings(declared: Arguments, given: Mapping[str, Any]) -> None:
    """Check the arguments that are no tensors; others are passed over.

    Raises:
        TypeError: a number or flag of the wrong type.
        ValueError: an unknown choice, or a number out of bounds.
    """
    for each in declared.parameters:
        _check_parameter(each, given[each.name])
    check_choice("reduction", given["reduction"], REDUCTIONS)


def _check_input(each: Input, value: Any, scores_name: str, scores: Any) -> None:
    if each.optional and value is None:
        return
    if each.role == "permutation":
        check_like(each.name, value, scores_name, scores)
        check_index(each.name, value, scores_name, scores)
    elif each.role == "index":
        check_index(each.name, value, scores_name, scores)
    elif each.name == scores_name:
        check_scores(each.name, value, f"[..., {', '.join(each.axes)}]")
    elif each.role == "score":
        check_scores(each.name, value, f"[..., {', '.join(each.axes)}]")
        check_like(each.name, value, scores_name, scores)
        check_same_dtype(each.name, value, scores_name, scores)
    else:
        check_like(each.name, value, scores_name, scores)


def _check_parameter(each: Parameter, value: Any) -> None:
    if each.type == "choice":
        check_choice(each.name, value, each.choices)
    elif each.type == "boolean":
        check_flag(each.name, value)
    elif each.type == "integer":
        check_count(each.name, value, minimum=each.minimum, nullable=each.default is None)
    elif not (value is None and each.default is None):
        check_real(each.name, value, above=each.above, minimum=each.minimum)


def _check_contents(each: Input, value: Any, mask: Any, items: int) -> None:
    if value is None:
        return
    if each.role == "sign":
        check_signs(each.name, value)
    elif each.role == "relevance":
        check_grades(each.name, value, mask)
    elif each.role == "boolean":
        check_flags(each.name, value, mask)
    elif each.role == "index":
        check_positions(each.name, value, items)
    elif each.role == "permutation":
        check_permutation(each.name, value, items)
