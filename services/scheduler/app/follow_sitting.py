"""The times of those who come to a sitting for one item go with the sitting: moved, called off and held with it."""

from dataclasses import replace
from datetime import timedelta

from servicekit.caller import Caller
from services.scheduler.app.ports import UnitOfWork
from services.scheduler.domain.errors import PartOfSitting
from services.scheduler.domain.events import cancelled, held, rescheduled
from services.scheduler.domain.meeting import Attendee, Meeting, MeetingState, Session, meeting_name, part_of_name


def refuse_part(caller: Caller, meeting: Meeting) -> None:
    """PartOfSitting for a part: nobody changes by hand what follows an agenda."""
    if meeting.part_of is not None:
        raise PartOfSitting(sitting=part_of_name(caller.council, meeting))


async def move_parts(unit: UnitOfWork, caller: Caller, before: Meeting, after: Meeting) -> None:
    """As far as the sitting moved, into its room. The agenda may place them otherwise in a moment."""
    by = after.start - before.start
    same_place = (before.room, before.plan.held_by_video) == (after.room, after.plan.held_by_video)
    if not after.plan.body or (not by and same_place):
        return
    for part in await unit.meetings.parts(after.id):
        moved = _moved(part, by, after)
        await unit.meetings.save(moved)
        name = meeting_name(caller.council, part.id)
        await unit.append_event(name, rescheduled(caller.council, moved))
        await unit.audit(caller, "RescheduleMeeting", name)


async def cancel_parts(unit: UnitOfWork, caller: Caller, sitting: Meeting) -> None:
    """Whoever was to come for one item is told that it is off."""
    for part in await unit.meetings.parts(sitting.id):
        await cancel_part(unit, caller, part, sitting.change_reason)


async def cancel_part(unit: UnitOfWork, caller: Caller, part: Meeting, reason: str) -> Meeting:
    """One of them."""
    gone = replace(part.changed(told=True), state=MeetingState.CANCELLED, change_reason=reason)
    await unit.meetings.save(gone)
    name = meeting_name(caller.council, part.id)
    await unit.append_event(name, cancelled(caller.council, gone))
    await unit.audit(caller, "CancelMeeting", name)
    return gone


async def hold_parts(unit: UnitOfWork, caller: Caller, sitting: Meeting) -> None:
    """The sitting took place, and they with it: nobody is told or reminded any more."""
    for part in await unit.meetings.parts(sitting.id):
        over = replace(part.changed(told=False), state=MeetingState.HELD)
        await unit.meetings.save(over)
        await unit.append_event(meeting_name(caller.council, part.id), held(caller.council, over))


def _moved(part: Meeting, by: timedelta, sitting: Meeting) -> Meeting:
    plan = replace(
        part.plan,
        held_by_video=sitting.plan.held_by_video,
        attendees=tuple(_asked_again(one, by) for one in part.plan.attendees),
    )
    return replace(
        part.changed(told=True),
        plan=plan,
        room=sitting.room,
        sessions=tuple(Session(one.number, one.start + by, one.end + by) for one in part.sessions),
        change_reason=sitting.change_reason,
        booked_by=sitting.booked_by,
    )


def _asked_again(one: Attendee, by: timedelta) -> Attendee:
    """Whoever had confirmed that they will come did so for the old time."""
    return replace(one, confirmed=one.confirmed and not by)
