"""Domain to wire: diaries and their feeds."""

from datetime import UTC, datetime

from permanence.scheduler.v1 import diary_service_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2

from services.scheduler.app.get_diary import Diary
from services.scheduler.domain.absence import Away
from services.scheduler.domain.diary_day import DiaryDay, DiaryEntry, DiaryMeeting, EntryKind
from services.scheduler.domain.diary_feed import DiaryFeed, feed_name
from services.scheduler.domain.meeting import MeetingState, meeting_name
from services.scheduler.rpc.meeting_message import civil_date, timestamp

_KINDS = {
    EntryKind.MEETING: wire.DIARY_ENTRY_KIND_MEETING,
    EntryKind.WRITE_UP: wire.DIARY_ENTRY_KIND_WRITE_UP,
    EntryKind.ELSEWHERE: wire.DIARY_ENTRY_KIND_ELSEWHERE,
    EntryKind.AWAY: wire.DIARY_ENTRY_KIND_AWAY,
    EntryKind.GAP: wire.DIARY_ENTRY_KIND_GAP,
    EntryKind.NOT_KNOWN: wire.DIARY_ENTRY_KIND_NOT_KNOWN,
}
_STATES = {
    MeetingState.BOOKED: meeting_pb2.MEETING_STATE_BOOKED,
    MeetingState.HELD: meeting_pb2.MEETING_STATE_HELD,
}


def diary_message(council: str, diary: Diary) -> wire.Diary:
    """Somebody's days."""
    return wire.Diary(
        person=diary.person,
        own=diary.own,
        hours_known=diary.hours_known,
        known_until_time=timestamp(diary.known_until) if diary.known_until else None,
        days=[_day(council, one) for one in diary.days],
    )


def meeting_entry(council: str, one: DiaryMeeting) -> wire.DiaryEntry:
    """A meeting, or a part of it, by itself."""
    return _entry(council, DiaryEntry(EntryKind.MEETING, one.start, one.end, one))


def away_entry(absence: Away) -> wire.DiaryEntry:
    """An absence as a whole."""
    return _entry("", DiaryEntry(EntryKind.AWAY, absence.start, absence.end))


def feed_message(council: str, feed: DiaryFeed) -> wire.DiaryFeed:
    """A feed, without its secret."""
    return wire.DiaryFeed(
        name=feed_name(council, feed.id),
        person=feed.person,
        create_time=timestamp(feed.created),
        expire_time=timestamp(feed.expires),
        last_read_time=timestamp(feed.last_read) if feed.last_read else None,
        revoke_time=timestamp(feed.revoked) if feed.revoked else None,
    )


def _day(council: str, one: DiaryDay) -> wire.DiaryDay:
    return wire.DiaryDay(
        date=civil_date(one.day),
        closed=one.closed,
        hours=[
            wire.WorkingStretch(start_time=timestamp(_instant(first)), end_time=timestamp(_instant(last)))
            for first, last in one.hours
        ],
        entries=[_entry(council, entry) for entry in one.entries],
        hours_unknown=not one.hours_known,
    )


def _entry(council: str, one: DiaryEntry) -> wire.DiaryEntry:
    return wire.DiaryEntry(
        kind=_KINDS[one.kind],
        start_time=timestamp(one.start),
        end_time=timestamp(one.end),
        meeting=_meeting(council, one.meeting) if one.meeting else None,
    )


def _meeting(council: str, one: DiaryMeeting) -> wire.DiaryMeeting:
    return wire.DiaryMeeting(
        meeting=meeting_name(council, one.id),
        title=one.title,
        reference=one.reference,
        room=one.room,
        role=one.role,
        chair=one.chair,
        state=_STATES[one.state],
        session=one.session,
        revision=one.revision,
    )


def _instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
