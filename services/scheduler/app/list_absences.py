"""Lists somebody's absences, each with the meetings that fall into it."""

from datetime import timedelta

from servicekit.caller import Caller
from services.scheduler.app.missed_meetings import missed_meetings
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.absence import LONGEST_DAYS, Absence
from services.scheduler.domain.diary_day import DiaryMeeting


async def list_absences(around: Surroundings, caller: Caller, person: str) -> list[tuple[Absence, list[DiaryMeeting]]]:
    """Those that are not over, by start."""
    whose, own = await own_or(around, caller, person, "KeepPeoplesTime")
    async with around.begin(caller) as unit:
        now = unit.now()
        found = await unit.absences.of(whose, now, now + timedelta(days=LONGEST_DAYS))
        await unit.audit(caller, "ListAbsences", whose)
    missed = await missed_meetings(around, caller, whose, [one.away for one in found], own=own)
    return list(zip(found, missed, strict=True))
