"""Coming meetings as a person reads them, by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from permanence.notifications.v1 import notifications_service_pb2 as pb
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting, Room

from web.desk import key_of
from web.familys_choice import chosen_by_family, decision_of
from web.telling import Told, declined, delivery_words
from web.words import count_words, london, time_span

_STATES = {
    meeting_pb2.MEETING_STATE_HELD_SLOT: ("Kept for a few minutes", "yellow"),
    meeting_pb2.MEETING_STATE_BOOKED: ("Booked", "green"),
    meeting_pb2.MEETING_STATE_HELD: ("Held", "blue"),
    meeting_pb2.MEETING_STATE_CANCELLED: ("Cancelled", "red"),
    meeting_pb2.MEETING_STATE_LAPSED: ("Not kept any more", "grey"),
}


@dataclass(frozen=True)
class ListRow:
    """One coming meeting. `said_no` is in words; nothing where it does not matter any more."""

    key: str
    reference: str
    title: str
    when: str
    where: str
    cancelled: bool
    state: str
    state_tag: str
    told: Told
    said_no: str


@dataclass(frozen=True)
class Known:
    """What notifications knows of one meeting; nothing while it is away."""

    delivery: pb.GetMeetingDeliveryResponse | None = None
    invitations: Sequence[Invitation] | None = None


def state_words(meeting: Meeting) -> tuple[str, str]:
    """Where the meeting stands and the colour of its tag."""
    return _STATES.get(meeting.state, ("Not known", "grey"))


def room_words(meeting: Meeting, rooms: Mapping[str, Room] | None) -> str:
    """The name on the door; that there is no room; or that nobody could look."""
    if not meeting.room:
        return no_room_words(meeting)
    if rooms is None:
        return "Room not known just now"
    room = rooms.get(meeting.room)
    return room.display_name if room else "A room that is not in use any more"


def no_room_words(meeting: Meeting) -> str:
    """Where a meeting without a room is: a family may have chosen a place of its own."""
    return "A place of the family's own, or remote" if of_the_family(meeting) else "No room"


def of_the_family(meeting: Meeting) -> bool:
    """Whether its date and place are the family's choice."""
    return chosen_by_family(decision_of(meeting), meeting.attendees)


def by_day(
    meetings: Iterable[Meeting], rooms: Mapping[str, Room] | None, known: Mapping[str, Known]
) -> list[tuple[date, list[ListRow]]]:
    """In the order given, a heading for each day."""
    days: dict[date, list[ListRow]] = {}
    for meeting in meetings:
        row = _row(meeting, rooms, known.get(meeting.name, Known()))
        days.setdefault(london(meeting.start_time).date(), []).append(row)
    return list(days.items())


def _row(meeting: Meeting, rooms: Mapping[str, Room] | None, known: Known) -> ListRow:
    state, tag = state_words(meeting)
    cancelled = meeting.state == meeting_pb2.MEETING_STATE_CANCELLED
    return ListRow(
        key=key_of(meeting.name),
        reference=meeting.reference,
        title=meeting.title,
        when=time_span(london(meeting.start_time), london(meeting.end_time)),
        where=room_words(meeting, rooms),
        cancelled=cancelled,
        state=state,
        state_tag=tag,
        told=delivery_words(known.delivery, known.invitations, meeting),
        said_no="" if cancelled else _said_no(meeting, known.invitations),
    )


def _said_no(meeting: Meeting, invitations: Sequence[Invitation] | None) -> str:
    if invitations is None:
        return "Not known"
    count = declined(invitations, meeting)
    return f"{count_words(count, 'person', 'people')} declined" if count else "Nobody has declined"
