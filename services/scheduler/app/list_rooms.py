"""Lists rooms."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.diary import Room


async def list_rooms(
    around: Surroundings, caller: Caller, page_size: int, page_token: str
) -> tuple[Sequence[Room], str]:
    """A page of rooms by display name, and the next one's token."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListRooms", parent, may_know=True)
    bound_to = f"{parent} ListRooms"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        rooms = await unit.capacity.rooms_page(page.size + 1, page.after)
    more, rooms = len(rooms) > page.size, rooms[: page.size]
    return rooms, next_token(bound_to, (rooms[-1].display_name, rooms[-1].name)) if more else ""
