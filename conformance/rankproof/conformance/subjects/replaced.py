"""Functions of frameworks and of the harness that the subject has put others in the place of, and putting them back."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

MODULES = ("builtins", "math", "random", "numpy", "numpy.linalg", "numpy.random", "torch", "torch.nn.functional")
CLASSES = (("torch", "Tensor"), ("torch.nn", "Module"), ("torch.autograd", "Function"))
MORE = ("torch.autograd", "torch.linalg", "torch.special")
OWN = "rankproof.conformance"
_FRAMEWORKS = ("torch", "numpy", "triton", "functorch")


@dataclass
class _Kept:
    """The functions of one module or class."""

    owner: Any
    keys: tuple[str, ...]
    values: tuple[Any, ...]
    own_keys: frozenset[str]  # all names that a class defines itself, and does not inherit

    def now(self) -> tuple[Any, ...]:
        current = vars(self.owner)
        try:
            return self._pick(current)
        except KeyError:
            return tuple(current.get(key) for key in self.keys)

    def _pick(self, current: Mapping[str, Any]) -> tuple[Any, ...]:
        return itemgetter(*self.keys)(current) if len(self.keys) > 1 else tuple(current[key] for key in self.keys)


class Functions:
    """The functions and classes of everything that is watched, as they were when it was made."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take everything to be right as it is now, with what has been imported since."""
        for name, owner in _owners():
            kept = self._kept.get(name)
            if kept is None or kept.owner is not owner or len(vars(owner)) != len(kept.own_keys):
                functions = {key: value for key, value in vars(owner).items() if callable(value)}
                self._kept[name] = _Kept(owner, tuple(functions), tuple(functions.values()), frozenset(vars(owner)))
            else:
                kept.values = kept.now()

    def replaced(self) -> list[str]:
        """Names such as ``torch.sum`` that mean something else now, by code that is not the framework's own."""
        found = []
        for name, kept in self._kept.items():
            now = kept.now()
            if now != kept.values:  # tuples compare identities first
                pairs = zip(kept.keys, kept.values, now, strict=True)
                found += [f"{name}.{key}" for key, value, new in pairs if new is not value and _is_foreign(new)]
            if isinstance(kept.owner, type) and len(vars(kept.owner)) != len(kept.own_keys):
                found += [
                    f"{name}.{key}" for key in vars(kept.owner) if key not in kept.own_keys and _shadows(kept, key)
                ]
        return found

    def put_back(self, names: Sequence[str]) -> None:
        """Give these names their meaning back."""
        for name in names:
            place, _, key = name.rpartition(".")
            kept = self._kept[place]
            if key in kept.keys:
                setattr(kept.owner, key, kept.values[kept.keys.index(key)])
            else:
                delattr(kept.owner, key)


@cache
def functions() -> Functions:
    """Those of this process, remembered at the first call."""
    return Functions()


def _shadows(kept: _Kept, key: str) -> bool:
    """Whether a name new in a class hides an inherited function."""
    inherited = any(key in vars(base) for base in kept.owner.__mro__[1:])
    return inherited and callable(vars(kept.owner)[key]) and _is_foreign(vars(kept.owner)[key])


def _owners() -> Iterator[tuple[str, Any]]:
    modules: Mapping[str, Any] = dict(sys.modules)
    for name in (*MODULES, *MORE):
        if name in modules:
            yield name, modules[name]
    for place, name in CLASSES:
        if hasattr(modules.get(place), name):
            yield f"{place}.{name}", getattr(modules[place], name)
    for name, module in modules.items():
        if name.startswith(OWN) and module is not None:
            yield name, module


def _is_foreign(value: Any) -> bool:
    """Whether a function is neither gone for good reason nor of a framework, which may wrap its own when it loads."""
    code = getattr(value, "__code__", None)
    if code is not None:
        parts = code.co_filename.replace("\\", "/").split("/")
        return not any(framework in parts for framework in _FRAMEWORKS)
    module = getattr(value, "__module__", None) or ""
    return module.split(".")[0] not in _FRAMEWORKS
