"""Meetings: who is asked, in which sessions, when. Instants are aware and in UTC; intervals are half open."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/London"
LONDON = ZoneInfo(TIME_ZONE)
DEFAULT_GAP_MINUTES = 15
HOLD_TIME = timedelta(minutes=10)
CONFIRMING_ROLES = frozenset({"interpreter", "advocate"})


class MeetingState(StrEnum):
    """Where a meeting stands."""

    HELD_SLOT = "held_slot"
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class DiaryState(StrEnum):
    """What is known of a person's diary at a time. UNKNOWN is never shown as free."""

    UNKNOWN = "unknown"
    FREE = "free"
    BUSY = "busy"
    NOT_WORKING = "not_working"
    DAY_FULL = "day_full"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is asked; `person` is a resource name, `sessions` count from 1 and () means all.

    `throughout`: they stay for all of it, at hand during the sessions that are not theirs. `confirmed`: whether an
    interpreter or advocate, who is engaged from elsewhere, has said that they will come at this time.
    """

    person: str
    role: str
    required: bool = False
    chair: bool = False
    sessions: tuple[int, ...] = ()
    diary: DiaryState = DiaryState.UNKNOWN
    throughout: bool = False
    confirmed: bool = False

    @property
    def confirms(self) -> bool:
        """Whether they are engaged from elsewhere, so that the meeting is not ready before they have confirmed."""
        return self.role in CONFIRMING_ROLES

    def comes_to(self, session: int) -> bool:
        """Whether they are asked to that session."""
        return not self.sessions or session in self.sessions


@dataclass(frozen=True, slots=True)
class Choice:
    """So many of the candidates must come, and no more; who, is open until a time is found."""

    candidates: tuple[Attendee, ...]
    count: int = 1

    @property
    def role(self) -> str:
        """The one role in which any of them would come."""
        return self.candidates[0].role


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting is to be. All names are resource names.

    `choices`: seats that are still open, only while a time is looked for. `quorum`: how many of those who must come are
    enough, the chair among them; 0 means all. `held_by_video`: people can also join by video.
    """

    meeting_kind: str
    subjects: tuple[str, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    session_minutes: tuple[int, ...] = ()
    minutes_between_sessions: int = DEFAULT_GAP_MINUTES
    needs_room: bool = False
    room_features: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    body: str = ""
    choices: tuple[Choice, ...] = ()
    quorum: int = 0
    held_by_video: bool = False

    @property
    def span_minutes(self) -> int:
        """From the start of the first session to the end of the last."""
        gaps = max(0, len(self.session_minutes) - 1) * self.minutes_between_sessions
        return sum(self.session_minutes) + gaps

    @property
    def chair(self) -> Attendee | None:
        """The chair, where one is named."""
        return next((one for one in self.attendees if one.chair), None)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody asked."""
        return tuple(one.person for one in self.attendees)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Everybody who may be asked to take an open seat."""
        return tuple(one.person for choice in self.choices for one in choice.candidates)

    def parts(self, attendee: Attendee) -> tuple[tuple[int, int], ...]:
        """(offset, length) in minutes of what this attendee's diary must hold: their sessions, or all of it."""
        if attendee.throughout:
            return ((0, self.span_minutes),)
        found, offset = [], 0
        for number, minutes in enumerate(self.session_minutes, 1):
            if attendee.comes_to(number):
                found.append((offset, minutes))
            offset += minutes + self.minutes_between_sessions
        return tuple(found)

    def seats(self) -> int:
        """The most people in any one session."""
        numbers = range(1, len(self.session_minutes) + 1)
        chosen = sum(choice.count for choice in self.choices)
        return max((sum(one.comes_to(n) for one in self.attendees) for n in numbers), default=0) + chosen


@dataclass(frozen=True, slots=True)
class Session:
    """A part of a meeting, numbered from 1."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DateDecision:
    """Who chose the date of a meeting that is the family's to place, and since when the family consents to it."""

    by: str
    consented_on: date


@dataclass(frozen=True, slots=True)
class ApprovedOverlap:
    """Something taken is taken twice, knowingly; `by` is a principal's id."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A person whose diary says something else at the meeting's time."""

    person: str
    diary: DiaryState


@dataclass(frozen=True, slots=True)
class AcceptedBreach:
    """A clock that the time misses, knowingly; `approved_by` is a principal's id."""

    obligation: str
    due_date: date
    approved_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that has, or had, a time. `version` is its etag; `revision` counts what people must be told of.

    `offer`: the offer whose date it is. `part_of`: the sitting's meeting, where this is the time of those who come for
    one item of its agenda; `part_id` names the part.
    """

    id: UUID
    plan: Plan
    title: str
    reference: str
    state: MeetingState
    sessions: tuple[Session, ...]
    room: str
    booked_by: str
    decision: DateDecision | None = None
    overlap: ApprovedOverlap | None = None
    revision: int = 1
    version: int = 1
    series: UUID | None = None
    change_reason: str = ""
    expires_at: datetime | None = None
    accepted_breaches: tuple[AcceptedBreach, ...] = field(default=())
    offer: UUID | None = None
    part_of: UUID | None = None
    part_id: UUID | None = None

    @property
    def start(self) -> datetime:
        """Start of the first session."""
        return self.sessions[0].start

    @property
    def end(self) -> datetime:
        """End of the last session."""
        return self.sessions[-1].end

    @property
    def on_date(self) -> date:
        """The civil day in Europe/London."""
        return civil_day(self.start)

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """Those asked whose diary said something else when it was booked."""
        away = (DiaryState.BUSY, DiaryState.NOT_WORKING, DiaryState.DAY_FULL)
        return tuple(Clash(one.person, one.diary) for one in self.plan.attendees if one.diary in away)

    def changed(self, *, told: bool) -> "Meeting":
        """The next version; `told`: people must be told of it."""
        return replace(self, version=self.version + 1, revision=self.revision + (1 if told else 0))


def sessions_at(plan: Plan, start: datetime) -> tuple[Session, ...]:
    """The plan's sessions when the first one starts at `start`."""
    sessions, at = [], start.astimezone(UTC)
    for number, minutes in enumerate(plan.session_minutes, 1):
        end = at + timedelta(minutes=minutes)
        sessions.append(Session(number, at, end))
        at = end + timedelta(minutes=plan.minutes_between_sessions)
    return tuple(sessions)


def civil_day(instant: datetime) -> date:
    """The day that people in London call it."""
    return instant.astimezone(LONDON).date()


def wall_time(instant: datetime) -> str:
    """London wall time, ISO 8601 without an offset, to the minute."""
    return instant.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")


def part_of_name(council: str, meeting: Meeting) -> str:
    """The meeting of the sitting that it is a part of; empty for any other."""
    return meeting_name(council, meeting.part_of) if meeting.part_of else ""


def meeting_name(council: str, meeting_id: UUID) -> str:
    """`councils/{council}/meetings/{meeting}`."""
    return f"councils/{council}/meetings/{meeting_id}"
