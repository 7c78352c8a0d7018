"""Reads somebody's days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.capacity_week import Taken
from services.scheduler.domain.diary import wall_spans
from services.scheduler.domain.diary_day import DiaryDay, DiaryMeeting, diary_days
from services.scheduler.domain.grains import Span, span


@dataclass(frozen=True, slots=True)
class Diary:
    """Days of one person. `known_until` None: nobody read the diary."""

    person: str
    own: bool
    hours_known: bool
    known_until: datetime | None
    days: tuple[DiaryDay, ...]


async def get_diary(around: Surroundings, caller: Caller, person: str, first: date, last: date) -> Diary:
    """Each day from first to last. One's own meetings always have their details: whoever is asked to one knows it."""
    whose, own = await own_or(around, caller, person, "GetDiary")
    begin, end = wall_spans(first, [(0, 0)])[0][0], wall_spans(last + timedelta(days=1), [(0, 0)])[0][0]
    async with around.begin(caller) as unit:
        taken = (await unit.taken.load([whose], begin, end))[whose]
        meetings = await unit.taken.in_diary(whose, *(datetime.fromtimestamp(at * 60, UTC) for at in (begin, end)))
        await unit.audit(caller, "GetDiary", whose)
    if not own:
        taken, meetings = await _as_far_as_known(around, caller, taken, meetings)
    days = diary_days(first, last, taken, meetings, around.calendar)
    return Diary(whose, own, taken.hours is not None, taken.known_until, days)


async def _as_far_as_known(
    around: Surroundings, caller: Caller, taken: Taken, meetings: Sequence[DiaryMeeting]
) -> tuple[Taken, Sequence[DiaryMeeting]]:
    """A meeting that the caller may not know of is time taken elsewhere, until the end of what is kept after it.

    Neither that it is a meeting is told, nor its parts, nor who writes it up.
    """
    hidden = await hidden_subjects(around, caller, {subject for one in meetings for subject in one.subjects})
    unseen = [one for one in meetings if not hidden.isdisjoint(one.subjects)]
    whole: dict[UUID, Span] = {}
    for one in unseen:
        begin, end = span(one.start, max(one.end, one.kept_until))
        first, last = whole.get(one.id, (begin, end))
        whole[one.id] = (min(first, begin), max(last, end))
    shown = [one for one in meetings if hidden.isdisjoint(one.subjects)]
    return replace(taken, elsewhere=(*taken.elsewhere, *whole.values())), shown
