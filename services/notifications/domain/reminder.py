"""When somebody is reminded of a meeting, is asked again for an answer, and is rung: counted in working days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from rulebook.pack import Ladder
from rulebook.working_days import WorkingDays
from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Meeting, MeetingState
from services.notifications.domain.quiet_hours import LONDON
from services.notifications.domain.route import BY_MESSAGE, Route

NO_ANSWER = "No answer, though asked again. Ring this person."
NOT_REMINDED = "The reminder could not be delivered. Ring this person."
_AT = time(9)


class ReminderKind(StrEnum):
    """What happens when its time comes."""

    REMINDER = "reminder"
    CHASE = "chase"
    SECOND_CHASE = "second chase"
    RING = "ring"
    """Nothing is sent: somebody is to ring."""


class ReminderState(StrEnum):
    """Where one stands. `OVER`: its time came and there was nothing to say any more, or nothing that may be sent."""

    PENDING = "pending"
    SENT = "sent"
    TO_RING = "to ring"
    OVER = "over"


@dataclass(frozen=True)
class Due:
    """Something that comes due at an instant. `about` is what it belongs to: the time or the message that was told."""

    kind: ReminderKind
    about: datetime
    due_at: datetime


@dataclass(frozen=True)
class Reminder:
    """One kept. `message_key`: it was handed over under this key at least once without an answer, last at `asked_at`
    where GOV.UK Notify was to carry it.
    """

    id: UUID
    meeting: str
    person: str
    kind: ReminderKind
    about: datetime
    due_at: datetime
    state: ReminderState = ReminderState.PENDING
    trouble: str = ""
    message_key: UUID | None = None
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    receipt_id: UUID | None = None

    @property
    def key(self) -> tuple[str, ReminderKind, datetime]:
        """What there is one of in a meeting."""
        return self.person, self.kind, self.about

    def sent(self, at: datetime, receipt_id: UUID | None) -> "Reminder":
        """The other side took it."""
        return replace(
            self,
            state=ReminderState.SENT,
            trouble="",
            message_key=None,
            asked_at=None,
            sent_at=at,
            receipt_id=receipt_id,
        )

    def to_ring(self, trouble: str) -> "Reminder":
        """A person of the council is to ring."""
        return replace(self, state=ReminderState.TO_RING, trouble=trouble, message_key=None, asked_at=None)

    def over(self) -> "Reminder":
        """Nothing is to be done any more."""
        return replace(self, state=ReminderState.OVER, trouble="", message_key=None, asked_at=None)


def planned(
    invitation: Invitation, meeting: Meeting, ladder: Ladder, *, staff: bool, calendar: WorkingDays
) -> tuple[Due, ...]:
    """What is to happen for one person as things stand, by the ladder of the kind of meeting. Staff in Outlook are
    reminded by Outlook.

    By post a reminder comes too late: whoever is told by letter is rung.
    """
    start, sent = invitation.told_start, invitation.send_time
    if start is None or sent is None or not _is_told(invitation, meeting, staff=staff):
        return ()
    answered = has_answered(invitation)
    if (answered and invitation.answer is Answer.DECLINED) or not calendar.covers(start.astimezone(LONDON).date()):
        return ()
    found = [] if answered else _chases(sent, ladder, calendar)
    remind_on = calendar.subtract(start.astimezone(LONDON).date(), ladder.remind_before)
    found.append(Due(ReminderKind.REMINDER, start, _at(remind_on)))
    by_post = invitation.route is Route.LETTER
    return tuple(due for due in found if sent < due.due_at < start and (due.kind is ReminderKind.RING or not by_post))


def has_answered(invitation: Invitation) -> bool:
    """Whether the person has answered what they were told last."""
    if invitation.answer is Answer.NONE or invitation.answer_time is None:
        return False
    since = invitation.send_time is not None and invitation.answer_time >= invitation.send_time
    return since or invitation.answered_revision >= invitation.told_revision


def _is_told(invitation: Invitation, meeting: Meeting, *, staff: bool) -> bool:
    """Whether the person knows the meeting as it stands, by a way that reminds nobody by itself."""
    current = invitation.state is InvitationState.SENT and invitation.told_revision >= invitation.wanted_revision
    reminded = invitation.route in BY_MESSAGE or (invitation.route is Route.OWN_EVENT and not staff)
    return meeting.state is MeetingState.BOOKED and current and reminded and not invitation.trouble


def _chases(sent: datetime, ladder: Ladder, calendar: WorkingDays) -> list[Due]:
    first = calendar.add(sent.astimezone(LONDON).date(), ladder.chase_after)
    second = calendar.add(first, ladder.chase_again_after)
    ring = calendar.add(second, ladder.ring_after)
    steps = ((ReminderKind.CHASE, first), (ReminderKind.SECOND_CHASE, second), (ReminderKind.RING, ring))
    return [Due(kind, sent, _at(day)) for kind, day in steps]


def _at(day: date) -> datetime:
    return datetime.combine(day, _AT, LONDON)
