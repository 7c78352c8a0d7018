"""A reviewing officer takes a matter further, stage by stage, and says when it is settled."""

from dataclasses import dataclass

from rulebook.counting import london_date
from rulebook.decisions import EscalationRules
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from servicekit.ids import new_id
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, KnownSubject, UnitOfWork
from services.panels.app.see_subjects import visible_subjects
from services.panels.domain.escalation import Escalation, EscalationId, EscalationStep, raised
from services.panels.domain.events import CaseSettled
from services.panels.domain.names import escalation_name


@dataclass(frozen=True)
class RaiseEscalation:
    """`kind` is the key of the procedure in the pack."""

    subject: str
    kind: str
    grounds: str


@dataclass(frozen=True)
class StepEscalation:
    """To the next stage, or closed: `words` are why, or what came of it."""

    escalation: EscalationId
    etag: str
    words: str


async def raise_escalation(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: RaiseEscalation
) -> Escalation:
    """At its first stage; the law's clock runs. InvalidRequest for a procedure that the council does not have."""
    rules, today = _rules(council, command.kind), london_date(unit.now())
    escalation_id = EscalationId(new_id())
    escalation = raised(
        escalation_id,
        command.subject,
        command.kind,
        command.grounds,
        caller.principal_id,
        today,
        rules,
        council.law.calendar,
    )
    await unit.escalations.add(escalation)
    name = escalation_name(caller.council, escalation_id)
    fact = CaseSettled(name, command.subject, "", (rules.raised_event,), rules.answers, today)
    await unit.append_event(command.subject, fact)
    await unit.audit(caller, "RaiseEscalation", name, ["grounds"])
    return escalation


async def advance_escalation(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: StepEscalation
) -> Escalation:
    """NotFound, VersionClash, EscalationClosedError, LastStageError."""
    before, name = await _locked(unit, caller, command), escalation_name(caller.council, command.escalation)
    today = london_date(unit.now())
    after = before.advanced(_rules(council, before.kind), council.law.calendar, today, name)
    await unit.escalations.change(after)
    step = EscalationStep(after.stage, command.words, today, caller.principal_id)
    await unit.escalations.add_step(after.escalation_id, step, unit.now())
    await unit.audit(caller, "AdvanceEscalation", name, ["stage", "words"])
    return await unit.escalations.load(after.escalation_id) or after


async def close_escalation(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: StepEscalation
) -> Escalation:
    """The law's clock is met. NotFound, VersionClash, EscalationClosedError."""
    before, name = await _locked(unit, caller, command), escalation_name(caller.council, command.escalation)
    today = london_date(unit.now())
    after = before.closed(today, caller.principal_id, command.words, name)
    await unit.escalations.change(after)
    rules = council.law.escalations.get(before.kind)
    if rules:
        fact = CaseSettled(name, before.subject, "", (), (rules.closed_rule,), today)
        await unit.append_event(before.subject, fact)
    await unit.audit(caller, "CloseEscalation", name, ["result"])
    return await unit.escalations.load(after.escalation_id) or after


async def list_escalations(
    begin: Begin, cases: Cases, caller: Caller, subject: str, include_closed: bool
) -> tuple[list[Escalation], dict[str, KnownSubject]]:
    """Those that the caller may see, with what is known of their subjects. Audited."""
    parent = f"councils/{caller.council}"
    require(caller, "ListEscalations", parent)
    if subject:
        await cases.subject(caller, subject)
    async with begin(caller) as unit:
        found = await unit.escalations.all(subject, include_closed)
        known = await unit.candidates.subjects(sorted({one.subject for one in found}))
        await unit.audit(caller, "ListEscalations", subject or parent, ["grounds", "result"])
    seen = await visible_subjects(cases, caller, {one.subject for one in found}, known)
    return [one for one in found if one.subject in seen], known


async def check_escalation(
    begin: Begin, cases: Cases, caller: Caller, action: str, escalation_id: EscalationId
) -> None:
    """Before the transaction: whether the caller may do this, and sees the subject; NotFound of the escalation."""
    name = escalation_name(caller.council, escalation_id)
    require(caller, action, name)
    async with begin(caller) as unit:
        found = await unit.escalations.load(escalation_id)
    if found is None:
        raise NotFound(name)
    try:
        await cases.subject(caller, found.subject)
    except NotFound:
        raise NotFound(name) from None


async def _locked(unit: UnitOfWork, caller: Caller, command: StepEscalation) -> Escalation:
    name = escalation_name(caller.council, command.escalation)
    found = await unit.escalations.load(command.escalation, lock=True)
    if found is None:
        raise NotFound(name)
    if command.etag != str(found.version):
        raise VersionClash(name)
    return found


def _rules(council: CouncilBodies, kind: str) -> EscalationRules:
    rules = council.law.escalations.get(kind)
    if rules is None:
        known = ", ".join(sorted(council.law.escalations)) or "none"
        raise InvalidRequest([Violation("kind", f"is no procedure of the council's rules; there are: {known}")])
    return rules
