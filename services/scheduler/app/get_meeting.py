"""Reads one meeting."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import demand_meeting
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
        await unit.audit(caller, "GetMeeting", name)
    return meeting
