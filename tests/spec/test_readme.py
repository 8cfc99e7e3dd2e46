"""The format's README explains every key, and has the section that reports cite for each generic clause."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from rankproof.conformance.checks.spec_check import verify
from rankproof.conformance.specification import load

ROOT = resources.files("rankproof.spec")
TEXT = (ROOT / "README.md").read_text("utf-8")
HEADINGS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
CLAUSES = [
    *("examples", "value", "gradient", "kink", "upstream", "reduction", "batching", "padding", "permutation"),
    *("shift", "scale", "zero_sum", "ties", "sampling", "edge", "nan", "extremes", "precision", "invalid", "purity"),
    *("determinism", "second_order", "transforms", "cost"),
]


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_generic_clause_has_one_section_with_text(clause: str) -> None:
    body = TEXT.split(f"\n## {clause}\n")[1].split("\n## ")[0]

    assert HEADINGS.count(clause) == 1
    assert len(body.split()) > 15


def test_every_clause_is_in_the_table_of_contents() -> None:
    contents = TEXT.split("\n## ")[0]

    assert [clause for clause in CLAUSES if f"[{clause}](#{clause})" not in contents] == []


def test_every_link_within_the_page_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}

    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - anchors == set()


def test_every_key_of_the_schema_is_mentioned() -> None:
    schema = json.loads((ROOT / "schema.json").read_text("utf-8"))
    objects = [schema, *schema["$defs"].values()]
    keys = {key for each in objects for key in each.get("properties", {})}

    assert {key for key in keys if not re.search(rf"\b{key}\b", TEXT)} == set()


def test_the_whole_file_is_one_that_holds_and_has_the_required_keys_alone(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", TEXT.split("A whole file")[1], re.DOTALL)[0]
    keys = yaml.safe_load(text).keys()
    path = tmp_path / f"{yaml.safe_load(text)['loss']}.yaml"
    path.write_text(text)

    verify(load(path))
    assert set(keys) == set(json.loads((ROOT / "schema.json").read_text("utf-8"))["required"])


def test_every_yaml_block_is_yaml() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)

    assert len(blocks) > 8
    assert all(isinstance(yaml.safe_load(block), dict) for block in blocks)
