"""Takes an absence back."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import may
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.whose_diary import own_person
from services.scheduler.domain.absence import Absence, absence_name
from services.scheduler.domain.errors import NotOnStaffList


async def prepare_withdrawal(around: Surroundings, caller: Caller, absence_id: UUID) -> None:
    """NotFound, alike, for an absence that is not there and for one that the caller may not withdraw."""
    async with around.begin(caller) as unit:
        found = await unit.absences.load(absence_id)
    if found is None or not (may(caller, "KeepPeoplesTime") or await _is_own(around, caller, found)):
        raise NotFound(absence_name(caller.council, absence_id))


async def withdraw_absence(unit: UnitOfWork, caller: Caller, absence_id: UUID) -> Absence:
    """The withdrawn absence. Withdrawing a withdrawn one changes nothing."""
    name = absence_name(caller.council, absence_id)
    found = await unit.absences.load(absence_id, lock=True)
    if found is None:
        raise NotFound(name)
    if found.withdrawn_at:
        return found
    await unit.absences.withdraw(absence_id, caller.principal_id, unit.now())
    await unit.audit(caller, "WithdrawAbsence", name)
    return replace(found, withdrawn_at=unit.now())


async def _is_own(around: Surroundings, caller: Caller, absence: Absence) -> bool:
    if not may(caller, "GetOwnDiary"):
        return False
    try:
        return await own_person(around, caller) == absence.person
    except NotOnStaffList:
        return False
