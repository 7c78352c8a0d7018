"""Somebody's days as they read them: meetings, the time kept after them, what else stands there, and the gaps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from rulebook.working_days import WorkingDays
from services.scheduler.domain.capacity_week import Taken
from services.scheduler.domain.diary import hours_known_on, stretches_on, wall_spans
from services.scheduler.domain.grains import Span, span
from services.scheduler.domain.meeting import MeetingState


class EntryKind(StrEnum):
    """What a stretch of a day is."""

    MEETING = "meeting"
    WRITE_UP = "write_up"
    ELSEWHERE = "elsewhere"
    AWAY = "away"
    GAP = "gap"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class DiaryMeeting:
    """A meeting, or one part of it, as it stands in one person's diary. `kept_until`: with the time kept after it.

    `session` is 0 where the meeting has one part only.
    """

    id: UUID
    title: str
    reference: str
    start: datetime
    end: datetime
    kept_until: datetime
    room: str
    role: str
    chair: bool
    state: MeetingState
    session: int
    revision: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """A stretch of a day. `meeting` None: no meeting, or one that the reader may not know of."""

    kind: EntryKind
    start: datetime
    end: datetime
    meeting: DiaryMeeting | None = None


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """One day of London. `closed`: why nobody works on it; empty for a working day."""

    day: date
    closed: str
    hours: tuple[Span, ...]
    entries: tuple[DiaryEntry, ...]
    hours_known: bool = True


def diary_days(
    first: date, last: date, taken: Taken, meetings: Sequence[DiaryMeeting], calendar: WorkingDays
) -> tuple[DiaryDay, ...]:
    """Each day from first to last. Details of meetings stay as they are: hiding them is the caller's."""
    return tuple(_day(first + timedelta(days=n), taken, meetings, calendar) for n in range((last - first).days + 1))


def _day(day: date, taken: Taken, meetings: Sequence[DiaryMeeting], calendar: WorkingDays) -> DiaryDay:
    closed = calendar.name_of_non_working(day) or ""
    hours = tuple(wall_spans(day, stretches_on(taken.hours or (), day))) if not closed else ()
    begin, end = wall_spans(day, [(0, 24 * 60)])[0]
    mine = [one for one in meetings if begin <= span(one.start, one.start)[0] < end]
    ours = merged_spans(span(one.start, one.kept_until) for one in mine)
    away = list(_clipped(merged_spans(taken.away), begin, end))
    other = [one for one in _clipped(merged_spans(taken.elsewhere), begin, end)]
    elsewhere = list(_without(other, merged_spans([*ours, *away])))
    # What is only held is not told, and is not free either.
    gaps = _without(hours, merged_spans([*ours, *other, *away, *taken.meetings]))
    entries = [
        *(DiaryEntry(EntryKind.MEETING, one.start, one.end, one) for one in mine),
        *_write_ups(mine),
        *(_entry(EntryKind.AWAY, one) for one in away),
        *(_entry(EntryKind.ELSEWHERE, one) for one in elsewhere),
        *_gaps(gaps, taken.known_until),
    ]
    ordered = tuple(sorted(entries, key=lambda one: (one.start, one.end)))
    return DiaryDay(day, closed, hours, ordered, hours_known_on(taken.hours, day))


def _write_ups(meetings: Sequence[DiaryMeeting]) -> Iterator[DiaryEntry]:
    """After the last part that they come to, and never over the next meeting."""
    by_meeting = {one.id: one for one in sorted(meetings, key=lambda one: one.end)}
    spans = [span(one.start, one.end) for one in meetings]
    kept = [span(one.end, one.kept_until) for one in by_meeting.values() if one.kept_until > one.end]
    yield from (_entry(EntryKind.WRITE_UP, one) for one in _without(merged_spans(kept), merged_spans(spans)))


def _gaps(gaps: Iterable[Span], known_until: datetime | None) -> Iterator[DiaryEntry]:
    """Free as far as somebody has read the diary; beyond, not known."""
    known = int(known_until.timestamp()) // 60 if known_until else 0
    for begin, end in gaps:
        if begin < known:
            yield _entry(EntryKind.GAP, (begin, min(end, known)))
        if end > known:
            yield _entry(EntryKind.NOT_KNOWN, (max(begin, known), end))


def merged_spans(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch made one."""
    whole: list[Span] = []
    for begin, end in sorted(spans):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole


def _clipped(spans: Iterable[Span], first: int, last: int) -> Iterator[Span]:
    return ((max(begin, first), min(end, last)) for begin, end in spans if begin < last and end > first)


def _without(spans: Iterable[Span], taken: Sequence[Span]) -> Iterator[Span]:
    """What is left of the spans; `taken` is merged."""
    for begin, end in spans:
        at = begin
        for first, last in taken:
            if last <= at or first >= end:
                continue
            if first > at:
                yield at, first
            at = max(at, last)
        if at < end:
            yield at, end


def _entry(kind: EntryKind, one: Span) -> DiaryEntry:
    start, end = (datetime.fromtimestamp(minute * 60, UTC) for minute in one)
    return DiaryEntry(kind, start, end)
