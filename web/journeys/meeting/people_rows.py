"""Everybody who is asked to one meeting: whether they know, whether they come, what their diary says."""

from collections.abc import Sequence
from dataclasses import dataclass

from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting

from web.desk import key_of
from web.journeys.meeting.facts import Facts
from web.telling import (
    ROUTE_WORDS,
    SOURCE_WORDS,
    UNANSWERED,
    Reply,
    Told,
    answered_at,
    earlier_reply,
    has_link,
    is_off,
    knows_it,
    proposal_words,
    reminder_words,
    reply_of,
    told_of,
)
from web.words import count_words, moment, role_words

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_DIARIES = {
    meeting_pb2.DIARY_STATE_FREE: "Free",
    meeting_pb2.DIARY_STATE_BUSY: "Has something else then",
    meeting_pb2.DIARY_STATE_NOT_WORKING: "Away or outside their working hours",
    meeting_pb2.DIARY_STATE_DAY_FULL: "Has as many meetings that day as they take",
}
_CLASHES = frozenset(_DIARIES) - {meeting_pb2.DIARY_STATE_FREE}
CONFIRMATIONS = {
    meeting_pb2.CONFIRMATION_STATE_WAITED_FOR: "Not yet confirmed",
    meeting_pb2.CONFIRMATION_STATE_CONFIRMED: "Confirmed",
}
_TAGS = {
    Reply.ACCEPTED: "green",
    Reply.PERHAPS: "yellow",
    Reply.DECLINED: "red",
    Reply.NONE: "blue",
    Reply.WAITING: "light-blue",
    Reply.NOT_SENT: "red",
}


@dataclass(frozen=True)
class PersonRow:
    """Somebody who is asked. `name` is empty where the reader may not know it; `answer_key` where no answer can be.

    `confirmation` is empty for those who answer an invitation like everybody else; `key` is the person's.
    `link`: they may have one of their own, and wait for a code.
    """

    name: str
    role: str
    chair: bool
    required: bool
    parts: str
    route: str
    told: Told
    reply: Reply
    reply_tag: str
    reply_detail: str
    diary: str
    clashes: bool
    answer_key: str
    confirmation: str = ""
    confirmed: bool = False
    key: str = ""
    link: bool = False


def ordinal(number: int) -> str:
    """`first`; `7th`."""
    return _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f"{number}th"


def person_rows(facts: Facts) -> tuple[PersonRow, ...]:
    """The chair first, then whoever must come, then the others; at the end whoever is not asked any more."""
    asked = sorted(facts.meeting.attendees, key=lambda one: (not one.chair, not one.required, one.role))
    here = {one.person for one in asked}
    gone = [one for one in facts.invitations or () if one.person not in here and (is_off(one) or one.trouble)]
    rows = [_person_row(facts, one) for one in asked]
    return (*rows, *(_person_row(facts, Attendee(person=one.person, role=one.role)) for one in gone))


def _person_row(facts: Facts, one: Attendee) -> PersonRow:
    invitation, known = facts.invitation(one.person), facts.invitations is not None
    reply = reply_of(invitation, facts.meeting) if known else Reply.NOT_KNOWN
    busy = {clash.person: clash.diary for clash in facts.meeting.clashes}
    diary = busy.get(one.person, one.diary)
    may_answer = facts.meeting.state == meeting_pb2.MEETING_STATE_BOOKED and invitation is not None
    return PersonRow(
        name=facts.people.name(one.person),
        role=role_words(one.role),
        chair=one.chair,
        required=one.required,
        parts=_parts(facts.meeting, one),
        route=ROUTE_WORDS.get(invitation.route, "") if invitation else "",
        told=told_of(invitation, facts.meeting) if known else Told("Not known", "grey"),
        reply=reply,
        reply_tag=_TAGS.get(reply, "grey"),
        reply_detail=". ".join(
            text for text in (_reply_detail(invitation, facts.meeting), proposal_words(invitation)) if text
        ),
        diary=_DIARIES.get(diary, "Not known"),
        clashes=diary in _CLASHES,
        answer_key=key_of(invitation.name) if may_answer and invitation and not is_off(invitation) else "",
        confirmation=CONFIRMATIONS.get(one.confirmation, ""),
        confirmed=one.confirmation == meeting_pb2.CONFIRMATION_STATE_CONFIRMED,
        key=key_of(one.person),
        link=invitation is not None and has_link(invitation),
    )


def _parts(meeting: Meeting, one: Attendee) -> str:
    if len(meeting.sessions) <= 1:
        return ""
    words = " and ".join(ordinal(number) for number in one.sessions)
    at_hand = ", at hand for the rest" if one.throughout else ""
    return f"{words.capitalize()} part{at_hand}" if words else "All parts"


def _reply_detail(one: Invitation | None, meeting: Meeting) -> str:
    before = earlier_reply(one, meeting)
    if before is not None:
        return f"To an earlier time: {before.value.lower()}"
    when = answered_at(one)
    if when is None or one is None or reply_of(one, meeting) in UNANSWERED:
        return reminder_words(one) if one is not None else ""
    source = SOURCE_WORDS.get(one.answer_source, "")
    return f"{moment(when)}, {source}" if source else moment(when)


def reply_counts(rows: Sequence[PersonRow]) -> str:
    """`3 of 7 have not answered; 1 of them does not know this time yet. 3 accepted, 1 declined.`"""
    asked = [row for row in rows if row.reply is not Reply.OFF]
    if not asked:
        return "Nobody is asked."
    count = {reply: sum(row.reply is reply for row in asked) for reply in Reply}
    silent, untold = sum(count[reply] for reply in UNANSWERED), count[Reply.WAITING] + count[Reply.NOT_SENT]
    first = f"{silent} of {len(asked)} {'has' if silent == 1 else 'have'} not answered"
    if untold == len(asked) > 1:
        first += "; none of them knows this time yet"
    elif untold:
        first += f"; {untold} of them {'does' if untold == 1 else 'do'} not know this time yet"
    pieces = [
        f"{count[reply]} {words}"
        for reply, words in (
            (Reply.ACCEPTED, "accepted"),
            (Reply.PERHAPS, "said perhaps"),
            (Reply.DECLINED, "declined"),
        )
        if count[reply]
    ]
    return f"{first}. {', '.join(pieces)}." if pieces else f"{first}."


def told_words(facts: Facts, rows: Sequence[PersonRow]) -> str:
    """How many know the time as it stands, or that the meeting is off."""
    if facts.delivery is None or facts.invitations is None:
        return "Who knows is not known just now: the part of the system that sends invitations does not answer."
    if facts.meeting.state == meeting_pb2.MEETING_STATE_CANCELLED:
        return _off_words(facts.invitations)
    asked = [one for one in facts.invitations if not is_off(one)]
    told = sum(knows_it(one, facts.meeting) and not one.trouble for one in asked)
    if not asked:
        return "The invitations are being written." if rows else "Nobody is asked."
    verb = "knows" if 1 in (told, len(asked)) else "know"
    return f"{told} of {count_words(len(asked), 'person', 'people')} {verb} this time."


def _off_words(invitations: Sequence[Invitation]) -> str:
    off = sum(one.state == note.INVITATION_STATE_WITHDRAWN for one in invitations)
    left = sum(not is_off(one) for one in invitations)
    words = f"{count_words(off, 'person', 'people')} {'has' if off == 1 else 'have'} been told that it is off."
    return f"{words} {left} still {'has' if left == 1 else 'have'} to be told." if left else words
