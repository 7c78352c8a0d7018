"""Minutes as a person reads them: whose, of which meeting, and how their two clocks stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.desk import key_of
from web.roles import MINUTE_TAKERS, may
from web.subjects import called, subject_path
from web.words import LONDON, clock_time, london, long_date, moment, time_left_words

STATES = (
    ("draft", wire.MINUTES_STATE_DRAFT, "Drafts, not signed"),
    ("signed", wire.MINUTES_STATE_SIGNED, "Signed, not delivered"),
    ("delivered", wire.MINUTES_STATE_DELIVERED, "Delivered, not acknowledged"),
    ("filed", wire.MINUTES_STATE_FILED, "In the file"),
)
_STANDING = {
    wire.MINUTES_STATE_SIGNED: ("Signed, on their way to the file", "blue"),
    wire.MINUTES_STATE_DELIVERED: ("Delivered, not acknowledged yet", "blue"),
    wire.MINUTES_STATE_FILED: ("In the file", "green"),
}
_PANEL_CHAIR = frozenset({"panel-chair"})
_TEAM_MANAGER = frozenset({"team-manager"})


@dataclass(frozen=True)
class HourClock:
    """A clock that counts hours: by when, in full and short, how it stands in words, and whether it ran out."""

    by: str
    by_short: str
    stands: str
    late: bool


@dataclass(frozen=True)
class MinutesRow:
    """The minutes of one meeting for one subject."""

    key: str
    who: str
    path: str
    meeting: str
    meeting_path: str
    state: str
    tag: str
    sign: HourClock
    file: HourClock


@dataclass(frozen=True)
class StartRow:
    """A subject of the meeting for which nothing is there yet."""

    key: str
    who: str


def minutes_rows(
    minutes: Iterable[wire.Minutes],
    subjects: Mapping[str, Subject],
    meetings: Mapping[str, Meeting],
    now: datetime,
) -> list[MinutesRow]:
    """In the order given: those whose clock runs out first at the front."""
    return [minutes_row(one, subjects.get(one.subject), meetings.get(one.meeting), now) for one in minutes]


def minutes_row(one: wire.Minutes, subject: Subject | None, meeting: Meeting | None, now: datetime) -> MinutesRow:
    """One of them. Without `meeting`, the day on which it ended stands for it."""
    state, tag = _standing(one)
    return MinutesRow(
        key=key_of(one.name),
        who=who_words(subject),
        path=subject_path(one.subject),
        meeting=meeting_words(one, meeting),
        meeting_path=f"/meetings/{key_of(one.meeting)}",
        state=state,
        tag=tag,
        sign=hour_clock(one.sign_due_time, one.sign_time if one.HasField("sign_time") else None, "signed", now),
        file=hour_clock(one.file_due_time, one.file_time if one.HasField("file_time") else None, "filed", now),
    )


def start_rows(meeting: Meeting, minutes: Sequence[wire.Minutes], subjects: Mapping[str, Subject]) -> list[StartRow]:
    """Subjects of the meeting without minutes that the reader may know of."""
    there = {one.subject for one in minutes}
    missing = (name for name in meeting.subjects if name not in there)
    return [StartRow(key_of(name), who_words(subjects[name])) for name in missing if name in subjects]


def who_words(subject: Subject | None) -> str:
    """`NM-0412, Robin Example`."""
    if subject is None:
        return "Name not known just now"
    return f"{subject.reference or 'No reference yet'}, {called(subject)}"


def meeting_words(one: wire.Minutes, meeting: Meeting | None) -> str:
    """`Permanence planning meeting, M-000007, Thursday 19 March 2026`."""
    ended = long_date(london(one.meeting_end_time).date())
    return f"{meeting.title}, {meeting.reference}, {ended}" if meeting else f"Meeting of {ended}"


def hour_clock(due: Timestamp, done: Timestamp | None, did: str, now: datetime) -> HourClock:
    """`did`: what stops it, such as "signed"."""
    by = london(due)
    if done is None:
        return HourClock(moment(by), _short(by, now), _upper(time_left_words(by, now)), by < now)
    at = london(done)
    how = time_left_words(by, at) if at > by else "in time"
    return HourClock(moment(by), _short(by, now), f"{_upper(did)} {moment(at)}, {how}", at > by)


def may_write(minutes: wire.Minutes, caller: Caller) -> bool:
    """Whether the draft can be changed by this person."""
    return minutes.state == wire.MINUTES_STATE_DRAFT and may(caller, MINUTE_TAKERS)


def may_sign(minutes: wire.Minutes, caller: Caller, meeting: Meeting | None, kinds: Mapping[str, MeetingKind]) -> bool:
    """Who chairs such a meeting. Where the meeting is not known just now, each of the two is let try."""
    if minutes.state != wire.MINUTES_STATE_DRAFT or not minutes.etag:
        return False
    if meeting is None:
        return may(caller, _PANEL_CHAIR | _TEAM_MANAGER)
    if meeting.body:
        return may(caller, _PANEL_CHAIR)
    kind = kinds.get(meeting.meeting_kind)
    return may(caller, _TEAM_MANAGER) and (kind is None or kind.chair_role in _TEAM_MANAGER)


def paragraphs(text: str) -> list[str]:
    """Each line is a paragraph, as it will stand on the page."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_held(meeting: Meeting) -> bool:
    """Whether somebody recorded that it took place."""
    return meeting.state == meeting_pb2.MEETING_STATE_HELD


def _standing(one: wire.Minutes) -> tuple[str, str]:
    if one.state == wire.MINUTES_STATE_DRAFT:
        return ("Draft, not signed", "yellow") if one.etag else ("Not written yet", "grey")
    return _STANDING.get(one.state, ("Not known", "grey"))


def _short(when: datetime, now: datetime) -> str:
    """`22 Mar, 4pm`; with the year where it is another."""
    year = "" if when.year == now.astimezone(LONDON).year else f" {when.year}"
    return f"{when.day} {when:%b}{year}, {clock_time(when)}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
