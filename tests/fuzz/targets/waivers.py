"""Waiver files."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from rankproof.conformance.verdict.waiver_file import WaiverError, load
from tests.fuzz.hostile import SCALARS, cut, encoded, repeated, soup
from tests.fuzz.target import Target, require_clear
from tests.fuzz.yaml_mutants import mutants

VALID = """\
- subject: cuda
  loss: warp
  clause: purity.*
  dtype: float16
  reason: not offered
  link: https://example.org/1
- {subject: torch, loss: margin_ranking, clause: value, reason: "so", link: "http://example.org"}
"""
KEYS = tuple(f"{key}: " for key in ("subject", "loss", "clause", "device", "dtype", "reason", "link", "- subject"))


@cache
def _path() -> Path:
    return Path(tempfile.mkdtemp(prefix="rankproof-fuzz-")) / "waivers.yaml"


def read_waivers(data: bytes) -> bool:
    """Load a file of waivers."""
    _path().write_bytes(data)
    try:
        load(_path())
    except WaiverError as error:
        require_clear(str(error), str(_path()))
        for problem in error.problems:
            require_clear(problem, str(_path()))
        return False
    return True


def _inputs() -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.binary(max_size=100),
        encoded(soup((*SCALARS, *KEYS), ("", "\n", "\n  ", "\n- ", ": "))),
        encoded(repeated(st.sampled_from(SCALARS))),
        cut(st.just(VALID.encode())),
        mutants((VALID,)),
    )


WAIVERS = Target(
    "waivers",
    read_waivers,
    _inputs,
    lambda: [VALID.encode(), b"[]"],
    share=14,
    words=(*KEYS, *(word for word in SCALARS if len(word) < 60)),
)
