"""Books a body's sittings for a time ahead."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from rulebook.rule import MeetingKindId
from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.ids import new_id
from services.scheduler.app.hold_slot import TimeToTake, take
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan
from services.scheduler.app.take_time import claims_of
from services.scheduler.domain.errors import TimeTaken
from services.scheduler.domain.events import booked
from services.scheduler.domain.meeting import LONDON, Meeting, Plan, meeting_name
from services.scheduler.domain.series_dates import SittingDay, sitting_days


@dataclass(frozen=True, slots=True)
class SeriesCommand:
    """`plan` is each sitting's; `local_start` is wall time in London: a change of the clocks moves no sitting."""

    plan: Plan
    first: date
    local_start: time
    interval_days: int
    count: int
    room: str


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """A series with its sittings in order, and those that were moved off their regular day."""

    id: UUID
    body: str
    meetings: tuple[Meeting, ...]
    moved: tuple[SittingDay, ...]


async def prepare_series(around: Surroundings, caller: Caller, command: SeriesCommand) -> PreparedPlan:
    """What is checked before the transaction. Errors as `prepare_plan`."""
    demand(caller, "CreateSeries", f"councils/{caller.council}", may_know=True)
    plan = command.plan
    if not plan.session_minutes:
        kind = around.pack_of(caller.council).meeting_kinds.get(MeetingKindId(plan.meeting_kind))
        plan = replace(plan, session_minutes=(kind.duration_minutes,) if kind else ())
    return await prepare_plan(around, caller, plan, command.first)


async def create_series(
    unit: UnitOfWork, caller: Caller, command: SeriesCommand, prepared: PreparedPlan, calendar: WorkingDays
) -> BookedSeries:
    """Book all sittings or none. TimeTaken names the first day on which something exclusive is taken."""
    days = tuple(sitting_days(command.first, command.interval_days, command.count, calendar))
    moved, series_id = tuple(day for day in days if day.reason), new_id()
    await unit.meetings.insert_series(series_id, command.plan.body, moved)
    starts = [datetime.combine(day.day, command.local_start, LONDON).astimezone(UTC) for day in days]
    # All resources at once and first: the sittings then take them one by one under locks that are held already.
    await unit.reservations.lock(claims_of(prepared, starts[0], command.room))
    meetings = []
    for start in starts:
        wanted = TimeToTake(prepared, start, command.room, series_id)
        meetings.append(await _book_sitting(unit, caller, wanted, calendar))
    await unit.audit(caller, "CreateSeries", f"councils/{caller.council}/series/{series_id}")
    return BookedSeries(series_id, command.plan.body, tuple(meetings), moved)


async def _book_sitting(unit: UnitOfWork, caller: Caller, wanted: TimeToTake, calendar: WorkingDays) -> Meeting:
    try:
        meeting = await take(unit, caller, wanted, calendar)
    except TimeTaken as refused:
        raise TimeTaken(f"{refused.taken} on {wanted.start.astimezone(LONDON):%d %B %Y}") from refused
    await unit.append_event(meeting_name(caller.council, meeting.id), booked(caller.council, meeting))
    return meeting
