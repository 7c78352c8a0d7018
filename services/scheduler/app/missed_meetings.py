"""The booked meetings that fall into an absence, as far as the caller may know of them. Nothing moves by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.domain.absence import Away
from services.scheduler.domain.diary_day import DiaryMeeting
from services.scheduler.domain.meeting import MeetingState


async def missed_meetings(
    around: Surroundings, caller: Caller, person: str, absences: Sequence[Away], *, own: bool
) -> list[list[DiaryMeeting]]:
    """For each of this person's absences, by start. `own`: they are the caller's, who knows all of theirs."""
    if not absences:
        return []
    begin, end = min(one.start for one in absences), max(one.end for one in absences)
    async with around.begin(caller) as unit:
        asked = await unit.taken.in_diary(person, begin, end)
    booked = [one for one in asked if one.state is MeetingState.BOOKED]
    subjects = {subject for one in booked for subject in one.subjects}
    hidden = frozenset() if own else await hidden_subjects(around, caller, subjects)
    shown = [one for one in booked if hidden.isdisjoint(one.subjects)]
    return [_whole(one for one in shown if one.start < away.end and away.start < one.end) for away in absences]


def _whole(parts: Iterable[DiaryMeeting]) -> list[DiaryMeeting]:
    """Each meeting once, from the first of these parts of it to the last; parts come and go by start."""
    found: dict[UUID, DiaryMeeting] = {}
    for part in parts:
        found[part.id] = replace(found.get(part.id, part), end=part.end)
    return list(found.values())
