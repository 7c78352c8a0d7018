"""Reads somebody's days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.diary import wall_spans
from services.scheduler.domain.diary_day import DiaryDay, DiaryEntry, DiaryMeeting, diary_days


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
    days = diary_days(first, last, taken, meetings, around.calendar)
    if not own:
        days = await _as_far_as_known(around, caller, meetings, days)
    return Diary(whose, own, taken.hours is not None, taken.known_until, days)


async def _as_far_as_known(
    around: Surroundings, caller: Caller, meetings: Sequence[DiaryMeeting], days: Sequence[DiaryDay]
) -> tuple[DiaryDay, ...]:
    """Of a meeting that the caller may not know of, only that the time is taken."""
    hidden = await hidden_subjects(around, caller, {subject for one in meetings for subject in one.subjects})

    def shown(entry: DiaryEntry) -> DiaryEntry:
        unseen = entry.meeting is not None and not hidden.isdisjoint(entry.meeting.subjects)
        return replace(entry, meeting=None) if unseen else entry

    return tuple(replace(day, entries=tuple(map(shown, day.entries))) for day in days)
