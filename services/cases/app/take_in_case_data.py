"""Takes in a portion of a council's own data: everything it names, who may know of it, and the clocks that follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.cases.app.case_data import CaseData, SubjectKey
from services.cases.app.ports import Unit
from services.cases.app.recompute_obligations import recompute
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.events import PeopleAroundSubjectChanged, case_event_recorded, subject_changed
from services.cases.domain.names import PersonId, SubjectId
from services.cases.domain.obligation import Change
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class TakenIn:
    """What came of it. The same data a second time changes nothing: all but the ids are then empty."""

    subjects: Mapping[SubjectKey, SubjectId]
    people: Mapping[str, PersonId]
    changed_subjects: int
    events: tuple[RecordedEvent, ...]
    obligations: tuple[Change, ...]


async def take_in(unit: Unit, data: CaseData) -> TakenIn:
    """Upserts in one transaction, refreshes who may know of what, recomputes, and tells followers.

    Rows of involvements, members, listings and events that name somebody unknown have no effect: check them first.
    LookupError for such a restriction, which must not be lost.
    """
    ids, changed = await unit.subjects.put(data.subjects, reference_prefix(unit.council))
    people = await unit.people.put(data.people)
    around = set(people.touched)
    belonging = await unit.subjects.put_members(data.members)
    around |= belonging
    around |= await unit.people.put_involvements(data.involvements)
    around |= await unit.restrictions.put(data.restrictions)
    around |= await unit.subjects.put_listings(data.listings)
    closed = await unit.subjects.refresh_restricted(unit.today())
    around |= {one.id for one in closed}
    known = {one.id: one for one in (*changed, *closed)}
    events = await unit.events.put(data.events, unit.now())
    await unit.reviews.put(data.reviews)
    await _tell(unit, known, around, events)
    # A child who comes to a group changes the clocks of those who were in it.
    siblings = await unit.subjects.in_groups_with(sorted(belonging))
    moved = await recompute(unit, [*known, *belonging, *siblings, *(event.subject for event in events)], unit.today())
    return TakenIn(ids, people.ids, len(changed), tuple(events), tuple(moved))


def reference_prefix(council: str) -> str:
    """Two capitals that begin the references made here: the first letter and the middle one, `NH` for northmoor."""
    letters = [sign for sign in council.upper() if sign.isalpha()] or ["C"]
    return letters[0] + letters[len(letters) // 2]


async def _tell(
    unit: Unit, changed: Mapping[SubjectId, Subject], around: Iterable[SubjectId], events: Sequence[RecordedEvent]
) -> None:
    wanted = {*changed, *around, *(event.subject for event in events)}
    locked = await unit.subjects.lock(sorted(wanted))
    names = {subject.id: subject.name_in(unit.council) for subject in locked}
    for subject in changed.values():
        await unit.tell(names[subject.id], subject_changed(unit.council, subject))
    for one in sorted(around):
        await unit.tell(names[one], PeopleAroundSubjectChanged(names[one]))
    for event in events:
        await unit.tell(names[event.subject], case_event_recorded(unit.council, names[event.subject], event))
