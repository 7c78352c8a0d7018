"""A day's list as a person reads it on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from permanence.cases.v1.subject_pb2 import Subject
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting, Room

from web.desk import key_of
from web.people import People
from web.telling import Reply, reply_of
from web.words import london, role_words, time_span

_STATES = {
    meeting_pb2.MEETING_STATE_HELD: "Held",
    meeting_pb2.MEETING_STATE_CANCELLED: "Cancelled: it will not take place",
}
_COUNTED = {
    "yes": (Reply.ACCEPTED,),
    "perhaps": (Reply.PERHAPS,),
    "no": (Reply.DECLINED,),
    "not answered": (Reply.NONE, Reply.WAITING),
    "not sent yet": (Reply.NOT_SENT,),
}
_ALWAYS_COUNTED = ("yes", "no", "not answered")


@dataclass(frozen=True)
class Expected:
    """Somebody who is asked. Without a name, the role is all that the reader may know."""

    name: str
    role: str
    chair: bool
    part: str
    answer: str


@dataclass(frozen=True)
class DayEntry:
    """One meeting of the day. `state` is empty where it is simply booked."""

    key: str
    when: str
    parts: tuple[str, ...]
    where: str
    title: str
    reference: str
    about: tuple[str, ...]
    state: str
    cancelled: bool
    chair: str
    people: tuple[Expected, ...]
    answers: str


@dataclass(frozen=True)
class DayFacts:
    """What is known of a day. `None` is what nobody could look up."""

    meetings: Sequence[Meeting]
    people: People
    rooms: Mapping[str, Room] | None
    subjects: Mapping[str, Subject] | None
    invitations: Mapping[str, Sequence[Invitation] | None]


def entries_of(facts: DayFacts) -> list[DayEntry]:
    """By time, then reference."""
    ordered = sorted(facts.meetings, key=lambda one: (one.start_time.seconds, one.reference))
    return [_entry(facts, one) for one in ordered]


def answer_counts(replies: Iterable[Reply]) -> str:
    """`2 yes, 1 no, 4 not answered, 1 not sent yet`; perhaps, and those to whom nothing is sent, only where any are."""
    found = list(replies)
    counts = {word: sum(reply in counted for reply in found) for word, counted in _COUNTED.items()}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count or word in _ALWAYS_COUNTED)


def _entry(facts: DayFacts, meeting: Meeting) -> DayEntry:
    invitations = facts.invitations.get(meeting.name)
    asked = sorted(meeting.attendees, key=lambda one: (not one.chair, not one.required, one.role))
    replies = _replies(meeting, asked, invitations)
    cancelled = meeting.state == meeting_pb2.MEETING_STATE_CANCELLED
    return DayEntry(
        key=key_of(meeting.name),
        when=time_span(london(meeting.start_time), london(meeting.end_time)),
        parts=_parts(meeting),
        where=_where(facts, meeting),
        title=meeting.title,
        reference=meeting.reference,
        about=_about(facts, meeting),
        state=_STATES.get(meeting.state, ""),
        cancelled=cancelled,
        chair=_chair(facts, asked),
        people=tuple(_expected(facts, meeting, one, replies) for one in asked),
        answers="Not known just now" if invitations is None else answer_counts(replies.values()),
    )


def _replies(meeting: Meeting, asked: Sequence[Attendee], invitations: Sequence[Invitation] | None) -> dict[str, Reply]:
    """By person: whoever is asked in two roles is one person with one answer."""
    if invitations is None:
        return {one.person: Reply.NOT_KNOWN for one in asked}
    known = {one.person: one for one in invitations}
    return {one.person: reply_of(known.get(one.person), meeting) for one in asked}


def _expected(facts: DayFacts, meeting: Meeting, one: Attendee, replies: Mapping[str, Reply]) -> Expected:
    numbers = ", ".join(str(number) for number in one.sessions)
    return Expected(
        name=facts.people.name(one.person),
        role=role_words(one.role),
        chair=one.chair,
        part=(f"Part {numbers}" if numbers else "All parts") if len(meeting.sessions) > 1 else "",
        answer=replies[one.person].value,
    )


def _parts(meeting: Meeting) -> tuple[str, ...]:
    if len(meeting.sessions) <= 1:
        return ()
    return tuple(
        f"Part {one.number}: {time_span(london(one.start_time), london(one.end_time))}" for one in meeting.sessions
    )


def _where(facts: DayFacts, meeting: Meeting) -> str:
    if not meeting.room:
        return "No room"
    if facts.rooms is None or meeting.room not in facts.rooms:
        return "Room not known just now"
    return facts.rooms[meeting.room].display_name


def _about(facts: DayFacts, meeting: Meeting) -> tuple[str, ...]:
    known = facts.subjects or {}
    found = [known[name].reference for name in meeting.subjects if name in known]
    missing = len(meeting.subjects) - len(found)
    return (*found, "a reference not known just now") if missing else tuple(found)


def _chair(facts: DayFacts, asked: Sequence[Attendee]) -> str:
    chair = next((one for one in asked if one.chair), None)
    if chair is None:
        return "No chair"
    return facts.people.name(chair.person) or role_words(chair.role)
