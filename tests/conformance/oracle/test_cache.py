"""A cache makes each thing once, and lets go of what was not asked for longest."""

from __future__ import annotations

from rankproof.conformance.oracle.cache import Cache


def test_what_was_made_is_not_made_again():
    cache, made = Cache(2), []

    for key in ("a", "a", "b", "a"):
        assert cache.get(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    assert made == ["a", "b"]
    assert (cache.hits, cache.misses) == (2, 2)


def test_the_entry_that_was_used_least_recently_goes():
    cache, made = Cache(2), []

    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key, lambda key=key: made.append(key))
    assert made == ["a", "b", "c", "b"]
