"""The schema is a closed one, explains every key, and accepts exactly the files that it should."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = resources.files("rankproof.spec")
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema.json").read_text("utf-8"))
LOSSES = sorted(entry.name for entry in ROOT.iterdir() if entry.name.endswith(".yaml"))


def document(loss: str = "warp.yaml") -> Any:
    return yaml.safe_load((ROOT / loss).read_text("utf-8"))


def is_valid(data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(data))


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if isinstance(schema, dict):
        yield schema
    for child in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from subschemas(child)


def test_the_schema_is_one_of_its_draft() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("loss", LOSSES)
def test_every_file_keeps_the_schema(loss: str) -> None:
    assert is_valid(document(loss))


def test_every_object_is_closed() -> None:
    objects = [each for each in subschemas(SCHEMA) if "properties" in each and each.get("type") != "string"]
    objects = [each for each in objects if isinstance(each["properties"], dict) and "additionalProperties" in each]
    open_ones = [each for each in objects if each["additionalProperties"] is True]
    missing = [
        each
        for each in subschemas(SCHEMA)
        if each.get("type") == "object" and "additionalProperties" not in each and isinstance(each["type"], str)
    ]

    assert len(objects) > 10
    assert open_ones == []
    assert missing == []


def test_every_key_is_described() -> None:
    undescribed = [
        name
        for schema in subschemas(SCHEMA)
        if isinstance(schema.get("properties"), dict) and "type" in schema
        for name, each in schema["properties"].items()
        if "description" not in each and "$ref" not in each
    ]

    assert undescribed == []
    assert all("description" in definition for definition in SCHEMA["$defs"].values())


def test_every_definition_is_used() -> None:
    text = json.dumps(SCHEMA)

    assert [name for name in SCHEMA["$defs"] if f'"#/$defs/{name}"' not in text] == []


@pytest.mark.parametrize("key", ["rankproof", "loss", "title", "inputs", "reduction", "formula", "gradient", "nan"])
def test_a_file_without_a_required_key_is_refused(key: str) -> None:
    data = document()
    del data[key]

    assert not is_valid(data)


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("inputs", "scores"),
        ("parameters", "margin"),
        ("reduction",),
        ("properties",),
        ("properties", "scale"),
        ("nan",),
        ("sampling",),
        ("cost",),
        ("sources", 0),
        ("examples", 0),
        ("edge_cases", 0),
        ("edge_cases", 0, "inputs", "scores"),
        ("invalid", 0),
        ("conventions", "violation", 0),
        ("conventions", "differences", 0),
    ],
    ids=lambda path: ".".join(map(str, path)) or "top",
)
def test_an_unknown_key_is_refused_everywhere(path: tuple[str | int, ...]) -> None:
    data = copy.deepcopy(document())
    target = data
    for key in path:
        target = target[key]
    target["surprise"] = 1

    assert not is_valid(data)


@pytest.mark.parametrize("value", [1, 0.5, float("nan"), "log(2)", [1, ["x"]], [True], [], {"shape": [0, 3]}])
def test_worked_arrays_have_their_forms(value: Any) -> None:
    data = document()
    data["examples"][0]["inputs"]["scores"] = value

    assert is_valid(data)


@pytest.mark.parametrize("value", [None, {"shape": []}, {"shape": [-1]}, {"size": [0]}, {}, [None]])
def test_other_forms_of_worked_arrays_are_refused(value: Any) -> None:
    data = document()
    data["examples"][0]["inputs"]["scores"] = value

    assert not is_valid(data)
