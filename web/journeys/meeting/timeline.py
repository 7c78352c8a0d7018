"""What is known to have happened to a meeting, the latest first. Times that nobody keeps are left out, not made up."""

from dataclasses import dataclass
from datetime import UTC, datetime

from permanence.notifications.v1 import notification_pb2 as note
from permanence.scheduler.v1 import meeting_pb2

from web.journeys.meeting.facts import Facts, releaser_of
from web.telling import ROUTE_WORDS, SOURCE_WORDS
from web.words import count_words, london, role_words

_ANSWERED = {note.ANSWER_ACCEPTED: "accepted", note.ANSWER_TENTATIVE: "said perhaps", note.ANSWER_DECLINED: "declined"}
_TOLD = {
    note.MESSAGE_KIND_INVITE: "invited",
    note.MESSAGE_KIND_CHANGE: "told of a change",
    note.MESSAGE_KIND_CANCEL: "told that it is off, or that they are no longer asked",
    note.MESSAGE_KIND_REMINDER: "reminded",
}
_UNSURE = "Handed over, and nobody knew whether it arrived."
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Happening:
    """One entry. `when` is absent where the services do not keep it."""

    title: str
    text: str = ""
    when: datetime | None = None
    by: str = ""


# Revision of the meeting, place within it (a change, what people were told of it, what they answered), instant.
_Place = tuple[int, int, datetime]


def timeline_of(facts: Facts) -> tuple[Happening, ...]:
    """Ordered by the meeting's revision and, within one, by time."""
    found = [*_of_meeting(facts), *_of_sendings(facts), *_of_answers(facts)]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True))


def _of_meeting(facts: Facts) -> list[tuple[_Place, Happening]]:
    meeting = facts.meeting
    cancelled = meeting.state == meeting_pb2.MEETING_STATE_CANCELLED
    moves = meeting.revision - 1 - cancelled
    setter = facts.people.name(meeting.booked_by)
    found: list[tuple[_Place, Happening]] = [((1, 0, _NEVER), Happening("Booked", by="" if moves > 0 else setter))]
    if moves > 0:
        title = "Moved" if moves == 1 else f"Moved {count_words(moves, 'time')}"
        reason = "" if cancelled else _reason(meeting.change_reason, "" if moves == 1 else "Reason of the last time")
        found.append(((moves + 1, 0, _NEVER), Happening(title, reason, by=setter)))
    if cancelled:
        found.append(((meeting.revision, 0, _NEVER), Happening("Cancelled", _reason(meeting.change_reason))))
    if meeting.state == meeting_pb2.MEETING_STATE_HELD:
        end = london(meeting.end_time)
        found.append(((meeting.revision, 3, end), Happening("Held", "It ended then.", end)))
    return found


def _of_answers(facts: Facts) -> list[tuple[_Place, Happening]]:
    found: list[tuple[_Place, Happening]] = []
    for one in facts.invitations or ():
        if one.answer in _ANSWERED and one.HasField("answer_time"):
            when = london(one.answer_time)
            source = SOURCE_WORDS.get(one.answer_source, "")
            text = f"{source[:1].upper()}{source[1:]}." if source else ""
            who = _who(facts, one.person, one.role)
            found.append(((one.answered_revision, 2, when), Happening(f"{who} {_ANSWERED[one.answer]}", text, when)))
    return found


def _of_sendings(facts: Facts) -> list[tuple[_Place, Happening]]:
    """Whoever was told the same in the same minute, by the same person's leave, is one entry."""
    groups: dict[tuple[object, ...], list[note.Sending]] = {}
    for one in facts.sendings or ():
        minute = london(one.send_time).replace(second=0, microsecond=0)
        groups.setdefault((one.revision, minute, one.kind, one.outcome, one.released_by), []).append(one)
    return [_sent(facts, some) for some in groups.values()]


def _sent(facts: Facts, some: list[note.Sending]) -> tuple[_Place, Happening]:
    first = some[0]
    when = london(first.send_time)
    told = _TOLD.get(first.kind, "sent a message")
    who = _who(facts, first.person, first.role) if len(some) == 1 else count_words(len(some), "person", "people")
    unsure = first.outcome != note.SENDING_OUTCOME_CONFIRMED
    by_route: dict[str, list[str]] = {}
    for one in some:
        by_route.setdefault(ROUTE_WORDS.get(one.route, "not known how"), []).append(role_words(one.role).lower())
    routes = "; ".join(f"{route}: {', '.join(sorted(roles))}" for route, roles in sorted(by_route.items()))
    leave = _leave(facts, first)
    text = " ".join(part for part in (f"{routes[:1].upper()}{routes[1:]}.", _UNSURE if unsure else "", leave) if part)
    return (first.revision, 1, when), Happening(f"{who} {'perhaps ' if unsure else ''}{told}", text, when)


def _leave(facts: Facts, one: note.Sending) -> str:
    if one.released_by:
        return f"Released by {facts.people.name(releaser_of(one), 'a colleague whose name is not known here')}."
    return "" if one.kind == note.MESSAGE_KIND_CANCEL else "It waited for nobody's release."


def _who(facts: Facts, person: str, role: str) -> str:
    name, words = facts.people.name(person), role_words(role)
    return f"{name} ({words.lower()})" if name else words


def _reason(text: str, label: str = "") -> str:
    return f"{label or 'Reason'}: {text}" if text else ""
