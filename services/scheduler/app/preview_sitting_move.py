"""Says which children's clocks the move of a sitting, or its falling away, would break. Changes nothing."""

from datetime import date, datetime
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import hidden_subjects, meeting_for
from services.scheduler.domain.bulk_move import Touched
from services.scheduler.domain.errors import NotBooked
from services.scheduler.domain.meeting import Meeting, MeetingState, civil_day, meeting_name
from services.scheduler.domain.sitting_move import made_late


async def preview_sitting_move(
    around: Surroundings, caller: Caller, meeting_id: UUID, start: datetime | None
) -> tuple[Touched, ...]:
    """The clocks, of children that the caller may know of; `start` None: the sitting is cancelled.

    NotFound, NotBooked; InvalidRequest for a meeting that is no sitting.
    """
    name = meeting_name(caller.council, meeting_id)
    meeting = await meeting_for(around, caller, "PreviewSittingMove", meeting_id)
    if not meeting.plan.body:
        raise InvalidRequest([Violation("name", "is no sitting; PreviewMeetingDate of cases tells of other meetings")])
    if meeting.state is not MeetingState.BOOKED:
        raise NotBooked(meeting=name, state=meeting.state.value)
    found = await seen_late(around, caller, meeting, civil_day(start) if start else None)
    async with around.begin(caller) as unit:
        await unit.audit(caller, "PreviewSittingMove", name)
    return found


async def seen_late(around: Surroundings, caller: Caller, sitting: Meeting, day: date | None) -> tuple[Touched, ...]:
    """What the move would make late, without what the caller may not know of: they could not answer for it."""
    async with around.begin(caller) as unit:
        found = await late_by_move(unit, sitting, day)
    hidden = await hidden_subjects(around, caller, {one.clock.subject for one in found})
    return tuple(one for one in found if one.clock.subject not in hidden)


async def late_by_move(unit: UnitOfWork, sitting: Meeting, day: date | None) -> tuple[Touched, ...]:
    """What the move would make late. The body's own clocks are judged with the sitting, as those of any meeting."""
    plan, before = sitting.plan, sitting.on_date
    if not plan.body or (day is not None and day <= before):
        return ()
    others = await unit.sittings.coming(plan.body, unit.now(), but=sitting.id)
    clocks = await unit.sittings.clocks_between(plan.meeting_kind, before, day)
    theirs = [one for one in clocks if one.subject != plan.body and one.obligation not in plan.obligations]
    return made_late(theirs, before, day, [civil_day(start) for start in others])
