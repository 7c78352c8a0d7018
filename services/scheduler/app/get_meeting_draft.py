"""Reads one draft of a meeting."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import demand_meeting
from services.scheduler.domain.meeting_draft import MeetingDraft, draft_name


async def get_meeting_draft(around: Surroundings, caller: Caller, draft_id: UUID) -> MeetingDraft:
    """The draft as it stands. NotFound where there is none that the caller may know of. The reading is audited."""
    await demand_draft(around, caller, "GetMeetingDraft", draft_id)
    name = draft_name(caller.council, draft_id)
    async with around.begin(caller) as unit:
        # Read again with the audit row: what is shown is what was recorded as read.
        draft = await unit.drafts.load(draft_id)
        if draft is None:
            raise NotFound(name)
        await unit.audit(caller, "GetMeetingDraft", name)
    return draft


async def demand_draft(around: Surroundings, caller: Caller, action: str, draft_id: UUID) -> MeetingDraft:
    """The draft, where the caller may do this with it and know of it. PermissionDenied, NotFound: both as absence."""
    name = draft_name(caller.council, draft_id)
    demand(caller, action, name)
    async with around.begin(caller) as unit:
        found = await unit.drafts.load(draft_id)
    return await demand_meeting(around, caller, name, found)
