"""Works out the clocks of subjects anew and keeps what changed. The first due date of each is never overwritten.

Where rules or bank holidays are others than those by which the council's clocks were last worked out as a whole, every
date that moves is also put on the list that a person confirms (`list_date_changes`).
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rulebook.episode import current_episode
from rulebook.facts import BECAME_LOOKED_AFTER, ObligationKey, SubjectKind
from servicekit.ids import new_id
from services.cases.app.ports import Unit
from services.cases.domain import case_event
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.date_change import Cause, DateChange, cause_of
from services.cases.domain.events import obligation_changed
from services.cases.domain.names import DateChangeId, SubjectId
from services.cases.domain.obligation import Change, changes, groundless, work_out
from services.cases.domain.subject import Subject

_AT_ONCE = 300


async def recompute(unit: Unit, subject_ids: Sequence[SubjectId], as_of: date) -> list[Change]:
    """Evaluates the council's pack for the subjects as of a civil day, in portions, and tells followers what changed.

    Locks the subjects in the order of their ids. Subjects without any fact cost next to nothing.
    """
    found: list[Change] = []
    ordered = sorted(set(subject_ids))
    cause = await _what_differs(unit) if ordered else None
    moved: list[DateChange] = []
    for at in range(0, len(ordered), _AT_ONCE):
        some = await _recompute_some(unit, ordered[at : at + _AT_ONCE], as_of, cause)
        found.extend(some.changes)
        moved.extend(some.moved)
    # At once, because they are locked in another order than the subjects.
    await unit.date_changes.keep(moved)
    return found


@dataclass(frozen=True)
class _Portion:
    """What became of some subjects' obligations."""

    changes: Sequence[Change]
    moved: Sequence[DateChange]


async def _what_differs(unit: Unit) -> Cause | None:
    """Nothing where the council's clocks were never worked out before: then nothing can have moved."""
    last = await unit.days.last()
    return cause_of(last.ground, unit.ground) if last is not None else None


async def _recompute_some(unit: Unit, ids: Sequence[SubjectId], as_of: date, cause: Cause | None) -> _Portion:
    subjects = await unit.subjects.lock(ids)
    facts = await unit.events.of(ids)
    stored = await unit.obligations.of(ids)
    found: list[Change] = []
    moved: list[DateChange] = []
    for subject in subjects:
        clocks = work_out(unit.pack, subject, facts[subject.id], as_of)
        groundless_keys = groundless(unit.pack, subject, stored[subject.id], clocks, facts[subject.id], as_of)
        changed = changes(subject.id, stored[subject.id], clocks, groundless_keys)
        found.extend(changed)
        known = {clock.key for clock in clocks}
        for change in changed:
            why = _why(change, cause if stored[subject.id] else None, known)
            if why is not None:
                moved.append(_moved(change, why, unit.now()))
    await unit.obligations.save([change.after for change in found])
    await _keep_care(unit, subjects, facts, as_of)
    await tell(unit, {subject.id: subject for subject in subjects}, found)
    return _Portion(found, moved)


def _why(change: Change, cause: Cause | None, known: Container[ObligationKey]) -> Cause | None:
    """Why its date goes on the list, or moves on it: a fact may move one that nobody has confirmed yet."""
    if cause is not None and change.moves_a_date(known):
        return cause
    waiting = change.before.unconfirmed if change.before is not None else None
    return waiting.cause if waiting is not None and waiting.due_after != change.due_after else None


def _moved(change: Change, cause: Cause, at: datetime) -> DateChange:
    after = change.after
    return DateChange(
        DateChangeId(new_id()), after.id, after.subject, change.due_before, change.due_after, cause, moved_at=at
    )


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
