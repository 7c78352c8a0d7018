"""When nothing may be sent to a person, because somebody else might see it come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.notifications.domain.quiet_hours import LONDON

_HELD = "It is no safe time to write to this person: it goes by itself from {when}. If that is too late, tell them."


@dataclass(frozen=True)
class UnsafeTime:
    """Part of one day of every week, London time. `weekday`: 1 for Monday to 7; `start` and `end`: minutes of that day,
    0 to 1440, the end not in it.
    """

    weekday: int
    start: int
    end: int


def next_safe(now: datetime, times: Sequence[UnsafeTime]) -> datetime | None:
    """`now` where something may be sent, else the next time at which it may; None where no time of the week is safe.

    Clock times as a person reads them: a change of the clocks moves nothing but the instant.
    """
    here, at = now.astimezone(LONDON), now
    for _ in range(len(times) + 1):
        minute = here.hour * 60 + here.minute
        found = [one.end for one in times if one.weekday == here.isoweekday() and one.start <= minute < one.end]
        if not found:
            return at
        midnight = datetime.combine(here.date(), time(), LONDON)
        end = max(found)
        if end == 24 * 60:
            here = datetime.combine(midnight.date() + timedelta(days=1), time(), LONDON)
        else:
            here = midnight.replace(hour=end // 60, minute=end % 60)
        at = here
    return None


def held_words(until: datetime) -> str:
    """What business support reads of something that waits for a safe time."""
    at = until.astimezone(LONDON)
    return _HELD.format(when=f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}")
