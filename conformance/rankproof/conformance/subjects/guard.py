"""A call that leaves nothing behind: what it changes of the state that all code shares is noted, and put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rankproof.conformance.subjects.global_state import Change, Watched, generator_digests, settings, watched
from rankproof.conformance.subjects.replaced import functions


@contextlib.contextmanager
def guarded(*, torch: bool, every: bool, contained: bool) -> Iterator[Watched]:
    """Note and put back what the body changes.

    ``every``: also look at what takes long to read, among it the functions that the body replaces and the states
    of the generators. ``contained``: the process serves this subject alone, so that functions are put back always.
    """
    if every:
        functions().refresh()
    elif contained:
        functions()  # remembers them before the first call
    with watched(settings(torch, every)) as told:
        if every or contained:
            told.put_back = lambda: _put_back(told)
        yield told
        told.put_back()
        if every:
            told.generators = generator_digests(torch)


def _put_back(told: Watched) -> None:
    names = functions().replaced()
    functions().put_back(names)
    known = {change.name for change in told.changes}
    told.changes += [Change(name, name, "replaced") for name in names if name not in known]
