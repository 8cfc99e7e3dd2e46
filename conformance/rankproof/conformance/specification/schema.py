"""Violations of the format's JSON Schema, in words: unknown keys, missing keys, wrong types, wrong values."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import resources
from itertools import islice
from typing import Any

from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import closest, did_you_mean, shorten, shown

_TYPES = {
    "array": "a list",
    "object": "a mapping",
    "string": "a text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
}


_MOST_KEYS = 50  # unknown keys of one mapping that are told, and looked at for misspellings


def check_schema(report: Report) -> None:
    """Adds every violation of the schema to the report."""
    for error in _validator().iter_errors(report.document.data):
        _add(error, report)


@functools.cache
def _validator() -> Any:
    import jsonschema  # here, since it is slow to import and only a loader needs it

    text = (resources.files("rankproof.spec") / "schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _add(error: Any, report: Report) -> None:
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        for key in _extra(error):
            report.add((*path, key), _unknown_key(key, error))
    elif error.validator == "required":
        _add_missing(path, error, report)
    elif "propertyNames" in error.absolute_schema_path:
        what = error.schema.get("description", error.message)
        report.add_broken((*path, error.instance), f"not a legal key; expected: {what}")
    else:
        report.add_broken(path, _wrong_value(error))


def _extra(error: Any) -> Iterator[str]:
    known = error.schema.get("properties", {})
    return islice((key for key in error.instance if key not in known), _MOST_KEYS)


def _unknown_key(key: str, error: Any) -> str:
    return f"unknown key {shown(key)}{did_you_mean(key, _absent(error))}"


def _absent(error: Any) -> list[str]:
    return [name for name in error.schema.get("properties", {}) if name not in error.instance]


def _add_missing(path: KeyPath, error: Any, report: Report) -> None:
    # jsonschema reports each missing key apart, and names it in the message alone
    name = next(name for name in error.validator_value if error.message.startswith(f"{name!r} "))
    properties = error.schema.get("properties", {})
    if any(closest(key, _absent(error)) == name for key in _extra(error)):  # the unknown key is told
        report.mark_broken(path)
        return
    meaning = properties.get(name, {}).get("description", "")
    report.add_broken(path, f"missing key {name!r}" + (f": {_uncapitalised(meaning)}" if meaning else ""))


def _wrong_value(error: Any) -> str:
    value, schema = error.instance, error.schema
    described = schema.get("description", "")
    suffix = f" ({shorten(_uncapitalised(described), 200)})" if described else ""
    match error.validator:
        case "type":
            types = error.validator_value
            names = [types] if isinstance(types, str) else types
            expected = " or ".join(_TYPES[name] for name in names)
            return f"got {shown(value)}, expected {expected}{suffix}"
        case "enum":
            hint = did_you_mean(value, error.validator_value) if isinstance(value, str) else ""
            listed = ", ".join(map(str, error.validator_value))
            return f"got {shown(value)}, expected one of {listed}" + (hint if "did you mean" in hint else "")
        case "const":
            return f"got {shown(value)}, expected {error.validator_value}{suffix}"
        case "pattern":
            return f"got {shown(value)}, expected: {_uncapitalised(described)}"
        case "minLength":
            return f"the text is empty{suffix}"
        case "maxLength":
            return f"the text has {len(value)} characters, expected at most {error.validator_value}"
        case "minItems" | "maxItems" | "minProperties" | "maxProperties":
            bound = "at least" if error.validator.startswith("min") else "at most"
            return f"got {len(value)} entries, expected {bound} {error.validator_value}{suffix}"
        case "minimum" | "maximum":
            bound = "at least" if error.validator == "minimum" else "at most"
            return f"got {shown(value)}, expected {bound} {error.validator_value}{suffix}"
        case "uniqueItems":
            return f"a name stands twice in the list{suffix}"
        case _:
            return shorten(error.message, 200)


def _uncapitalised(text: str) -> str:
    head = text[:1].lower() if text[1:2].islower() or text[1:2] == " " else text[:1]
    return (head + text[1:]).rstrip(".")
