"""Keeps a held time for ten minutes from now again."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.hold_slot import held_meeting
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.domain.errors import HoldLapsed
from services.scheduler.domain.meeting import HOLD_TIME, Meeting, meeting_name


async def prepare_extension(around: Surroundings, caller: Caller, meeting_id: UUID) -> None:
    """Whether the caller may know of it and keep it; asked before the transaction."""
    await meeting_for(around, caller, "ExtendHold", meeting_id)


async def extend_hold(unit: UnitOfWork, caller: Caller, meeting_id: UUID) -> Meeting:
    """Keep it. HoldLapsed where it has run out; NotAHold where it is none (any more)."""
    meeting = await held_meeting(unit, caller, meeting_id)
    until = unit.now() + HOLD_TIME
    if not await unit.reservations.extend(meeting_id, until):
        raise HoldLapsed(meeting=meeting_name(caller.council, meeting_id))
    kept = replace(meeting, expires_at=until)
    await unit.meetings.save(kept)
    await unit.audit(caller, "ExtendHold", meeting_name(caller.council, meeting_id))
    return kept
