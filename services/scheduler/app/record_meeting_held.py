"""Records that a booked meeting took place, and when it ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.follow_sitting import hold_parts, refuse_part
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.reschedule_meeting import booked_meeting
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.domain.errors import NotYetEnded
from services.scheduler.domain.events import held
from services.scheduler.domain.meeting import Meeting, MeetingState, meeting_name

_LONGEST = timedelta(hours=24)


async def prepare_held(around: Surroundings, caller: Caller, meeting_id: UUID) -> None:
    """Whether the caller may know of it and say so; asked before the transaction."""
    refuse_part(caller, await meeting_for(around, caller, "RecordMeetingHeld", meeting_id))


async def record_meeting_held(
    unit: UnitOfWork, caller: Caller, meeting_id: UUID, etag: str, end: datetime | None
) -> Meeting:
    """Record it and tell the followers. `end` None: as booked. NotYetEnded where that is still to come."""
    name = meeting_name(caller.council, meeting_id)
    await unit.reservations.lock((), meeting_id)
    meeting = await booked_meeting(unit, caller, meeting_id, etag)
    ended = end or meeting.end
    if not meeting.start < ended <= meeting.start + _LONGEST:
        raise InvalidRequest([Violation("end_time", "must lie after the start, within a day of it")])
    if ended > unit.now():
        raise NotYetEnded(meeting=name, end_time=ended.isoformat())
    over = replace(meeting.changed(told=False), state=MeetingState.HELD)
    over = _ended_at(over, ended)
    await unit.meetings.save(over)
    await hold_parts(unit, caller, over)
    await unit.append_event(name, held(caller.council, over))
    await unit.audit(caller, "RecordMeetingHeld", name)
    return over


def _ended_at(meeting: Meeting, end: datetime) -> Meeting:
    """Sessions that had not begun by then did not take place."""
    begun = [one for one in meeting.sessions if one.start < end]
    return replace(meeting, sessions=(*begun[:-1], replace(begun[-1], end=end)))
