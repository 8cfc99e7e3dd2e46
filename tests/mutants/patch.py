"""Putting a mutated source in the place of its module, for all that import it from then on."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Incompetent(Exception):
    """A mutant that is no module: it does not compile, or importing it raises."""


class _Source(InspectLoader, MetaPathFinder):
    """Finds and loads one module from a text."""

    def __init__(self, module: str, source: str) -> None:
        self.module, self.source = module, source

    def get_source(self, fullname: str) -> str:
        return self.source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.module else None


def put_in_place(module: str, family: str, source: str) -> None:
    """Import ``source`` as ``module``, and every module of the package ``family`` anew when it is next imported.

    There is no way back: this is for a process that ends with the mutant.

    Raises:
        Incompetent: it cannot be imported.
    """
    for known in list(sys.modules):
        if known == module or known.startswith(f"{family}."):
            del sys.modules[known]
    sys.meta_path.insert(0, _Source(module, source))
    try:
        importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise Incompetent(f"{type(error).__name__}: {error}") from None
