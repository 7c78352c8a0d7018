"""Says what became of writing to people about what waits."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.policy import may
from services.notifications.domain.chaser import Chaser


async def list_chasers(desk: ChaserDesk, caller: Caller, things: Sequence[str]) -> list[tuple[str, Chaser]]:
    """The last of each thing, clock and role, with the thing; PermissionDenied, Unavailable. Audited.

    What is about a subject that the caller may not know of is left out.
    """
    parent = f"councils/{caller.council}"
    if not may(caller, "ListChasers"):
        raise PermissionDenied(parent)
    async with desk.desk.begin(caller) as unit:
        found = await unit.chasers.latest_of(things)
        await unit.audit("ListChasers", parent, fields=("state",))
    wanted = set(things)
    about = [
        (thing, subject, one)
        for one in found
        for thing, subject in zip(one.things, one.subjects, strict=True)
        if thing in wanted
    ]
    seen = await desk.sight.shown_to(caller, {subject for _, subject, _ in about}) if about else frozenset()
    last: dict[tuple[str, str, str], tuple[str, Chaser]] = {}
    for thing, subject, one in about:
        if subject in seen:
            last.setdefault((thing, one.clock, one.role), (thing, one))
    return list(last.values())
