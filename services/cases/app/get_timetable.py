"""Reads all clocks of one subject, each with the explanation of its date."""

from dataclasses import dataclass
from datetime import date

from rulebook.facts import SubjectKind
from services.cases.app.get_subject import SubjectRef, SubjectView, find, views
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.waive_obligation import readable_obligation
from services.cases.domain.obligation import NotUsed, Read, explained, groundless, in_reading_order, not_used, work_out
from services.cases.domain.permanence_plans import PermanencePlans, permanence_plans


@dataclass(frozen=True)
class Timetable:
    """The subject and its clocks as of a civil day."""

    view: SubjectView
    obligations: tuple[Read, ...]
    as_of: date
    unusable: tuple[NotUsed, ...] = ()
    plans: PermanencePlans | None = None


async def get_timetable(unit: Unit, ref: SubjectRef) -> Timetable:
    """NotFound for one that does not exist, and for one the caller may not know of."""
    require(unit.caller, "GetTimetable", ref.name)
    subject = await find(unit, ref)
    facts = (await unit.events.of([subject.id]))[subject.id]
    stored = (await unit.obligations.of([subject.id]))[subject.id]
    today = unit.today()
    clocks = work_out(unit.pack, subject, facts, today)
    await unit.audit("GetTimetable", ref.name)
    never_owed = groundless(unit.pack, subject, stored, clocks, facts, today)
    shown = [one for one in stored if one.key not in never_owed]
    told = [readable_obligation(unit, one) for one in explained(unit.pack, shown, subject.kind, clocks)]
    return Timetable(
        (await views(unit, [subject]))[0],
        tuple(in_reading_order(told)),
        today,
        not_used(unit.pack, subject, facts, today),
        permanence_plans(unit.pack, subject, facts, today) if subject.kind is SubjectKind.CHILD else None,
    )
