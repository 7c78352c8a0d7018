"""Graph's `getSchedule`: what an answer says of each mailbox (Microsoft Graph v1.0, scheduleInformation).

Subjects and places may stand in an answer and are not read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.notifications.adapters.graph_error import reason_of
from services.notifications.adapters.graph_time import read, written
from services.notifications.domain.free_busy import Busy, FreeBusy, in_order

MOST_ADDRESSES = 20
"""As documented for one call; the service has been seen to allow more."""
LONGEST = timedelta(days=61)
"""A call's period must be under 62 days."""
STEP = timedelta(minutes=30)
_UTC = "UTC"
_FREE = frozenset({"free", "workingElsewhere"})
_FREE_DIGITS = frozenset("04")


def question(addresses: Sequence[str], period: Busy) -> dict[str, object]:
    """The body of one call."""
    return {
        "schedules": list(addresses),
        "startTime": written(period[0], _UTC),
        "endTime": written(period[1], _UTC),
        "availabilityViewInterval": STEP // timedelta(minutes=1),
    }


def of_entry(entry: Mapping[str, object], start: datetime) -> FreeBusy:
    """What one entry says; an error in it, or one that cannot be understood, is not free."""
    error = entry.get("error")
    if error is not None:
        code = error.get("responseCode") if isinstance(error, Mapping) else None
        return FreeBusy(reason=reason_of(code, "CANNOT_BE_READ"))
    items, view = entry.get("scheduleItems"), entry.get("availabilityView")
    if not isinstance(items, list) or not isinstance(view, str):
        return FreeBusy(reason="UNREADABLE_ANSWER")
    try:
        busy = [(read(one["start"]), read(one["end"])) for one in items if one.get("status") not in _FREE]
    except (ValueError, KeyError, AttributeError, TypeError):
        return FreeBusy(reason="UNREADABLE_ANSWER")
    return FreeBusy(in_order([*busy, *_told_by_view_alone(view, start, busy)]))


def _told_by_view_alone(view: str, start: datetime, busy: Sequence[Busy]) -> list[Busy]:
    """Half-hours that the short form calls taken and no item explains: items may be left out where there are many."""
    spells = (
        (start + STEP * place, start + STEP * (place + 1)) for place, one in enumerate(view) if one not in _FREE_DIGITS
    )
    return [(first, last) for first, last in spells if not any(a < last and first < b for a, b in busy)]
