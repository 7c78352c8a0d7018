"""Says that an obligation need not be met, with who, when and why; and takes that back."""

from dataclasses import dataclass, replace
from typing import Final

from rulebook.rule import Basis
from servicekit.errors import NotFound, PermissionDenied
from services.cases.app.get_subject import may_read_names
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.recompute_obligations import recompute
from services.cases.app.sight import sight_of
from services.cases.domain.errors import NotRunning, NotWaived
from services.cases.domain.names import ObligationId
from services.cases.domain.obligation import Obligation, Read, Waiver, explained, work_out
from services.cases.domain.subject import Subject

_WAIVE: Final = {Basis.STATUTORY: "WaiveStatutory", Basis.LOCAL: "WaiveLocal"}


@dataclass(frozen=True)
class ObligationRef:
    """An obligation as a request names it."""

    id: ObligationId
    name: str


async def waive_obligation(unit: Unit, ref: ObligationRef, reason: str) -> Read:
    """NotFound where the caller may not know of the subject; PermissionDenied where the clock is not theirs to waive.

    NotRunning where it was met, has ended or is waived already.
    """
    require(unit.caller, "WaiveObligation", ref.name)
    subject, one = await _locked(unit, ref)
    if not one.running:
        raise NotRunning(ref.name, one.state.value)
    await unit.obligations.waive(one.id, Waiver(unit.caller.principal_id, unit.now(), reason))
    await unit.audit("WaiveObligation", ref.name, ("waiver",))
    return await _anew(unit, subject, one.id)


async def restore_obligation(unit: Unit, ref: ObligationRef) -> Read:
    """As `waive_obligation`; NotWaived where there is no waiver to take back."""
    require(unit.caller, "RestoreObligation", ref.name)
    subject, one = await _locked(unit, ref)
    if one.waiver is None:
        raise NotWaived(ref.name)
    await unit.obligations.restore(one.id)
    await unit.audit("RestoreObligation", ref.name, ("waiver",))
    return await _anew(unit, subject, one.id)


def readable_obligation(unit: Unit, read: Read) -> Read:
    """Without the words about a case where the caller works with references alone."""
    waiver = read.obligation.waiver
    if waiver is None or may_read_names(unit.caller):
        return read
    return replace(read, obligation=replace(read.obligation, waiver=replace(waiver, reason="")))


async def _locked(unit: Unit, ref: ObligationRef) -> tuple[Subject, Obligation]:
    known = await unit.obligations.find(ref.id)
    if known is None or await unit.subjects.find(known.subject, None, sight_of(unit.caller)) is None:
        raise NotFound(ref.name)
    if await unit.subjects.find(known.subject, None, sight_of(unit.caller, _WAIVE[known.basis])) is None:
        raise PermissionDenied(ref.name, may_know=True)
    subject = (await unit.subjects.lock([known.subject]))[0]
    one = await unit.obligations.find(ref.id)
    if one is None:
        raise NotFound(ref.name)
    return subject, one


async def _anew(unit: Unit, subject: Subject, obligation: ObligationId) -> Read:
    await recompute(unit, [subject.id], unit.today())
    one = await unit.obligations.find(obligation)
    assert one is not None
    facts = (await unit.events.of([subject.id]))[subject.id]
    return explained(unit.pack, [one], subject.kind, work_out(unit.pack, subject, facts, unit.today()))[0]
