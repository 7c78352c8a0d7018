"""Dates, times and the field's words as people read and write them. Wall time is London's, whatever a machine says."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

LONDON = ZoneInfo("Europe/London")
_HOURS_AS_DAYS = 96
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE)
_PLANS = {"long_term_fostering": "Long-term fostering", "other": "Another plan", "": "Plan not named"}


def civil(when: Date) -> date | None:
    """A date of the wire; None where there is none."""
    return date(when.year, when.month, when.day) if when.year else None


def wire_date(when: date | None) -> Date | None:
    """A date for the wire."""
    return Date(year=when.year, month=when.month, day=when.day) if when else None


def london(instant: Timestamp) -> datetime:
    """An instant as wall time in England."""
    return instant.ToDatetime(tzinfo=UTC).astimezone(LONDON)


def timestamp(instant: datetime) -> Timestamp:
    """An aware instant for the wire."""
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def long_date(when: date | None) -> str:
    """`Monday 16 March 2026`; `no date` where there is none."""
    return f"{when:%A} {when.day} {when:%B %Y}" if when else "no date"


def short_date(when: date | None) -> str:
    """`16 Mar 2026`; `no date` where there is none."""
    return f"{when.day} {when:%b %Y}" if when else "no date"


def clock_time(when: datetime) -> str:
    """`9:30am`, `midday`, as GOV.UK writes times."""
    if (when.hour, when.minute) == (12, 0):
        return "midday"
    hour = when.hour % 12 or 12
    minutes = f":{when.minute:02d}" if when.minute else ""
    return f"{hour}{minutes}{'am' if when.hour < 12 else 'pm'}"


def clock_of(text: str) -> time | None:
    """`15:30`, `3.30pm`, `3pm`, `midday`; None for what is no time."""
    if text.strip().lower() in ("midday", "noon"):
        return time(12)
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if (half and not 1 <= hour <= 12) or (not half and found["minute"] is None):
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def time_span(start: datetime, end: datetime) -> str:
    """`9:30am to 11am`."""
    return f"{clock_time(start)} to {clock_time(end)}"


def moment(when: datetime) -> str:
    """`Monday 16 March 2026, 9:30am`."""
    return f"{long_date(when.date())}, {clock_time(when)}"


def role_words(role: str) -> str:
    """`reviewing-officer` as `Reviewing officer`."""
    words = role.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def plan_words(plan: str) -> str:
    """A permanence plan: `special_guardianship` as `Special guardianship`."""
    return _PLANS.get(plan) or role_words(plan)


def days_left_words(working_days: int) -> str:
    """What a number of working days left means."""
    if working_days < 0:
        return f"{_days(-working_days)} late"
    return "due today" if working_days == 0 else f"{_days(working_days)} left"


def time_left_words(due: datetime, now: datetime) -> str:
    """How long until an instant, for clocks that count hours: `5 hours left`, `late by 3 hours`."""
    minutes = int(abs(due - now).total_seconds()) // 60
    hours = minutes // 60
    if hours >= _HOURS_AS_DAYS:
        length = count_words(hours // 24, "day")
    else:
        length = count_words(hours, "hour") if hours else count_words(max(1, minutes), "minute")
    return f"late by {length}" if due < now else f"{length} left"


def in_order(text: str) -> tuple[tuple[int, str], ...]:
    """What names are sorted by, as people count: `Room 2` before `Room 10`, whatever the case of letters."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def count_words(count: int, one: str, many: str = "") -> str:
    """`1 person`, `3 people`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def hours_words(minutes: int) -> str:
    """`7h 30m`, `45m`, `0h`: for cells and lists of lengths of time."""
    hours, left = divmod(minutes, 60)
    return f"{hours}h" + (f" {left}m" if left else "") if hours or not left else f"{left}m"


def _days(count: int) -> str:
    return count_words(count, "working day")
