"""Records whether an interpreter or advocate, who is engaged from elsewhere, has said that they will come."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.reschedule_meeting import booked_meeting
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.domain.errors import NotAskedToConfirm
from services.scheduler.domain.meeting import Attendee, Meeting, meeting_name


async def prepare_confirmation(around: Surroundings, caller: Caller, meeting_id: UUID) -> None:
    """Whether the caller may know of it and say so; asked before the transaction."""
    await meeting_for(around, caller, "RecordConfirmation", meeting_id)


async def record_confirmation(
    unit: UnitOfWork, caller: Caller, meeting_id: UUID, etag: str, person: str, *, confirmed: bool
) -> Meeting:
    """Record it; nobody is told. NotBooked, VersionClash; NotAskedToConfirm for anybody who answers an invitation."""
    name = meeting_name(caller.council, meeting_id)
    await unit.reservations.lock((), meeting_id)
    meeting = await booked_meeting(unit, caller, meeting_id, etag)
    if not any(one.person == person and one.confirms for one in meeting.plan.attendees):
        raise NotAskedToConfirm(person=person, meeting=name)

    def said(one: Attendee) -> Attendee:
        return replace(one, confirmed=confirmed) if one.person == person else one

    plan = replace(meeting.plan, attendees=tuple(said(one) for one in meeting.plan.attendees))
    kept = replace(meeting.changed(told=False), plan=plan)
    await unit.meetings.save(kept)
    await unit.audit(caller, "RecordConfirmation", name)
    return kept
