"""Formulas in which every name means something: they load, and what they cost shows when they are evaluated."""

from __future__ import annotations

import random

_UNARY = (
    "exp",
    "log",
    "log2",
    "log1p",
    "sqrt",
    "abs",
    "sign",
    "floor",
    "sigmoid",
    "softplus",
    "erf",
    "harmonic",
    "stop",
)
_FOLDS = ("sum", "prod", "max", "min", "logsumexp", "norm", "count", "any", "all")
_ODD = ("0", "1", "-1", "2**70", "1e300", "1e-300", "10**9", "7**300", "0.5", "1000", "2**-1074", "9**9**2")
_AXES = ("items", "range(3)", "range(len(items))", "range(2000)", "range(10**7)", "argsort([scores[q] for q in items])")


def sound_formula(seed: int, definitions: tuple[str, ...], variables: tuple[str, ...] = ()) -> str:
    """A number, in the names of the small spec, these definitions of one argument, and these index variables."""
    return _Writer(random.Random(seed), definitions).number(5, variables)


class _Writer:
    def __init__(self, chance: random.Random, definitions: tuple[str, ...]) -> None:
        self._chance = chance
        self._definitions = definitions
        self._fresh = 0

    def number(self, depth: int, scope: tuple[str, ...]) -> str:
        """An expression whose value is a number."""
        if depth <= 0 or self._chance.random() < 0.15:
            return self._leaf(scope)
        match self._chance.randrange(8):
            case 0 | 1:
                sign = self._chance.choice((" + ", " - ", " * ", " / ", " // ", " % ", "**"))
                return f"({self.number(depth - 1, scope)}{sign}{self.number(depth - 1, scope)})"
            case 2:
                return f"{self._chance.choice(_UNARY)}({self.number(depth - 1, scope)})"
            case 3:
                test = self.condition(depth - 2, scope)
                return f"({self.number(depth - 1, scope)} if {test} else {self.number(depth - 1, scope)})"
            case 4:
                inner, loop = self._loop(depth, scope)
                return f"first(({self.number(depth - 2, inner)}{loop}), default={self._leaf(scope)})"
            case 5:
                inner, loop = self._loop(depth, scope)
                return (
                    f"sorted([{self.number(depth - 2, inner)}{loop}])[{self._chance.choice(('0', '-1', '1:', *scope))}]"
                )
            case _:
                inner, loop = self._loop(depth, scope)
                fold = self._chance.choice(_FOLDS)
                body = (
                    self.condition(depth - 1, inner)
                    if fold in ("count", "any", "all")
                    else self.number(depth - 1, inner)
                )
                text = f"{fold}({body}{loop})"
                return f"(1 if {text} else 0)" if fold in ("any", "all") else text

    def condition(self, depth: int, scope: tuple[str, ...]) -> str:
        """An expression that is true or false."""
        if depth > 0 and self._chance.random() < 0.4:
            word = self._chance.choice((" and ", " or "))
            return f"({self.condition(depth - 1, scope)}{word}not {self.condition(depth - 1, scope)})"
        sign = self._chance.choice((" == ", " < ", " >= ", " != "))
        return f"{self.number(depth - 1, scope)}{sign}{self.number(depth - 1, scope)}"

    def _loop(self, depth: int, scope: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """One or two loops with a condition, and the scope inside."""
        text = ""
        for _ in range(self._chance.choice((1, 1, 2))):
            self._fresh += 1
            name = f"v{self._fresh}"
            axis = (
                self._chance.choice((*_AXES[:3], *_AXES))
                if self._chance.random() < 0.9
                else f"range({self._leaf(scope)})"
            )
            text += f" for {name} in {axis}"
            scope = (*scope, name)
        if self._chance.random() < 0.3:
            text += f" if {self.condition(depth - 3, scope)}"
        return scope, text

    def _leaf(self, scope: tuple[str, ...]) -> str:
        if scope and self._chance.random() < 0.7:
            name = self._chance.choice(scope)
            return self._chance.choice(
                (f"scores[{name}]", f"relevance[{name}]", f"gap({name})", name, f"other({name})")
            )
        return self._chance.choice(
            (*_ODD, "margin", "len(items)", "scores[0]", "scores[99]", "len(permutations(items))")
        )
