"""The one source of chance: the same key gives the same throws on every machine."""

from __future__ import annotations

from random import Random


def dice(key: str) -> Random:
    """Throws that follow from `key` alone (seed, council and purpose), so that no part disturbs another's."""
    return Random(key)  # noqa: S311 - made-up data has to be repeatable, not secret
