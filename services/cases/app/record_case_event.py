"""Records a dated fact and works out what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rulebook.facts import EventType, RuleId, SubjectKind
from servicekit.errors import NotFound, PermissionDenied
from servicekit.ids import new_id
from services.cases.app.get_subject import SubjectRef
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.recompute_obligations import recompute
from services.cases.app.sight import sight_of
from services.cases.app.waive_obligation import readable_obligation
from services.cases.domain.case_event import RecordedEvent, require_care
from services.cases.domain.events import case_event_recorded
from services.cases.domain.names import CaseEventId, SubjectId
from services.cases.domain.obligation import Read, explained, work_out
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class RecordCaseEvent:
    """A fact to be recorded; its fields have been checked (`domain.case_event.faults`)."""

    subject: SubjectRef
    type: EventType
    on: date
    at: datetime | None = None
    rule_id: RuleId | None = None
    meeting: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Recorded:
    """The fact, and the obligations that began, moved or ended because of it."""

    subject: Subject
    event: RecordedEvent
    changed: tuple[Read, ...]


async def record_case_event(unit: Unit, command: RecordCaseEvent) -> Recorded:
    """NotFound for a subject the caller may not know of; CareNotBegun for a fact that needs a period of care."""
    require(unit.caller, "RecordCaseEvent", command.subject.name)
    await require_may_record(unit, command.subject.id, command.subject.kind, command.subject.name)
    subject = (await unit.subjects.lock([command.subject.id]))[0]
    before = (await unit.events.of([subject.id]))[subject.id]
    require_care(subject, command.subject.name, before, command.type, command.on)
    event = _event(command, subject.id)
    await unit.events.add([event], unit.now())
    name = subject.name_in(unit.council)
    await unit.tell(name, case_event_recorded(unit.council, name, event))
    await unit.audit("RecordCaseEvent", name, ("case_event",))
    return Recorded(subject, event, await what_follows(unit, subject, [*before, event]))


async def what_follows(unit: Unit, subject: Subject, facts: Sequence[RecordedEvent]) -> tuple[Read, ...]:
    """Works out the clocks of a locked subject from these facts, which are kept already; those that changed."""
    changed = {change.after.id for change in await recompute(unit, [subject.id], unit.today())}
    # Read anew: what is unconfirmed of a date may have moved with it.
    stored = [one for one in (await unit.obligations.of([subject.id]))[subject.id] if one.id in changed]
    clocks = work_out(unit.pack, subject, facts, unit.today())
    return tuple(readable_obligation(unit, one) for one in explained(unit.pack, stored, subject.kind, clocks))


async def require_may_record(unit: Unit, subject: SubjectId, kind: SubjectKind | None, name: str) -> None:
    """NotFound(name) where the caller may not know of the subject, PermissionDenied where they may only read it."""
    if await unit.subjects.find(subject, kind, sight_of(unit.caller, "RecordOnCase")) is None:
        # Somebody who may read the case but not record on it may be told so; anybody else learns nothing.
        if await unit.subjects.find(subject, kind, sight_of(unit.caller)) is None:
            raise NotFound(name)
        raise PermissionDenied(name, may_know=True)


def _event(command: RecordCaseEvent, subject: SubjectId) -> RecordedEvent:
    event = CaseEventId(new_id())
    return RecordedEvent(
        id=event,
        subject=subject,
        type=command.type,
        on=command.on,
        source_key=f"recorded:{event}",
        at=command.at,
        rule_id=command.rule_id,
        meeting=command.meeting,
        plan=command.plan,
    )
