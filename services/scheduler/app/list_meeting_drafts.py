"""Lists the open drafts of meetings, the latest changed first."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import PageRequest, fill_page, next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import visible
from services.scheduler.domain.meeting_draft import MeetingDraft


async def list_meeting_drafts(
    around: Surroundings, caller: Caller, page_size: int, page_token: str
) -> tuple[list[MeetingDraft], str]:
    """A page and the next one's token. What the caller may not know of is left out, and leaves no gap."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListMeetingDrafts", parent, may_know=True)
    bound_to = f"{parent} ListMeetingDrafts"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        await unit.audit(caller, "ListMeetingDrafts", parent)

    async def read(step: PageRequest) -> Sequence[MeetingDraft]:
        async with around.begin(caller) as unit:
            return await unit.drafts.open_page(step.size, step.after)

    async def may_be_shown(found: Sequence[MeetingDraft]) -> Sequence[MeetingDraft]:
        return await visible(around, caller, found)

    shown, last = await fill_page(page, read, may_be_shown, _place)
    return shown, next_token(bound_to, last) if last else ""


def _place(draft: MeetingDraft) -> tuple[str, ...]:
    return draft.updated_at.isoformat(), str(draft.id)
