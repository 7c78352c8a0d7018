"""Whose diary is meant, and whether the caller may read it or end its feeds."""

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.scheduler.app.policy import demand, may
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.errors import NotOnStaffList


async def own_person(around: Surroundings, caller: Caller) -> str:
    """The person whose account the caller has. NotOnStaffList where the council's list holds nobody with it."""
    demand(caller, "GetOwnDiary", f"councils/{caller.council}", may_know=True)
    found = await around.cases.staff(caller, principals=[caller.principal_id])
    if not found:
        raise NotOnStaffList
    return found[0]


async def own_or(around: Surroundings, caller: Caller, person: str, action: str) -> tuple[str, bool]:
    """The person meant (empty: the caller), and whether it is the caller. Somebody else's needs leave for `action`.

    NotFound, the same for a stranger, for somebody who is no member of staff, and for a diary that is not the caller's.
    """
    if person and may(caller, action):
        own = await around.cases.staff(caller, principals=[caller.principal_id])
        if person in own:
            return person, True
        if not await around.cases.staff(caller, people=[person]):
            raise NotFound(person)
        return person, False
    if person and not may(caller, "GetOwnDiary"):
        raise PermissionDenied(person)
    own_name = await own_person(around, caller)
    if person and person != own_name:
        raise PermissionDenied(person)
    return own_name, True
