"""Lists meetings by start."""

from servicekit.caller import Caller
from servicekit.page import next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import MeetingFilter, Surroundings
from services.scheduler.app.see_meeting import visible
from services.scheduler.domain.meeting import Meeting


async def list_meetings(
    around: Surroundings, caller: Caller, wanted: MeetingFilter, page_size: int, page_token: str
) -> tuple[list[Meeting], str]:
    """A page and the next one's token. What the caller may not know of is left out, so a page may be short."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListMeetings", parent, may_know=True)
    bound_to = f"{parent} ListMeetings {wanted}"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        found = await unit.meetings.page(wanted, page.size + 1, page.after)
        await unit.audit(caller, "ListMeetings", wanted.subject or parent)
    more, found = len(found) > page.size, found[: page.size]
    token = next_token(bound_to, (found[-1].start.isoformat(), str(found[-1].id))) if more else ""
    return await visible(around, caller, found), token
