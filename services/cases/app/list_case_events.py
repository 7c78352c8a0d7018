"""Lists a subject's facts in the order in which they happened."""

from datetime import date

from services.cases.app.get_subject import SubjectRef, find
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.case_event import RecordedEvent


async def list_case_events(
    unit: Unit, ref: SubjectRef, after: tuple[date, int] | None, size: int
) -> tuple[list[tuple[int, RecordedEvent]], bool]:
    """One page, each fact with its place in the order of recording; and whether there are more."""
    require(unit.caller, "ListCaseEvents", ref.name)
    subject = await find(unit, ref)
    found = await unit.events.page(subject.id, after, size + 1)
    await unit.audit("ListCaseEvents", ref.name)
    return found[:size], len(found) > size
