"""Verdict documents: read, merged with themselves, and shown in every format."""

from __future__ import annotations

import json
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from rankproof.conformance.verdict.document import DocumentError, read
from rankproof.conformance.verdict.merge import merge
from rankproof.conformance.verdict.report import FORMATS, show
from tests.fuzz.hostile import cut, encoded, repeated
from tests.fuzz.target import Target, require_clear

_FINDING = {
    **{"loss": "warp", "subject": "loop", "device": "cpu", "dtype": "float64", "clause": "value", "level": "correct"},
    **{"verdict": "conforming", "reason": "", "location": "warp.yaml:3", "cases": 25, "not_judged": 0},
    **{"worst_share": 0.25, "fault": None, "counterexample": None},
}
_SHOWN = {
    **{"problem": "the value is wrong", "inputs": {"scores": [1.0, "nan"]}, "parameters": {"margin": 1.0}},
    **{"reduction": "mean", "dtype": "float64", "got": 1.5, "expected": [2.0], "share": "inf", "snippet": "x = 1"},
    **{"mask": None, "upstream": None, "family": "moderate"},
}
_WRONG = {**_FINDING, "clause": "gradient", "verdict": "diverges", "fault": "subject", "counterexample": _SHOWN}
VALID: dict[str, Any] = {
    **{"rankproof": "0.1.0", "format": 1, "environment": {"python": "3.11", "torch": None, "seed": 0}},
    **{"findings": [_FINDING, {**_FINDING, "verdict": "not run", "reason": "no mask", "worst_share": None}, _WRONG]},
    "not_run": [{"device": "cuda", "reason": "no GPU"}],
    "subjects": [{"loss": "warp", "subject": "loop", "device": "cpu", "called": "f(scores)", "conventions": {"k": 1}}],
}
_ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, -0.0, float("nan"), float("inf"), "", "x" * 300, "\x1b[31m", "\u202e", "\ud800"),
    *("NaN", "conforming", "diverges", [], {}, [[]], [[[[1]]]], {"a": {"b": []}}, {"": ""}, [{}], "[bold]", "<script>"),
)


@cache
def _path() -> Path:
    return Path(tempfile.mkdtemp(prefix="rankproof-fuzz-")) / "verdict.json"


def read_document(data: bytes) -> bool:
    """Read a document, merge it with itself, and show it."""
    _path().write_bytes(data)
    try:
        document = read(_path())
    except DocumentError as error:
        require_clear(str(error), str(_path()))
        return False
    merged = merge([document, document])
    for form in FORMATS:
        show(merged, form).encode()
    return True


def mutated(seed: int) -> str:
    """The valid document with one to three of its values replaced, deleted or doubled."""
    chance = random.Random(seed)
    document = json.loads(json.dumps(VALID))
    for _ in range(chance.choice((1, 1, 2, 3))):
        _change(document, chance)
    return json.dumps(document)


def _change(root: Any, chance: random.Random) -> None:
    holder = root
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = holder[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            holder = inner
            continue
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(inner)
            case 1:
                holder[str(chance.choice(_ODD))[:40]] = inner
            case _:
                holder[key] = chance.choice(_ODD)
        return


def _inputs() -> st.SearchStrategy[bytes]:
    valid = json.dumps(VALID).encode()
    tokens = (
        "[",
        "{",
        '{"a":',
        '"',
        "1",
        "-",
        "1e999",
        "9" * 5000,
        "NaN",
        "\\u",
        "null",
        ",",
        "\x00",
        '"\\ud800"',
        "\ufeff",
    )
    return st.one_of(
        st.binary(max_size=60),
        encoded(repeated(st.sampled_from(tokens), 200_000)),
        cut(st.just(valid)),
        st.integers(0, 2**62).map(lambda seed: mutated(seed).encode()),
        st.integers(0, 2**62).map(lambda seed: mutated(seed).encode()),
    )


DOCUMENTS = Target(
    "documents",
    read_document,
    _inputs,
    lambda: [json.dumps(VALID).encode()],
    share=12,
    words=tuple(f'"{key}"' for key in (*VALID, *_FINDING, *_SHOWN)),
)
