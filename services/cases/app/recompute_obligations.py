"""Works out the clocks of subjects anew and keeps what changed. The first due date of each is never overwritten."""

from collections.abc import Mapping, Sequence
from datetime import date

from rulebook.episode import current_episode
from rulebook.facts import BECAME_LOOKED_AFTER, SubjectKind
from services.cases.app.ports import Unit
from services.cases.domain import case_event
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.events import obligation_changed
from services.cases.domain.names import SubjectId
from services.cases.domain.obligation import Change, changes, work_out
from services.cases.domain.subject import Subject

_AT_ONCE = 300


async def recompute(unit: Unit, subject_ids: Sequence[SubjectId], as_of: date) -> list[Change]:
    """Evaluates the council's pack for the subjects as of a civil day, in portions, and tells followers what changed.

    Locks the subjects in the order of their ids. Subjects without any fact cost next to nothing.
    """
    found: list[Change] = []
    ordered = sorted(set(subject_ids))
    for at in range(0, len(ordered), _AT_ONCE):
        found.extend(await _recompute_some(unit, ordered[at : at + _AT_ONCE], as_of))
    return found


async def _recompute_some(unit: Unit, ids: Sequence[SubjectId], as_of: date) -> list[Change]:
    subjects = await unit.subjects.lock(ids)
    facts = await unit.events.of(ids)
    stored = await unit.obligations.of(ids)
    found: list[Change] = []
    for subject in subjects:
        clocks = work_out(unit.pack, subject, facts[subject.id], as_of)
        found.extend(changes(subject.id, stored[subject.id], clocks))
    await unit.obligations.save([change.after for change in found])
    await _keep_care(unit, subjects, facts, as_of)
    await tell(unit, {subject.id: subject for subject in subjects}, found)
    return found


async def tell(unit: Unit, subjects: Mapping[SubjectId, Subject], found: Sequence[Change]) -> None:
    """Tells followers of changed obligations of locked subjects."""
    for change in found:
        if change.told:
            name = subjects[change.after.subject].name_in(unit.council)
            await unit.tell(name, obligation_changed(unit.council, name, change.after))


async def _keep_care(
    unit: Unit, subjects: Sequence[Subject], facts: Mapping[SubjectId, list[RecordedEvent]], as_of: date
) -> None:
    wanted = []
    for subject in subjects:
        if subject.kind is SubjectKind.CHILD:
            since, inferred = _care_since(unit, subject, facts[subject.id], as_of)
            if (since, inferred) != (subject.looked_after_since, subject.looked_after_since_inferred):
                wanted.append((subject.id, since, inferred))
    await unit.subjects.keep_care(wanted)


def _care_since(unit: Unit, subject: Subject, facts: Sequence[RecordedEvent], as_of: date) -> tuple[date | None, bool]:
    episode = current_episode(subject.for_rules(), case_event.for_rules(facts), as_of, unit.pack.leap_birthday)
    begun = episode.by_type.get(BECAME_LOOKED_AFTER, [])
    return (begun[0].on, begun[0].assumed) if begun and episode.ended_on is None else (None, False)
