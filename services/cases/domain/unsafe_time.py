"""When nobody may write to a person: somebody else might see it come."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_DAY: Final = 24 * 60
_PART: Final = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?(?:\s+(?P<start>\S+?)-(?P<end>\S+))?")
_CLOCK: Final = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)")


@dataclass(frozen=True, order=True)
class UnsafeTime:
    """Part of one day of every week, London time. `weekday`: 1 for Monday to 7; `start` and `end`: minutes of that day,
    0 to 1440, the end not in it.
    """

    weekday: int
    start: int
    end: int


def read_unsafe_times(text: str) -> tuple[UnsafeTime, ...]:
    """`mon-fri 17:00-08:00; sat; sun`, in order. What ends before it begins goes on into the next day.

    ValueError for anything else, and for what begins when it ends.
    """
    found: set[UnsafeTime] = set()
    for part in filter(None, (piece.strip().casefold() for piece in text.split(";"))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(text)
        start, end = (_minutes(match["start"]), _minutes(match["end"])) if match["start"] else (0, _WHOLE_DAY)
        for day in _days(match["first"], match["last"] or match["first"]):
            found.update(_of(day, start, end))
    return tuple(sorted(found))


def is_whole_week(times: Iterable[UnsafeTime]) -> bool:
    """Whether no minute is left in which somebody may write."""
    return all(_covers(sorted(one for one in times if one.weekday == day)) for day in range(1, 8))


def _covers(times: list[UnsafeTime]) -> bool:
    reached = 0
    for one in times:
        if one.start > reached:
            return False
        reached = max(reached, one.end)
    return reached == _WHOLE_DAY


def _of(day: int, start: int, end: int) -> list[UnsafeTime]:
    if start in (end, _WHOLE_DAY):
        raise ValueError((start, end))
    if start < end:
        return [UnsafeTime(day, start, end)]
    after = [UnsafeTime(day % 7 + 1, 0, end)] if end else []
    return [UnsafeTime(day, start, _WHOLE_DAY), *after]


def _days(first: str, last: str) -> list[int]:
    begin, end = _DAYS.index(first), _DAYS.index(last)
    return [(begin + step) % 7 + 1 for step in range((end - begin) % 7 + 1)]


def _minutes(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    minutes = int(match["hours"]) * 60 + int(match["minutes"]) if match else _WHOLE_DAY + 1
    if minutes > _WHOLE_DAY:
        raise ValueError(text)
    return minutes
