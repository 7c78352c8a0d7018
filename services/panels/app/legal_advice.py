"""Privileged legal advice: kept apart from minutes, so that no document, pack or delivery can hold it."""

from collections.abc import Sequence
from typing import Final

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.panels.app.get_minutes import load_seen
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.domain.errors import NoLegalAdviceError
from services.panels.domain.minutes import MinutesId
from services.panels.domain.names import minutes_name

_KIND: Final = "legal_planning_meeting"


async def get_advice(begin: Begin, cases: Cases, caller: Caller, minutes_id: MinutesId) -> Sequence[str]:
    """The oldest first. PermissionDenied for everybody whom privilege shuts out, whether there is any or not."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "GetLegalAdvice", name)
    await load_seen(begin, cases, caller, minutes_id)
    async with begin(caller) as unit:
        found = await unit.forms.advice(minutes_id)
        await unit.audit(caller, "GetLegalAdvice", name, ["advice"])
    return found


async def check_adviser(begin: Begin, cases: Cases, caller: Caller, minutes_id: MinutesId) -> None:
    """NotFound, PermissionDenied; NoLegalAdviceError for another kind of meeting."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "AddLegalAdvice", name)
    minutes = await load_seen(begin, cases, caller, minutes_id)
    if minutes.meeting_kind != _KIND:
        raise NoLegalAdviceError(minutes=name)


async def add_advice(unit: UnitOfWork, caller: Caller, minutes_id: MinutesId, advice: str) -> int:
    """How much there is now."""
    name = minutes_name(caller.council, minutes_id)
    if await unit.minutes.load(minutes_id) is None:
        raise NotFound(name)
    await unit.audit(caller, "AddLegalAdvice", name, ["advice"])
    return await unit.forms.add_advice(minutes_id, advice, caller.principal_id)
