"""A room that has a mailbox: it is asked by an event of its own, which says nothing, and answers when it likes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifications.domain.answer import Answer
from services.notifications.domain.meeting import Meeting, MeetingState
from services.notifications.domain.outlook_event import ROOM, EventContent
from services.notifications.domain.remote_event import EventAttendee, RemoteReply
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.route import Route

RESERVED = "Reserved"
"""All that stands in a room's calendar, on its display and before its delegates: nobody can tell what is held there."""
NOT_TAKEN = (
    "The room did not take the booking: its Outlook calendar has something else then. Choose another room or time."
)

# Exchange says by its own clock when a room answered, and a room answers within seconds.
_CLOCKS_DIFFER = timedelta(minutes=1)


class RoomState(StrEnum):
    """The wire's names."""

    NONE = "ROOM_STATE_UNSPECIFIED"
    PENDING = "ROOM_STATE_PENDING"
    ACCEPTED = "ROOM_STATE_ACCEPTED"
    DECLINED = "ROOM_STATE_DECLINED"


@dataclass(frozen=True)
class RoomBooking:
    """What was asked of a room's mailbox for a meeting, [start, end), and what it said to just that.

    `asked_at` is when the last request went out that the mailbox surely has: an older answer is to something else.
    """

    meeting: str
    mailbox: str
    start: datetime
    end: datetime
    state: RoomState = RoomState.PENDING
    asked_at: datetime | None = None

    def answered(self, reply: RemoteReply) -> "RoomBooking":
        """With the room's answer; itself where the answer is another's, or to another time."""
        ours = reply.address.casefold() == self.mailbox.casefold()
        if not ours or (reply.event_start, reply.event_end) != (self.start, self.end):
            return self
        if self.asked_at is not None and reply.answered_at < self.asked_at - _CLOCKS_DIFFER:
            return self
        match reply.answer:
            case Answer.ACCEPTED:
                return replace(self, state=RoomState.ACCEPTED)
            case Answer.DECLINED:
                return replace(self, state=RoomState.DECLINED)
            case _:
                return self


def room_content(meeting: Meeting) -> EventContent | None:
    """The room's own event; None where there is no room with a mailbox, or no meeting any more.

    None too for one item of a sitting: that has asked for the room already.
    """
    if not meeting.room_mailbox or meeting.part_of or meeting.state is not MeetingState.BOOKED:
        return None
    rendering = Rendering(
        person=ROOM,
        route=Route.OWN_EVENT,
        address=meeting.room_mailbox,
        subject_line=RESERVED,
        body_text="",
        location=meeting.room_name,
        others_shown=(),
        start=meeting.start,
        end=meeting.end,
        time_zone=meeting.time_zone,
    )
    return EventContent(rendering, ((ROOM, EventAttendee(meeting.room_mailbox, resource=True)),))


def booking_of(meeting: Meeting, before: RoomBooking | None) -> RoomBooking | None:
    """What is asked of the room now: with its answer where the very same was asked before, else without one."""
    if room_content(meeting) is None:
        return None
    if before is None or before.mailbox != meeting.room_mailbox:
        return RoomBooking(meeting.name, meeting.room_mailbox, meeting.start, meeting.end)
    if (before.start, before.end) == (meeting.start, meeting.end):
        return before
    return replace(before, start=meeting.start, end=meeting.end, state=RoomState.PENDING)
