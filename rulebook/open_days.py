"""The days on which a council's own offices are open: working days without those on which it closes by itself.

Only for what a council places itself, such as the sittings of a body. The law's clocks count working days.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from rulebook.pack import Pack
from rulebook.working_days import WorkingDays, england_and_wales


def open_days(pack: Pack) -> WorkingDays:
    """The working days of a council, its closures left out by their names. Built once for each set of closures."""
    return _without(tuple(sorted(pack.closures.items())))


@lru_cache(maxsize=32)
def _without(closures: tuple[tuple[date, str], ...]) -> WorkingDays:
    table = england_and_wales()
    # A bank holiday within a closure keeps its own name.
    closed = {day: name for day, name in closures if table.covers(day) and table.is_working(day)}
    return WorkingDays(extra={**table.extra, **closed}) if closed else table
