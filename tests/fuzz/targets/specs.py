"""Spec files: as bytes, as mutants of valid ones, and evaluated where they load."""

from __future__ import annotations

import re
import tempfile
import time
from functools import cache
from importlib import resources
from pathlib import Path

from hypothesis import strategies as st

from rankproof.conformance.checks.spec_check import verify
from rankproof.conformance.oracle import Undecided, answer
from rankproof.conformance.specification import FormulaError, SpecError, load
from rankproof.conformance.specification.describe import describe
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.probes import single
from tests.fuzz.hostile import SCALARS, cut, encoded, repeated, soup
from tests.fuzz.sound_formulas import sound_formula
from tests.fuzz.target import Target, Unclear, require_clear
from tests.fuzz.targets.formulas import formulas
from tests.fuzz.yaml_mutants import mutants

_LOSS = re.compile(rb"^loss: (\w{1,40})\s*$", re.MULTILINE | re.ASCII)
KEYS = tuple(
    f"\n{key}: " for key in ("rankproof", "loss", "axes", "inputs", "formula", "gradient", "kinks", "examples")
)

QUICK = 0.02  # seconds of processor time for one case: a check against itself evaluates some 60, three times as slowly

SMALL = """\
rankproof: 1
loss: small
title: Small
summary: The scores' hinge.
sources: [{title: none, url: "https://example.org"}]
axes: {items: items}
inputs:
  scores: {axes: [items], role: score, title: scores}
  relevance: {axes: [items], role: relevance, title: grades}
parameters:
  margin: {type: real, default: 1.0, title: the margin}
reduction: {unit: list, default: mean}
definitions:
  gap(i): margin - scores[i]
formula: sum(max(0, gap(i)) for i in items)
gradient:
  scores[i]: -1 if gap(i) > 0 else 0
kinks:
  - {id: at_the_margin, where: gap(i) == 0, convention: zero, why: the hinge}
properties: {}
nan: {scores: propagates, why: it spreads}
examples:
  - id: two
    source: by hand
    why: one below the margin
    inputs: {scores: [0.5, 2.0], relevance: [0, 1]}
    value: 0.5
    gradient: {scores: [-1, 0]}
edge_cases: []
invalid: []
conventions: {}
"""


@cache
def built_in() -> tuple[str, ...]:
    """The texts of the specs that come with rankproof."""
    files = sorted(f for f in resources.files("rankproof.spec").iterdir() if f.name.endswith(".yaml"))
    return tuple(file.read_text("utf-8") for file in files)


@cache
def _directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="rankproof-fuzz-"))


def _load(data: bytes) -> LossSpec | None:
    """The spec; None where it is refused as it should be."""
    named = _LOSS.search(data)
    path = _directory() / f"{named.group(1).decode() if named else 'small'}.yaml"
    path.write_bytes(data)
    try:
        return load(path)
    except SpecError as error:
        _check(error, str(path), len(data.splitlines()) + 1 + data.count(b"\x85") + data.count(b"\xe2\x80"))
        return None


def _check(error: SpecError, file: str, lines: int) -> None:
    require_clear(str(error), file)
    for problem in error.problems:
        require_clear(problem.message)
        if problem.location.file == file and not 1 <= problem.location.line <= lines:
            raise Unclear(f"line {problem.location.line} of {lines}: {problem.message[:200]}")


def read_spec(data: bytes) -> bool:
    """Load, and describe what loads."""
    spec = _load(data)
    if spec is not None:
        describe(spec)
    return spec is not None


def evaluate_spec(data: bytes) -> bool:
    """Load, evaluate on one case, and check what is quick against itself, as ``rankproof check`` does first.

    What loads counts as accepted.
    """
    spec = _load(data)
    if spec is None:
        return False
    began = time.process_time()
    try:
        answer(spec, single(spec, spec.defaults(), spec.reduction.default))
        if time.process_time() - began < QUICK:
            verify(spec)
    except (SpecError, FormulaError, Undecided) as error:
        require_clear(str(error))
    return True


def _bytes() -> st.SearchStrategy[bytes]:
    texts = tuple(text.encode() for text in (SMALL, *built_in()))
    return st.one_of(
        st.binary(max_size=200),
        encoded(soup((*SCALARS, *KEYS), ("", "\n", "\n  ", ": ", ", ", " ", "\r\n"))),
        encoded(repeated(st.sampled_from(SCALARS))),
        cut(st.just(texts[0])),
        encoded(st.text(max_size=100).map(lambda text: SMALL.replace("hinge", text))),
    )


def _mutants() -> st.SearchStrategy[bytes]:
    return mutants((*(SMALL,) * 8, *built_in()))


def with_formulas(head: str, body: str, formula: str) -> bytes:
    """The small spec with another definition, its body, and a formula."""
    text = SMALL.replace("gap(i): margin - scores[i]", f"gap(i): margin - scores[i]\n  {head}: {_quoted(body)}")
    return text.replace("formula: sum(max(0, gap(i)) for i in items)", f"formula: {_quoted(formula)}").encode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def _evaluated() -> st.SearchStrategy[bytes]:
    heads = st.sampled_from(("other(i)", "other(i, j)", "other", "gap(j)", "scores(i)", "other(i, i)"))
    drawn, seeds = formulas(), st.integers(0, 2**62)
    return st.one_of(
        st.builds(with_formulas, heads, drawn, drawn),
        *[
            st.builds(
                lambda one, other: with_formulas(
                    "other(i)", sound_formula(one, ("gap",), ("i",)), sound_formula(other, ("gap", "other"))
                ),
                seeds,
                seeds,
            )
        ]
        * 4,
        st.builds(
            lambda one: with_formulas(
                "other(i)", "gap(i)", f"sum(gap(i) for i in items) + {sound_formula(one, ('gap',))}"
            ),
            seeds,
        ),
    )


SPEC_BYTES = Target(
    "spec",
    read_spec,
    _bytes,
    lambda: [SMALL.encode()],
    share=25,
    words=tuple(word for word in SCALARS if len(word) < 60),
)
SPEC_MUTANTS = Target(
    "mutants",
    read_spec,
    _mutants,
    lambda: [text.encode() for text in built_in()],
    share=2,
    engines=("hypothesis",),
    variants=0,
)
SPEC_EVALUATED = Target(
    "evaluated",
    evaluate_spec,
    _evaluated,
    lambda: [SMALL.encode()],
    share=2,
    engines=("hypothesis",),
    seconds=30.0,  # what a clause may take, and so a check of the spec against itself
    variants=0,
)
