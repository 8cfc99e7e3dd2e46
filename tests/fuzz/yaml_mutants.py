"""A valid YAML file with one to three of its nodes replaced, deleted, doubled, exchanged or changed in type."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from hypothesis import strategies as st

from tests.fuzz.hostile import FORMULAS, SCALARS

RETYPED = (
    "[{0}]",
    "{{a: {0}}}",
    "'{0}'",
    "- {0}",
    "{0}: {0}",
    "!!str {0}",
    "&a {0}",
    "[{0}, {0}, {0}]",
    "-{0}",
    "{0}e5",
)


@dataclass(frozen=True)
class Span:
    """Where a node stands in the text; an entry is a key with its value, or an element of a list."""

    start: int
    end: int
    entry: bool = False


@functools.lru_cache(maxsize=16)
def spans(text: str) -> tuple[Span, ...]:
    """Every node and entry of a YAML text."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    return () if root is None else tuple(dict.fromkeys(_spans(root)))


def _spans(node: yaml.Node) -> Iterator[Span]:
    yield _span(node)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield _span(key)
            yield Span(key.start_mark.index, value.end_mark.index, entry=True)
            yield from _spans(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _spans(each)


def _span(node: yaml.Node) -> Span:
    return Span(node.start_mark.index, node.end_mark.index)


def mutated(text: str, seed: int) -> str:
    """The text with one to three of its nodes changed; the same seed changes the same."""
    chance = random.Random(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        try:
            places = spans(text)
        except (yaml.YAMLError, ValueError, RecursionError):
            return text
        if not places:
            return text
        span = chance.choice(places)
        text = text[: span.start] + _replacement(text, span, places, chance) + text[span.end :]
    return text


def _replacement(text: str, span: Span, places: tuple[Span, ...], chance: random.Random) -> str:
    own = text[span.start : span.end]
    match chance.randrange(6):
        case 0:
            return ""
        case 1:
            return chance.choice(SCALARS)
        case 2:
            formula = chance.choice(FORMULAS)
            return formula if chance.random() < 0.3 else f'"{formula}"'
        case 3:
            other = chance.choice(places)
            return text[other.start : other.end]
        case 4:
            column = span.start - (text.rfind("\n", 0, span.start) + 1)
            return f"{own.rstrip()}\n{' ' * column}{own}" if span.entry else own + own
        case _:
            return chance.choice(RETYPED).format(own.strip())


def mutants(texts: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Mutants of the texts."""
    return st.builds(
        lambda text, seed: mutated(text, seed).encode("utf-8", "replace"),
        st.sampled_from(texts),
        st.integers(0, 2**62),
    )
