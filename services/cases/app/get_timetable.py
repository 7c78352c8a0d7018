"""Reads all clocks of one subject, each with the explanation of its date."""

from dataclasses import dataclass
from datetime import date

from services.cases.app.get_subject import SubjectRef, SubjectView, find, views
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.obligation import Read, explained, in_reading_order, work_out


@dataclass(frozen=True)
class Timetable:
    """The subject and its clocks as of a civil day."""

    view: SubjectView
    obligations: tuple[Read, ...]
    as_of: date


async def get_timetable(unit: Unit, ref: SubjectRef) -> Timetable:
    """NotFound for one that does not exist, and for one the caller may not know of."""
    require(unit.caller, "GetTimetable", ref.name)
    subject = await find(unit, ref)
    facts = (await unit.events.of([subject.id]))[subject.id]
    stored = (await unit.obligations.of([subject.id]))[subject.id]
    clocks = work_out(unit.pack, subject, facts, unit.today())
    await unit.audit("GetTimetable", ref.name)
    told = in_reading_order(explained(unit.pack, stored, subject.kind, clocks))
    return Timetable((await views(unit, [subject]))[0], tuple(told), unit.today())
