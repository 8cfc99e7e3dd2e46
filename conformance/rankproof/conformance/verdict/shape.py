"""Whether an entry of a document has the fields of its class, each of the type that the class declares."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from typing import Any

MOST_DEPTH = 40  # of nested values: a tensor has some five axes

_WORDS = {str: "a text", int: "a whole number of at least 0", float: "a number", dict: "an object"}


class Misshapen(Exception):
    """An entry that is not what its class declares; the message says which field, what was got and expected."""


def check_shape(kind: type, entry: Any, where: str = "") -> None:
    """Raise Misshapen for an entry that could not be an object of a dataclass."""
    if not isinstance(entry, dict):
        raise Misshapen(f"{where or kind.__name__} holds {_named(entry)}, expected an object")
    declared = typing.get_type_hints(kind)
    inside = f"{where}." if where else ""
    unknown = [key for key in entry if key not in declared]
    if unknown:
        raise Misshapen(f"{inside}{unknown[0][:40]!r} is no field of it")
    for field in dataclasses.fields(kind):
        if field.name in entry:
            _check_value(declared[field.name], entry[field.name], inside + field.name)
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise Misshapen(f"{inside}{field.name} is missing")


def check_depth(value: Any, depth: int = 0) -> None:
    """Raise Misshapen for values nested too deeply to be a report, and for halves of characters."""
    if depth > MOST_DEPTH:
        raise Misshapen(f"values are nested more than {MOST_DEPTH} deep")
    if isinstance(value, dict):
        for key, each in value.items():
            check_depth(key)
            check_depth(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            check_depth(each, depth + 1)
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise Misshapen("a text holds half of a character (an escape \\ud800 to \\udfff)")


def _check_value(declared: Any, value: Any, where: str) -> None:
    if declared is Any:
        return
    if isinstance(declared, types.UnionType):
        if value is None:
            return
        declared = next(each for each in typing.get_args(declared) if each is not types.NoneType)
    if dataclasses.is_dataclass(declared):
        assert isinstance(declared, type)
        check_shape(declared, value, where)
    elif isinstance(declared, type) and issubclass(declared, enum.StrEnum):
        if value not in list(declared):
            raise Misshapen(f"{where} is {_named(value)}, expected one of {', '.join(declared)}")
    elif not _is(declared, value):
        kind = typing.get_origin(declared) or declared
        raise Misshapen(f"{where} is {_named(value)}, expected {_WORDS.get(kind, 'an object')}")


def _is(declared: Any, value: Any) -> bool:
    if declared is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if declared is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if declared is str:
        return isinstance(value, str)
    return isinstance(value, Mapping)


def _named(value: Any) -> str:
    return repr(value[:40]) if isinstance(value, str) else type(value).__name__
