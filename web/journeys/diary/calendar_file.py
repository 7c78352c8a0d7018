"""What a calendar program reads of somebody's feed (RFC 5545): when, and a subject that tells nothing of anybody.

No names, no place, no link: the address may lie in a calendar of a telephone that others look at.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar, Event
from permanence.scheduler.v1.diary_service_pb2 import DIARY_ENTRY_KIND_AWAY, DiaryEntry

from servicekit.london_zone import LONDON, is_plain_in_london, london
from web.desk import key_of

_MAKER = "-//Permanence//Diary//EN"
_AGAIN = timedelta(hours=1)


def calendar_file(entries: Iterable[DiaryEntry], now: datetime) -> bytes:
    """The calendar. Times are London's wall time with its VTIMEZONE; in UTC in the hour that is there twice."""
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Permanence meetings")
    calendar.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(london())
    for entry in entries:
        calendar.add_component(_event(entry, now))
    return bytes(calendar.to_ical())


def _event(entry: DiaryEntry, now: datetime) -> Event:
    return _away(entry, now) if entry.kind == DIARY_ENTRY_KIND_AWAY else _meeting(entry, now)


def _away(entry: DiaryEntry, now: datetime) -> Event:
    """Whole days as such; of what kind it is stands nowhere."""
    start, end = (one.ToDatetime(UTC).astimezone(LONDON) for one in (entry.start_time, entry.end_time))
    whole = start.time() == end.time() == time()
    event = Event()
    event.add("uid", f"away-{start:%Y%m%dT%H%M}-{end:%Y%m%dT%H%M}@diary.permanence")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start.date() if whole else start)
    event.add("dtend", end.date() if whole else end)
    event.add("summary", "Away")
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _meeting(entry: DiaryEntry, now: datetime) -> Event:
    meeting = entry.meeting
    start, end = (one.ToDatetime(UTC) for one in (entry.start_time, entry.end_time))
    zone = LONDON if is_plain_in_london(start) and is_plain_in_london(end) else UTC
    part = f"-{meeting.session}" if meeting.session else ""
    event = Event()
    # Not the invitation's own: a program that holds both must not take one for a change of the other.
    event.add("uid", f"{key_of(meeting.meeting)}{part}@diary.permanence")
    event.add("sequence", meeting.revision)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(zone))
    event.add("dtend", end.astimezone(zone))
    event.add("summary", f"{meeting.title} {meeting.reference}" + (f", part {meeting.session}" if part else ""))
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event
