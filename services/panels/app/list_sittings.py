"""Sittings by start, and the bodies that sit."""

from datetime import datetime

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.panels.app.policy import require
from services.panels.app.ports import Begin, CouncilBodies
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.sitting import Sitting


async def list_sittings(
    begin: Begin, caller: Caller, body: BodyUuid | None, since: datetime | None, page: PageRequest
) -> list[Sitting]:
    """One more than the page's size where there are more."""
    require(caller, "ListSittings", f"councils/{caller.council}")
    async with begin(caller) as unit:
        return await unit.sittings.page(body, since, page)


def list_bodies(caller: Caller, council: CouncilBodies) -> list[Body]:
    """By title."""
    require(caller, "ListBodies", f"councils/{caller.council}")
    return sorted(council.bodies.values(), key=lambda body: (body.title, body.key))
