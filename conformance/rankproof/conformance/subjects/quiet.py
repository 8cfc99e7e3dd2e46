"""Running foreign code without its output, its warnings or its changes to the random state reaching the harness."""

from __future__ import annotations

import contextlib
import io
import logging
import random
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np


class _Nowhere(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return memoryview(data).nbytes


def _unheard(logger: logging.Logger, record: logging.LogRecord) -> None:
    """In the place of the method that passes a record on to the handlers."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow what is logged or printed through ``sys.stdout`` and ``sys.stderr``; let no warning become an error.

    The streams are not closed afterwards: a logging handler that the code made may hold on to them.
    """
    stream = io.TextIOWrapper(io.BufferedWriter(_Nowhere()), encoding="utf-8", errors="replace")
    handle = logging.Logger.handle
    # logging.disable would do the same, but empties the caches of all loggers, which torch has hundreds of.
    setattr(logging.Logger, "handle", _unheard)  # noqa: B010 (mypy refuses the assignment to a method)
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        setattr(logging.Logger, "handle", handle)  # noqa: B010


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's and numpy's global generators; both, and numpy's error handling, are put back afterwards."""
    python_state, numpy_state = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
