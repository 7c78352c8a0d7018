"""Books a body's sittings for a time ahead."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from rulebook.open_days import open_days
from rulebook.rule import MeetingKindId
from rulebook.working_days import OutsideCalendarError, WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
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
    regular_days: tuple[date, ...]
    local_start: time
    room: str


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """A series with its sittings and their days, both in the order of the regular days."""

    id: UUID
    body: str
    meetings: tuple[Meeting, ...]
    days: tuple[SittingDay, ...]

    @property
    def moved(self) -> tuple[SittingDay, ...]:
        """Those that are not on their regular day."""
        return tuple(one for one in self.days if one.reason)


@dataclass(frozen=True, slots=True)
class PreparedSeries:
    """What was checked before the transaction: each sitting's plan, its room, and the days with their starts."""

    prepared: PreparedPlan
    room: str
    days: tuple[SittingDay, ...]
    starts: tuple[datetime, ...]


async def prepare_series(around: Surroundings, caller: Caller, command: SeriesCommand) -> PreparedSeries:
    """The days, stepping round those on which the council is closed.

    InvalidRequest for days beyond the calendar; errors as `prepare_plan`.
    """
    demand(caller, "CreateSeries", f"councils/{caller.council}", may_know=True)
    plan, pack = command.plan, around.pack_of(caller.council)
    if not plan.session_minutes:
        kind = pack.meeting_kinds.get(MeetingKindId(plan.meeting_kind))
        plan = replace(plan, session_minutes=(kind.duration_minutes,) if kind else ())
    prepared = await prepare_plan(around, caller, plan, command.regular_days[0])
    try:
        days = tuple(sitting_days(command.regular_days, open_days(pack)))
    except OutsideCalendarError:
        what = "reach beyond the years of which bank holidays are known: choose fewer"
        raise InvalidRequest([Violation("count", what)]) from None
    starts = tuple(datetime.combine(one.day, command.local_start, LONDON).astimezone(UTC) for one in days)
    return PreparedSeries(prepared, command.room, days, starts)


async def create_series(
    unit: UnitOfWork, caller: Caller, series: PreparedSeries, calendar: WorkingDays
) -> BookedSeries:
    """Book all sittings or none. TimeTaken names the first day on which something exclusive is taken."""
    series_id, body = new_id(), series.prepared.plan.body
    await unit.meetings.insert_series(series_id, body, tuple(one for one in series.days if one.reason))
    # All resources at once and first: the sittings then take them one by one under locks that are held already.
    await unit.reservations.lock(claims_of(series.prepared, series.starts[0], series.room))
    meetings = []
    for start in series.starts:
        wanted = TimeToTake(series.prepared, start, series.room, series_id)
        meetings.append(await _book_sitting(unit, caller, wanted, calendar))
    await unit.audit(caller, "CreateSeries", f"councils/{caller.council}/series/{series_id}")
    return BookedSeries(series_id, body, tuple(meetings), series.days)


async def _book_sitting(unit: UnitOfWork, caller: Caller, wanted: TimeToTake, calendar: WorkingDays) -> Meeting:
    try:
        meeting = await take(unit, caller, wanted, calendar)
    except TimeTaken as refused:
        raise TimeTaken(f"{refused.taken} on {wanted.start.astimezone(LONDON):%d %B %Y}") from refused
    await unit.append_event(meeting_name(caller.council, meeting.id), booked(caller.council, meeting))
    return meeting
