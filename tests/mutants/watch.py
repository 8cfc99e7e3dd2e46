"""Watching what a mutant detaches: if it never required a gradient, the mutant changed nothing.

``detach`` gives the same numbers without their graph: of a tensor that requires no gradient, what it was given. Whether
a tensor requires one follows from the operations that made it, and not from its numbers. Labels and masks, and what is
made of these alone, never do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch


class Watcher:
    """Looks at everything that it is given, and gives it back."""

    def __init__(self) -> None:
        self.saw_a_graph = False  # something required a gradient
        self.saw_none = False  # something did not, in a call that is differentiated

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, torch.Tensor) or value.requires_grad:
            self.saw_a_graph = True
        elif not self.saw_none:
            self.saw_none = any(
                isinstance(local, torch.Tensor) and local.requires_grad for local in _locals(sys._getframe(1))
            )
        return value


def _locals(frame: FrameType | None) -> Iterator[Any]:
    """The local variables of a call, and of those that it is part of: the scores are among them."""
    while frame is not None:
        yield from frame.f_locals.values()
        frame = frame.f_back
