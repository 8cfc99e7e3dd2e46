"""Putting a mutated source in the place of its module, for all that import it from then on."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType
from typing import Any


class Incompetent(Exception):
    """A mutant that is no module: it does not compile, or importing it raises."""


class _Source(InspectLoader, MetaPathFinder):
    """Finds and loads one module from a text, which may use some names that it does not bind."""

    def __init__(self, module: str, source: str, names: Mapping[str, Any]) -> None:
        self.module, self.source, self.names = module, source, names

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(self.names)
        super().exec_module(module)

    def get_source(self, fullname: str) -> str:
        return self.source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.module else None


def put_in_place(module: str, package: str, source: str, names: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Import ``source`` as ``module``, and every module of the package ``package`` anew when it is next imported.

    There is no way back, but to put another source in its place: this is for a process that ends with the mutant.

    Args:
        names: what the source may use without binding it.

    Raises:
        Incompetent: it cannot be imported.
    """
    for known in list(sys.modules):
        if known == module or known.startswith(f"{package}."):
            del sys.modules[known]
    sys.meta_path.insert(0, _Source(module, source, names))
    try:
        importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise Incompetent(f"{type(error).__name__}: {error}") from None
