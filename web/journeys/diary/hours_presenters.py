"""Somebody's time as they read it: hours of work, and when they are away with the meetings that fall into it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from permanence.scheduler.v1 import peoples_time_service_pb2 as pb

from web.desk import key_of
from web.journeys.diary.hours_forms import WEEKDAYS
from web.words import civil, clock_of, clock_time, london, long_date, time_span

_KINDS = {
    pb.ABSENCE_KIND_LEAVE: "Leave",
    pb.ABSENCE_KIND_SICKNESS: "Sickness",
    pb.ABSENCE_KIND_TRAINING: "Training",
}


@dataclass(frozen=True)
class Hours:
    """A working pattern: between which days, and the hours of each weekday that has some. `at`: its place."""

    at: int
    when: str
    days: tuple[tuple[str, str], ...]
    over: bool


@dataclass(frozen=True)
class Missed:
    """A meeting that falls into an absence."""

    key: str
    text: str


@dataclass(frozen=True)
class AwayRow:
    """An absence. `move`: where its meetings are moved in one go."""

    key: str
    kind: str
    when: str
    from_a_file: bool
    missed: tuple[Missed, ...]
    move: str


def hours_rows(patterns: Iterable[pb.WorkingPattern], today: date) -> list[Hours]:
    """In order."""
    return [_hours(at, one, today) for at, one in enumerate(patterns)]


def away_rows(absences: Iterable[pb.Absence], today: date) -> list[AwayRow]:
    """By start."""
    return [
        AwayRow(
            key=key_of(one.name),
            kind=_KINDS.get(one.kind, "Away"),
            when=away_words(one),
            from_a_file=not one.recorded_by,
            missed=tuple(_missed(meeting) for meeting in one.meetings),
            move="/bulk-moves/new?" + urlencode(_move(one, today)),
        )
        for one in absences
    ]


def away_words(one: pb.Absence) -> str:
    """`Monday 4 May 2026`, `Monday 4 May 2026, from 1pm`, `Monday 4 May 2026 to Friday 8 May 2026, until midday`."""
    first, last = civil(one.from_date), civil(one.until_date)
    days = long_date(first) if first == last else f"{long_date(first)} to {long_date(last)}"
    begin, end = (_clock_words(text) for text in (one.local_from, one.local_until))
    parts = [f"from {begin}" if begin else "", f"until {end}" if end else ""]
    return ", ".join(filter(None, [days, " ".join(filter(None, parts))]))


def typed_hours(patterns: Iterable[pb.WorkingPattern], today: date) -> list[tuple[str, str]]:
    """What the form of new hours begins with: those of today, the first stretch of each weekday."""
    found = [("", "")] * len(WEEKDAYS)
    now = next((one for one in patterns if _speaks_of(one, today)), None)
    for one in reversed(now.hours if now else ()):
        found[one.weekday - 1] = _clock_words(one.local_from), _clock_words(one.local_until)
    return found


def _hours(at: int, one: pb.WorkingPattern, today: date) -> Hours:
    first, last = civil(one.from_date), civil(one.until_date)
    ends = [f"from {long_date(first)}" if first else "", f"until {long_date(last)}" if last else ""]
    term = "in term time only" if one.term_time_only else ""
    words = ", ".join(filter(None, [" ".join(filter(None, ends)), term])) or "always"
    days: dict[str, list[str]] = {}
    for stretch in one.hours:
        span = f"{_clock_words(stretch.local_from)} to {_clock_words(stretch.local_until)}"
        days.setdefault(WEEKDAYS[stretch.weekday - 1], []).append(span)
    rows = tuple((day, ", ".join(spans)) for day, spans in days.items())
    return Hours(at, words[:1].upper() + words[1:], rows, bool(last and last < today))


def _speaks_of(one: pb.WorkingPattern, day: date) -> bool:
    first, last = civil(one.from_date), civil(one.until_date)
    return (first is None or first <= day) and (last is None or day <= last)


def _clock_words(text: str) -> str:
    if text == "24:00":
        return "midnight"
    found = clock_of(text)
    return clock_time(datetime.combine(date.min, time(found.hour, found.minute))) if found else ""


def _missed(one: pb.MissedMeeting) -> Missed:
    start, end = london(one.start_time), london(one.end_time)
    part = ", chairs" if one.chair else ""
    text = f"{long_date(start.date())}, {time_span(start, end)}: {one.title}, {one.reference}{part}"
    return Missed(key_of(one.meeting), text)


def _move(one: pb.Absence, today: date) -> dict[str, str]:
    first, last = civil(one.from_date), civil(one.until_date)
    return {
        "whose": f"people/{key_of(one.person)}",
        "first": str(max(first or today, today)),
        "last": str(last or ""),
        "cause": "absence",
    }
