"""One meeting as a person reads it: is it on, who knows, who is coming, what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting, Session

from web.desk import key_of
from web.family_consent import ConsentLine, consent_line, consent_trouble
from web.familys_choice import decision_of, decision_words
from web.journeys.meeting.facts import Facts
from web.journeys.meeting.people_rows import PersonRow, ordinal, person_rows, reply_counts, told_words
from web.journeys.meeting.presenters import of_the_family, room_words, state_words
from web.journeys.meeting.timeline import Happening, timeline_of
from web.overlap import overlap_words
from web.parts import PartLine, part_lines, spans_of
from web.subjects import subject_path
from web.telling import (
    Reply,
    by_hand,
    is_off,
    knows_something,
    letter_words,
)
from web.words import civil, london, long_date, role_words, short_date, time_span


@dataclass(frozen=True)
class SubjectLine:
    """Whom the meeting is about."""

    reference: str
    name: str
    path: str


@dataclass(frozen=True)
class ClockLine:
    """A clock that the meeting would meet; `breach` says that it is missed, by whose leave and why."""

    title: str
    dates: str
    breach: str = ""


@dataclass(frozen=True)
class MeetingPage:
    """All words of the page."""

    key: str
    reference: str
    title: str
    state: str
    state_tag: str
    booked: bool
    held: bool
    cancelled: bool
    reason: str
    when: tuple[str, ...]
    where: str
    room_declined: bool
    booked_by: str
    subjects: tuple[SubjectLine, ...]
    clocks: tuple[ClockLine, ...]
    rows: tuple[PersonRow, ...]
    who_knows: str
    who_comes: str
    troubles: tuple[str, ...]
    missing: tuple[str, ...]
    telling_known: bool
    names_known: bool
    waits_for_release: bool
    timeline: tuple[Happening, ...]
    sendings_known: bool
    parts: tuple[PartLine, ...] = ()
    decision: str = ""
    consent: ConsentLine | None = None
    overlap: str = ""
    by_video: str = ""


def meeting_page(facts: Facts, kind: MeetingKind | None = None) -> MeetingPage:
    """The whole page from what is known."""
    meeting, rows = facts.meeting, person_rows(facts)
    state, tag = state_words(meeting)
    told = told_words(facts, rows)
    return MeetingPage(
        key=key_of(meeting.name),
        reference=meeting.reference,
        title=meeting.title,
        state=state,
        state_tag=tag,
        booked=meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
        held=meeting.state == meeting_pb2.MEETING_STATE_HELD,
        cancelled=meeting.state == meeting_pb2.MEETING_STATE_CANCELLED,
        reason=meeting.change_reason,
        when=when_words(meeting),
        where=_where(facts),
        room_declined=_room(facts) == note_pb.ROOM_STATE_DECLINED,
        booked_by=_booked_by(facts),
        subjects=_subject_lines(facts),
        clocks=clock_lines(facts),
        rows=rows,
        who_knows=told,
        who_comes=reply_counts(rows) if facts.invitations is not None else "Not known just now.",
        troubles=trouble_lines(facts),
        missing=_missing(facts, rows),
        telling_known=facts.invitations is not None and facts.delivery is not None,
        names_known=not facts.people.away,
        waits_for_release=any(row.told.status == "Waits for release" for row in rows),
        timeline=timeline_of(facts),
        sendings_known=facts.sendings is not None,
        parts=part_lines(kind, spans_of(meeting.sessions), meeting.attendees, facts.people.names),
        by_video=_by_video(facts),
        decision=decision_words(decision_of(meeting), meeting.attendees, facts.people.names),
        consent=consent_line(meeting),
        overlap=overlap_words(
            meeting.approved_overlap if meeting.HasField("approved_overlap") else None,
            facts.people.name(meeting.approved_overlap.approved_by, "a manager"),
        ),
    )


_ROOM_SAYS = {
    note_pb.ROOM_STATE_PENDING: "the room has not confirmed yet",
    note_pb.ROOM_STATE_ACCEPTED: "confirmed by the room",
    note_pb.ROOM_STATE_DECLINED: "the room did not take the booking",
}


def _where(facts: Facts) -> str:
    """The room, and what its own calendar said where it was asked and the meeting is on."""
    words, said = room_words(facts.meeting, facts.rooms), _ROOM_SAYS.get(_room(facts))
    return f"{words} ({said})" if said else words


_LINK_SAYS = {
    note_pb.JOINING_LINK_STATE_PENDING: "The joining link is being made. Nobody has been told it yet.",
    note_pb.JOINING_LINK_STATE_MADE: "There is a joining link. It stands in the messages to those who may have it.",
    note_pb.JOINING_LINK_STATE_MISSING: "There is no joining link. Those who join by video are told to ask you.",
}


def _by_video(facts: Facts) -> str:
    """How people join by video; empty where the meeting is not held so. A link that is not known to be there is not."""
    if not facts.meeting.held_by_video:
        return ""
    if facts.meeting.state != meeting_pb2.MEETING_STATE_BOOKED:
        return "Yes"
    state = facts.delivery.joining_link_state if facts.delivery is not None else note_pb.JOINING_LINK_STATE_UNSPECIFIED
    return _LINK_SAYS.get(state, "Whether there is a joining link is not known just now.")


def _room(facts: Facts) -> "note_pb.RoomState.ValueType":
    on = facts.meeting.state == meeting_pb2.MEETING_STATE_BOOKED
    return facts.delivery.room_state if on and facts.delivery is not None else note_pb.ROOM_STATE_UNSPECIFIED


def when_words(meeting: Meeting) -> tuple[str, ...]:
    """The day, and each part's time where there are several; nothing of a meeting that nobody could look up."""
    if not meeting.HasField("start_time"):
        return ()
    start, end = london(meeting.start_time), london(meeting.end_time)
    if len(meeting.sessions) <= 1:
        return (f"{long_date(start.date())}, {time_span(start, end)}",)
    return (long_date(start.date()), *(_part_words(one) for one in meeting.sessions))


def _part_words(one: Session) -> str:
    return f"{ordinal(one.number).capitalize()} part: {time_span(london(one.start_time), london(one.end_time))}"


def _missing(facts: Facts, rows: Iterable[PersonRow]) -> tuple[str, ...]:
    """What somebody may still have to see to, besides what delivery says itself."""
    meeting = facts.meeting
    if meeting.state != meeting_pb2.MEETING_STATE_BOOKED:
        return ()
    found = []
    if any(row.told.status == "Waits for release" for row in rows):
        found.append("Invitations wait for release by a person.")
    for row in rows:
        if row.required and row.reply is Reply.DECLINED:
            found.append(f"{row.role} declined, and the meeting should not be without them.")
        if row.confirmation and not row.confirmed:
            found.append(f"{row.role} has not confirmed yet.")
    for one in facts.invitations or ():
        if one.place_withheld and knows_something(one):
            found.append(f"{role_words(one.role)} was promised to be told the place separately.")
    if not meeting.room and not of_the_family(meeting):
        found.append("No room is booked.")
    return tuple(dict.fromkeys(found))


def trouble_lines(facts: Facts) -> tuple[str, ...]:
    """What a person has to do, and for whom; none once the meeting is over."""
    if facts.meeting.state == meeting_pb2.MEETING_STATE_HELD:
        return ()
    of_people = [
        f"{_called(facts, one)}: {text}"
        for one in facts.invitations or ()
        for text in (one.trouble, one.to_ring, letter_words(one))
        if text
    ]
    of_family = [words] if (words := consent_trouble(facts.meeting)) else []
    said = {one.trouble for one in facts.invitations or ()}
    others = [text for text in (facts.delivery.troubles if facts.delivery else ()) if text not in said]
    return tuple(dict.fromkeys([*of_family, *of_people, *others]))


def _called(facts: Facts, one: Invitation) -> str:
    name, role = facts.people.name(one.person), role_words(one.role)
    return f"{name} ({role.lower()})" if name else role


def _booked_by(facts: Facts) -> str:
    otherwise = "Not known just now" if facts.people.away else "Somebody who is not listed as a colleague"
    return facts.people.name(facts.meeting.booked_by, otherwise)


def _subject_lines(facts: Facts) -> tuple[SubjectLine, ...]:
    known = facts.subjects or {}
    lines = []
    for name in facts.meeting.subjects:
        one = known.get(name)
        reference = one.reference if one else "Reference not known just now"
        lines.append(SubjectLine(reference, one.display_name if one else "", subject_path(name)))
    return tuple(lines)


def clock_lines(facts: Facts) -> tuple[ClockLine, ...]:
    """Each clock by its title and dates; missed ones with the reason that was accepted."""
    known, missed = facts.obligations or {}, {one.obligation: one for one in facts.meeting.accepted_breaches}
    lines = []
    for name in facts.meeting.obligations:
        breach = missed.get(name)
        words = ""
        if breach:
            by = facts.people.name(breach.approved_by, "a manager")
            words = f"Missed: later than {short_date(civil(breach.due_date))}. Accepted by {by}: {breach.reason}"
        one = known.get(name)
        lines.append(
            ClockLine(one.title if one else "A clock whose name is not known just now", date_words(one), words)
        )
    return tuple(dict.fromkeys(lines))


def date_words(one: Obligation | None) -> str:
    """`the law's date 20 Mar 2026, our date 18 Mar 2026`."""
    if one is None:
        return ""
    law, ours = civil(one.statutory_due_date), civil(one.local_due_date)
    pieces = [f"the law's date {short_date(law)}"] if law else []
    return ", ".join([*pieces, f"our date {short_date(ours)}"] if ours else pieces)


def hand_told(invitations: Sequence[Invitation]) -> int:
    """How many of those who know of the meeting only a person can tell."""
    return sum(one.told_revision > 0 and not is_off(one) and by_hand(one) for one in invitations)
