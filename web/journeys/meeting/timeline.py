"""What is known to have happened to a meeting, the latest first. Times that nobody keeps are left out, not made up."""

from dataclasses import dataclass
from datetime import UTC, datetime

from permanence.notifications.v1 import notification_pb2 as note
from permanence.scheduler.v1 import meeting_pb2

from web.journeys.meeting.facts import Facts
from web.telling import ROUTE_WORDS
from web.words import count_words, london, role_words

_ANSWERED = {note.ANSWER_ACCEPTED: "accepted", note.ANSWER_TENTATIVE: "said perhaps", note.ANSWER_DECLINED: "declined"}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Happening:
    """One entry. `when` is absent where the services do not keep it."""

    title: str
    text: str = ""
    when: datetime | None = None
    by: str = ""


# Revision of the meeting, place within it (a change comes before what people were told of it), instant.
_Place = tuple[int, int, datetime]


def timeline_of(facts: Facts) -> tuple[Happening, ...]:
    """Ordered by the meeting's revision and, within one, by time."""
    found = [*_of_meeting(facts), *_of_people(facts)]
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
        found.append(((meeting.revision, 2, end), Happening("Held", "It ended then.", end)))
    return found


def _of_people(facts: Facts) -> list[tuple[_Place, Happening]]:
    told: dict[_Place, list[note.Invitation]] = {}
    found: list[tuple[_Place, Happening]] = []
    for one in facts.invitations or ():
        if one.HasField("send_time") and one.messages_sent:
            told.setdefault(_place_of_sending(facts, one), []).append(one)
        if one.answer in _ANSWERED and one.HasField("answer_time"):
            when = london(one.answer_time)
            happening = Happening(f"{_who(facts, one)} {_ANSWERED[one.answer]}", when=when)
            found.append(((one.answered_revision, 1, when), happening))
    return [*found, *((place, _sent(facts, place[2], some)) for place, some in told.items())]


def _place_of_sending(facts: Facts, one: note.Invitation) -> _Place:
    off = one.state == note.INVITATION_STATE_WITHDRAWN
    return (
        facts.meeting.revision if off else one.told_revision,
        1,
        london(one.send_time).replace(second=0, microsecond=0),
    )


def _sent(facts: Facts, when: datetime, some: list[note.Invitation]) -> Happening:
    """Whoever was told in the same minute is one entry."""
    off = all(one.state == note.INVITATION_STATE_WITHDRAWN for one in some)
    who = _who(facts, some[0]) if len(some) == 1 else count_words(len(some), "person", "people")
    by_route: dict[str, list[str]] = {}
    for one in some:
        by_route.setdefault(ROUTE_WORDS.get(one.route, ""), []).append(role_words(one.role).lower())
    text = "; ".join(f"{route}: {', '.join(sorted(roles))}" for route, roles in sorted(by_route.items()))
    return Happening(
        f"{who} told that it is off" if off else f"{who} told the time", f"{text[:1].upper()}{text[1:]}.", when
    )


def _who(facts: Facts, one: note.Invitation) -> str:
    name, role = facts.people.name(one.person), role_words(one.role)
    return f"{name} ({role.lower()})" if name else role


def _reason(text: str, label: str = "") -> str:
    return f"{label or 'Reason'}: {text}" if text else ""
