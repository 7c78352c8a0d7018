"""Lists meetings by start."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import PageRequest, fill_page, next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import MeetingFilter, Surroundings
from services.scheduler.app.see_meeting import visible, without_hidden_clocks
from services.scheduler.domain.meeting import Meeting


async def list_meetings(
    around: Surroundings, caller: Caller, wanted: MeetingFilter, page_size: int, page_token: str
) -> tuple[list[Meeting], str]:
    """A page and the next one's token. What the caller may not know of is left out, and leaves no gap."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListMeetings", parent, may_know=True)
    bound_to = f"{parent} ListMeetings {wanted}"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        await unit.audit(caller, "ListMeetings", wanted.subject or parent)

    async def read(step: PageRequest) -> Sequence[Meeting]:
        async with around.begin(caller) as unit:
            return await unit.meetings.page(wanted, step.size, step.after)

    async def may_be_shown(found: Sequence[Meeting]) -> Sequence[Meeting]:
        return await without_hidden_clocks(around, caller, await visible(around, caller, found))

    shown, last = await fill_page(page, read, may_be_shown, _place)
    return shown, next_token(bound_to, last) if last else ""


def _place(meeting: Meeting) -> tuple[str, ...]:
    return meeting.start.isoformat(), str(meeting.id)
