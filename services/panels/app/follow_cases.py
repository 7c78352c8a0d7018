"""Take over what cases tells: clocks that ask for a sitting, and the references of subjects."""

from dataclasses import dataclass
from datetime import date

from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import CouncilBodies, KnownSubject, UnitOfWork


@dataclass(frozen=True)
class ToldObligation:
    """An obligation as cases told it last. `due`: the earlier of its two dates."""

    obligation: str
    subject: str
    meeting_kind: str
    due: date | None
    is_open: bool


async def follow_obligation(unit: UnitOfWork, caller: Caller, council: CouncilBodies, told: ToldObligation) -> None:
    """A clock of a child or another subject that a body's sitting would meet becomes a candidate, or stops being one.

    A body's own clock (that it sits at all) is nobody's agenda item.
    """
    require(caller, "FollowCases", told.subject)
    body = next((one for one in council.bodies.values() if one.meeting_kind == told.meeting_kind), None)
    if body is None or "/bodies/" in told.subject:
        return
    await unit.candidates.put(told.obligation, body.body_id, told.subject, told.due, told.is_open)
    await unit.wake_agenda(body.body_id)


async def follow_subject(unit: UnitOfWork, caller: Caller, council: CouncilBodies, told: KnownSubject) -> None:
    """Keep the reference; a sibling group's members are read afterwards."""
    require(caller, "FollowCases", told.subject)
    await unit.candidates.put_subject(told, members_known=False, told=True)
    for body in council.bodies:
        await unit.wake_agenda(body)
