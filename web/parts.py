"""The parts of a meeting that is always held in parts, in words: who is in which, and who is at hand. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting, Session
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.times import Asked, asked_of
from web.words import london, time_span

_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class PartLine:
    """One part. `at_hand`: who stays for all of the meeting and is not in it; `family_only`: nobody else is in it."""

    title: str
    when: str
    who: tuple[str, ...]
    at_hand: tuple[str, ...]
    family_only: bool = False


def part_lines(
    kind: MeetingKind | None, spans: Sequence[Span], attendees: Sequence[Attendee], names: Mapping[str, str]
) -> tuple[PartLine, ...]:
    """One line a part, `spans` being wall times; nothing where the kind has no parts of its own."""
    if kind is None or not kind.parts or len(spans) < 2:
        return ()
    asked = list(zip(attendees, asked_of(attendees, names), strict=True))
    ours = len(kind.parts) == len(spans)
    return tuple(
        PartLine(
            title=kind.parts[place].title if ours else ordinal(place + 1),
            when=time_span(*span),
            who=tuple(_upper(who) for one, who in asked if comes_to(one, place + 1)),
            at_hand=tuple(_upper(who) for one, who in asked if one.throughout and not comes_to(one, place + 1)),
            family_only=ours
            and bool(kind.parts[place].only_roles)
            and kind.chair_role not in kind.parts[place].only_roles,
        )
        for place, span in enumerate(spans)
    )


def moved_part_lines(
    kind: MeetingKind | None, meeting: Meeting, start: datetime, names: Mapping[str, str]
) -> tuple[PartLine, ...]:
    """The parts after a move to `start` (wall time); one booked before its kind had these parts is moved into them."""
    if kind is None or not kind.parts:
        return ()
    if len(meeting.sessions) == len(kind.parts):
        distance = start - london(meeting.start_time)
        spans = [(first + distance, last + distance) for first, last in spans_of(meeting.sessions)]
        return part_lines(kind, spans, meeting.attendees, names)
    plan = MeetingPlan(session_minutes=[part.minutes for part in kind.parts])
    attendees = [_in_parts(one, kind) for one in meeting.attendees]
    return part_lines(kind, spans_of_plan(plan, start), attendees, names)


def _in_parts(one: Attendee, kind: MeetingKind) -> Attendee:
    """Somebody in the kind's parts that are open to their role, as the scheduler will have it."""
    theirs = [number for number, part in enumerate(kind.parts, 1) if not part.only_roles or one.role in part.only_roles]
    put = Attendee(person=one.person, role=one.role, required=one.required, chair=one.chair)
    put.sessions[:] = theirs if len(theirs) < len(kind.parts) else []
    put.throughout = one.role in kind.throughout_roles
    return put


def comes_to(one: Attendee, number: int) -> bool:
    """Whether somebody is asked to that part, from 1."""
    return not one.sessions or number in one.sessions


def ordinal(number: int) -> str:
    """`First part`."""
    return f"{_ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f'{number}th'} part"


def spans_of_plan(plan: MeetingPlan, start: datetime) -> list[Span]:
    """The wall times of a plan's parts when the first begins at `start`."""
    found, at = [], start
    for minutes in plan.session_minutes:
        end = at + timedelta(minutes=minutes)
        found.append((at, end))
        at = end + timedelta(minutes=plan.minutes_between_sessions)
    return found


def spans_of(sessions: Iterable[Session]) -> list[Span]:
    """The wall times of a booked meeting's parts."""
    return [(london(one.start_time), london(one.end_time)) for one in sessions]


def _upper(asked: Asked) -> str:
    return asked.who[:1].upper() + asked.who[1:]
