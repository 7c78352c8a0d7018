"""Reads one meeting."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import demand_meeting, hidden_subjects, without_hidden_clocks
from services.scheduler.app.sitting_ports import SittingBreach
from services.scheduler.domain.meeting import Meeting, meeting_name


async def get_meeting(around: Surroundings, caller: Caller, meeting_id: UUID) -> Meeting:
    """The meeting as it stands. NotFound where there is none that the caller may know of. The reading is audited."""
    name = meeting_name(caller.council, meeting_id)
    demand(caller, "GetMeeting", name)
    async with around.begin(caller) as unit:
        found = await unit.meetings.load(meeting_id)
    await demand_meeting(around, caller, name, found)
    async with around.begin(caller) as unit:
        # Read again with the audit row: what is shown is what was recorded as read.
        meeting = await unit.meetings.load(meeting_id)
        if meeting is None:
            raise NotFound(name)
        made_late = await unit.sittings.breaches(meeting_id) if meeting.plan.body else ()
        await unit.audit(caller, "GetMeeting", name)
    return await _as_seen(around, caller, meeting, made_late)


async def _as_seen(
    around: Surroundings, caller: Caller, meeting: Meeting, made_late: Sequence[SittingBreach]
) -> Meeting:
    """With what its last move made late, of children that the caller may know of."""
    (shown,) = await without_hidden_clocks(around, caller, [meeting])
    hidden = await hidden_subjects(around, caller, {one.subject for one in made_late})
    theirs = tuple(one.breach for one in made_late if one.subject not in hidden)
    return replace(shown, accepted_breaches=(*shown.accepted_breaches, *theirs)) if theirs else shown
