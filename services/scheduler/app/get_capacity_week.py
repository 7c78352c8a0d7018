"""What stands behind one week of a chair or a room: its meetings, and what has to be arranged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.get_capacity import (
    CapacityRow,
    margins,
    needs_among,
    of_room,
    shortest_meeting,
    weeks_of,
)
from services.scheduler.app.get_working_time import usual_most_chaired
from services.scheduler.app.list_unarranged_obligations import UnarrangedClock, unarranged_clock
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import MeetingFilter, Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import hidden_subjects, visible, without_hidden_clocks
from services.scheduler.domain.capacity_week import Weeks, asked_by_week, count_weeks
from services.scheduler.domain.meeting import Meeting, MeetingState, civil_day
from services.scheduler.domain.need import Need

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WeekBehind:
    """`row` counts every case; the lists hold what the caller may know of."""

    row: CapacityRow
    meetings: Sequence[Meeting]
    obligations: Sequence[UnarrangedClock]


async def get_capacity_week(
    around: Surroundings, caller: Caller, resource: str, *, room: bool, day: date
) -> WeekBehind:
    """The week that holds the day. NotFound for an unknown room, and for anybody who is no member of staff.

    How often a parent is asked to something would tell of meetings that the caller may not know of.
    """
    demand(caller, "GetCapacityWeek", resource)
    if not room and not await around.cases.staff(caller, people=[resource]):
        raise NotFound(resource)
    async with around.begin(caller) as unit:
        weeks = weeks_of(around, day, 1, unit.now())
        await unit.audit(caller, "GetCapacityWeek", resource)
        clocks = await unit.clocks.due_before(weeks.end)
    needs = [
        need for need in await needs_among(around, caller, clocks, rooms=room) if weeks.number_of(need.due) is not None
    ]
    mine = needs if room else [need for need in needs if need.chair == resource]
    hidden = await hidden_subjects(around, caller, {clock.subject for need in mine for clock in need.clocks})
    seen = [need for need in mine if need.clocks[0].subject not in hidden]
    roles = () if room else tuple(sorted({need.role for need in seen}))
    async with around.begin(caller) as unit:
        row = replace(await _row(around, caller, unit, resource, mine, weeks, room=room), roles=roles)
        meetings = await _meetings(unit, resource, weeks)
    today = civil_day(weeks.now)
    obligations = [unarranged_clock(around, caller, clock, today) for need in seen for clock in need.clocks]
    shown = await without_hidden_clocks(around, caller, await visible(around, caller, meetings))
    return WeekBehind(row, shown, obligations)


async def _row(
    around: Surroundings,
    caller: Caller,
    unit: UnitOfWork,
    resource: str,
    needs: Sequence[Need],
    weeks: Weeks,
    *,
    room: bool,
) -> CapacityRow:
    known = await unit.capacity.room(resource) if room else None
    if room and known is None:
        raise NotFound(resource)
    found = (await unit.taken.load([resource], *margins(weeks)))[resource]
    asked = {} if room else asked_by_week(needs, weeks)
    pack = around.pack_of(caller.council)
    usual = 0 if room else usual_most_chaired(pack)
    cells = count_weeks(of_room(found) if room else found, asked, weeks, shortest_meeting(pack, rooms=room), usual)
    return CapacityRow(resource, cells, display_name=known.display_name if known else "", known_until=found.known_until)


async def _meetings(unit: UnitOfWork, resource: str, weeks: Weeks) -> list[Meeting]:
    """Booked and held ones that begin in the week and take this chair's or room's time, by start."""
    wanted = MeetingFilter(from_time=weeks.begin, until_time=weeks.until)
    found: list[Meeting] = []
    while True:
        after = (found[-1].start.isoformat(), str(found[-1].id)) if found else ()
        page = await unit.meetings.page(wanted, _AT_ONCE, after)
        found += page
        if len(page) < _AT_ONCE:
            break
    on = (MeetingState.BOOKED, MeetingState.HELD)
    return [one for one in found if one.state in on and (one.room == resource or resource in one.plan.people)]
