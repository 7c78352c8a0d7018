"""Break a sitting off, and take it up again."""

from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.panels.app.keep_run_sheet import refuse_unless_it_sits
from services.panels.app.policy import require
from services.panels.app.ports import UnitOfWork
from services.panels.domain.errors import SittingAdjournedError, SittingNotAdjournedError
from services.panels.domain.names import sitting_name
from services.panels.domain.sitting import SittingId


def check_adjourner(caller: Caller, action: str, sitting: SittingId) -> None:
    """Before the transaction: whether the caller may."""
    require(caller, action, sitting_name(caller.council, sitting))


async def adjourn_sitting(unit: UnitOfWork, caller: Caller, sitting_id: SittingId, reason: str) -> datetime:
    """Since when. NotFound, SittingNotBegunError, SittingCancelledError, SittingAdjournedError."""
    name = sitting_name(caller.council, sitting_id)
    sitting = await unit.sittings.load(sitting_id, lock=True)
    if sitting is None:
        raise NotFound(name)
    refuse_unless_it_sits(sitting, name, unit.now())
    if await unit.run_sheets.adjournment(sitting_id) is not None:
        raise SittingAdjournedError(sitting=name)
    await unit.run_sheets.adjourn(sitting_id, unit.now(), reason, caller.principal_id)
    await unit.audit(caller, "AdjournSitting", name, ["reason"])
    return unit.now()


async def resume_sitting(unit: UnitOfWork, caller: Caller, sitting_id: SittingId) -> datetime:
    """Since when it sits again. NotFound, SittingNotAdjournedError."""
    name = sitting_name(caller.council, sitting_id)
    if await unit.sittings.load(sitting_id, lock=True) is None:
        raise NotFound(name)
    if await unit.run_sheets.adjournment(sitting_id) is None:
        raise SittingNotAdjournedError(sitting=name)
    await unit.run_sheets.resume(sitting_id, unit.now())
    await unit.audit(caller, "ResumeSitting", name)
    return unit.now()
