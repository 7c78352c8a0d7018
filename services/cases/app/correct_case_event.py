"""Corrects or withdraws a recorded fact: the clocks then stand as if it had been recorded right the first time."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from servicekit.errors import InvalidRequest, NotFound, Violation
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.record_case_event import Recorded, require_may_record, what_follows
from services.cases.domain.case_event import RecordedEvent, faults, require_care
from services.cases.domain.events import case_event_recorded
from services.cases.domain.names import CaseEventId
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class CorrectCaseEvent:
    """A fact of that name, and the day (and instant) on which it really was."""

    event: CaseEventId
    name: str
    on: date
    at: datetime | None = None


async def correct_case_event(unit: Unit, command: CorrectCaseEvent) -> Recorded:
    """NotFound for a fact of a subject the caller may not know of.

    InvalidRequest for a day or time that such a fact cannot have; CareNotBegun where it needs a period of care.
    """
    require(unit.caller, "CorrectCaseEvent", command.name)
    subject, facts, old = await _found(unit, command.event, command.name)
    _require_possible(unit, replace(old, on=command.on, at=command.at))
    others = [fact for fact in facts if fact.id != old.id]
    require_care(subject, subject.name_in(unit.council), others, old.type, command.on)
    event = await unit.events.correct(old.id, command.on, command.at)
    name = subject.name_in(unit.council)
    await unit.tell(name, case_event_recorded(unit.council, name, event))
    await unit.audit("CorrectCaseEvent", command.name, ("on_date", "at_time"))
    now = [event if fact.id == event.id else fact for fact in facts]
    return Recorded(subject, event, await what_follows(unit, subject, now))


async def withdraw_case_event(unit: Unit, event: CaseEventId, name: str) -> Recorded:
    """NotFound for a fact of a subject the caller may not know of, and for one that was withdrawn before."""
    require(unit.caller, "WithdrawCaseEvent", name)
    subject, facts, old = await _found(unit, event, name)
    await unit.events.correct(old.id, old.on, old.at, withdrawn=True)
    about = subject.name_in(unit.council)
    await unit.tell(about, case_event_recorded(unit.council, about, old, withdrawn=True))
    await unit.audit("WithdrawCaseEvent", name, ("withdrawn",))
    left = [fact for fact in facts if fact.id != old.id]
    return Recorded(subject, old, await what_follows(unit, subject, left))


def _require_possible(unit: Unit, fact: RecordedEvent) -> None:
    wrong = faults(unit.pack, fact.type, fact.on, fact.at, fact.rule_id or "", unit.today(), fact.plan)
    # What cannot be corrected is not at fault now: a rule may have gone since.
    found = [Violation(field, fault) for field, fault in wrong if field in ("on_date", "at_time")]
    if found:
        raise InvalidRequest(found)


async def _found(unit: Unit, event: CaseEventId, name: str) -> tuple[Subject, list[RecordedEvent], RecordedEvent]:
    """The subject, locked, all its facts as they stand under the lock, and the one asked for."""
    known = await unit.events.find(event)
    if known is None:
        raise NotFound(name)
    await require_may_record(unit, known.subject, None, name)
    subject = (await unit.subjects.lock([known.subject]))[0]
    facts = (await unit.events.of([subject.id]))[subject.id]
    old = next((fact for fact in facts if fact.id == event), None)
    if old is None:
        raise NotFound(name)
    return subject, facts, old
