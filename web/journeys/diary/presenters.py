"""Days as their owner reads them: what stands when, and what is between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from permanence.scheduler.v1 import diary_service_pb2 as pb
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Room

from web.desk import key_of
from web.words import civil, hours_words, london, moment, role_words, time_span

_WORDS = {
    pb.DIARY_ENTRY_KIND_WRITE_UP: "Writing up",
    pb.DIARY_ENTRY_KIND_ELSEWHERE: "Leave or another appointment",
    pb.DIARY_ENTRY_KIND_AWAY: "Away",
    pb.DIARY_ENTRY_KIND_GAP: "Free",
    pb.DIARY_ENTRY_KIND_NOT_KNOWN: "Not known: nobody has read the diary so far ahead",
}
_KINDS = {
    pb.DIARY_ENTRY_KIND_MEETING: "meeting",
    pb.DIARY_ENTRY_KIND_WRITE_UP: "write-up",
    pb.DIARY_ENTRY_KIND_ELSEWHERE: "elsewhere",
    pb.DIARY_ENTRY_KIND_AWAY: "away",
    pb.DIARY_ENTRY_KIND_GAP: "gap",
}


@dataclass(frozen=True)
class Entry:
    """A stretch of a day. `key` is a meeting's, empty where it cannot be opened."""

    when: str
    length: str
    what: str
    key: str
    details: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Day:
    """One day; `hours` says when they work, or why not."""

    day: date
    hours: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class FeedRow:
    """A private address in use."""

    key: str
    made: str
    read: str
    until: str


def days_of(diary: pb.Diary, rooms: Mapping[str, Room] | None) -> list[Day]:
    """In order."""
    return [_day(one, rooms, hours_known=diary.hours_known) for one in diary.days]


def feed_rows(feeds: Iterable[pb.DiaryFeed]) -> list[FeedRow]:
    """The newest first."""
    return [
        FeedRow(
            key_of(one.name),
            moment(london(one.create_time)),
            moment(london(one.last_read_time)) if one.HasField("last_read_time") else "Never",
            moment(london(one.expire_time)),
        )
        for one in feeds
    ]


def _day(day: pb.DiaryDay, rooms: Mapping[str, Room] | None, *, hours_known: bool) -> Day:
    when = civil(day.date)
    assert when is not None
    spans = [time_span(london(one.start_time), london(one.end_time)) for one in day.hours]
    if day.closed:
        hours = f"No working day: {day.closed}"
    elif not hours_known or day.hours_unknown:
        hours = "Working hours not known"
    else:
        hours = f"Works {', '.join(spans)}" if spans else "Does not work on this day"
    return Day(when, hours, tuple(_entry(one, rooms) for one in day.entries))


def _entry(one: pb.DiaryEntry, rooms: Mapping[str, Room] | None) -> Entry:
    start, end = london(one.start_time), london(one.end_time)
    known, meeting = one.HasField("meeting"), one.meeting
    return Entry(
        when=time_span(start, end),
        length=hours_words(int((end - start).total_seconds()) // 60),
        what=f"{meeting.title}, {meeting.reference}" if known else _WORDS.get(one.kind, "A meeting"),
        key=key_of(meeting.meeting) if known else "",
        details=_details(meeting, rooms) if known else (),
        kind=_KINDS.get(one.kind, "unknown"),
    )


def _details(meeting: pb.DiaryMeeting, rooms: Mapping[str, Room] | None) -> tuple[str, ...]:
    found = ["Chairs" if meeting.chair else role_words(meeting.role)]
    if meeting.session:
        found.append(f"Part {meeting.session}")
    if meeting.room:
        found.append(rooms[meeting.room].display_name if rooms and meeting.room in rooms else "Room not known just now")
    if meeting.state == meeting_pb2.MEETING_STATE_HELD:
        found.append("Held")
    return tuple(found)
