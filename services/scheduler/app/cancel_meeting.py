"""Cancels a meeting or gives a hold back."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.scheduler.app.hold_slot import offered
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.domain.bulk_move import CHANGED_MEANWHILE
from services.scheduler.domain.errors import NotBooked
from services.scheduler.domain.events import cancelled
from services.scheduler.domain.meeting import Meeting, MeetingState, meeting_name

_GIVES_BACK = (MeetingState.HELD_SLOT, MeetingState.BOOKED)


async def prepare_cancel(around: Surroundings, caller: Caller, meeting_id: UUID) -> None:
    """Whether the caller may know of it and cancel it; asked before the transaction."""
    await meeting_for(around, caller, "CancelMeeting", meeting_id)


async def cancel_meeting(unit: UnitOfWork, caller: Caller, meeting_id: UUID, etag: str, reason: str) -> Meeting:
    """Cancel it and tell the followers, or give a hold back. Cancelling a cancelled one changes nothing.

    NotBooked where it took place; DateIsOffered where it is held for an offer; VersionClash for another etag.
    """
    name = meeting_name(caller.council, meeting_id)
    await unit.reservations.lock((), meeting_id)
    meeting = await unit.meetings.load(meeting_id, lock=True)
    if meeting is None:
        raise NotFound(name)
    if meeting.state is MeetingState.CANCELLED:
        return meeting
    if str(meeting.version) != etag:
        raise VersionClash(name)
    if meeting.state not in _GIVES_BACK:
        raise NotBooked(meeting=name, state=meeting.state.value)
    if meeting.offer and meeting.state is MeetingState.HELD_SLOT:
        raise offered(caller, meeting)
    was_booked = meeting.state is MeetingState.BOOKED
    gone = replace(meeting.changed(told=was_booked), state=MeetingState.CANCELLED, change_reason=reason)
    await unit.reservations.release(meeting_id)
    await unit.meetings.save(gone)
    await unit.bulk_moves.end_part(meeting_id, CHANGED_MEANWHILE)
    if was_booked:
        await unit.append_event(name, cancelled(caller.council, gone))
    await unit.audit(caller, "CancelMeeting", name)
    return gone
