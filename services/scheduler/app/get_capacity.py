"""Counts how much of chairs' or rooms' weeks is taken, and which week will break.

Sums are of every case of the council, whoever looks: a week that seems to fit because a case was left out would break
all the same (docs/adr/20261126-capacity-counts-every-case.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rulebook.pack import Pack
from rulebook.rule import Role
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.get_working_time import usual_most_chaired
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import BUFFER_PARAMETER
from services.scheduler.domain.capacity_week import (
    ROOM_HOURS,
    CapacityWeek,
    Taken,
    Weeks,
    all_together,
    asked_by_week,
    count_weeks,
    monday_of,
)
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.diary import Room
from services.scheduler.domain.meeting import civil_day
from services.scheduler.domain.need import Need, chair_roles, needs_of, taken_by, telling_no_kind

_REVIEWING_OFFICER = str(Role("reviewing-officer"))
_ROOMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CapacityWanted:
    """`first` None: from the present week. `rooms`: of rooms, otherwise of chairs."""

    rooms: bool
    first: date | None
    weeks: int


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """One chair or room; `resource` empty: no chair is known, or all rooms together."""

    resource: str
    cells: tuple[CapacityWeek, ...]
    roles: tuple[str, ...] = ()
    display_name: str = ""
    known_until: datetime | None = None


async def get_capacity(
    around: Surroundings, caller: Caller, wanted: CapacityWanted
) -> tuple[Sequence[CapacityRow], datetime]:
    """The rows by resource name, the one without last, and the instant as of which they were counted."""
    parent = f"councils/{caller.council}"
    demand(caller, "GetCapacity", parent, may_know=True)
    async with around.begin(caller) as unit:
        weeks = weeks_of(around, wanted.first, wanted.weeks, unit.now())
        await unit.audit(caller, "GetCapacity", parent)
        clocks = await unit.clocks.due_before(weeks.end)
        chairing = await unit.taken.chairing(*margins(weeks))
    needs = await needs_among(around, caller, clocks, rooms=wanted.rooms)
    if wanted.rooms:
        async with around.begin(caller) as unit:
            return await _rooms(around, caller, unit, needs, weeks), weeks.now
    officers = await around.cases.staff(caller, roles=[_REVIEWING_OFFICER])
    roles = _roles_of(officers, chairing, needs)
    async with around.begin(caller) as unit:
        return await _chairs(around, caller, unit, roles, needs, weeks), weeks.now


def weeks_of(around: Surroundings, first: date | None, count: int, now: datetime) -> Weeks:
    """Whole weeks from the Monday of that day's. InvalidRequest for one that is over: capacity is what is to come."""
    this_week = monday_of(civil_day(now))
    if first is not None and monday_of(first) < this_week:
        raise InvalidRequest([Violation("from_date", f"must lie in the week of {this_week} or later")])
    present = around.calendar.next_working_on_or_after(civil_day(now))
    return Weeks.of(monday_of(first or present), count, now, around.calendar)


async def needs_among(
    around: Surroundings, caller: Caller, clocks: Sequence[ClockToKeep], *, rooms: bool
) -> list[Need]:
    """The meetings that these clocks ask for. Who would chair is asked of cases each time, as the service itself."""
    pack = around.pack_of(caller.council)
    subjects = sorted({clock.subject for clock in clocks})
    parts = await around.cases.parts(caller, subjects, chair_roles(clocks, pack.meeting_kinds))
    async with around.begin(caller) as unit:
        not_restricted = await unit.clocks.open_subjects(subjects)
    needs = needs_of(clocks, pack.meeting_kinds, parts, kept_after(pack), written_up=not rooms)
    return telling_no_kind(needs, not_restricted, pack.meeting_kinds, kept_after(pack), written_up=not rooms)


def kept_after(pack: Pack) -> int:
    """Minutes that the council keeps free after a meeting."""
    return int(pack.parameters.get(BUFFER_PARAMETER, 0))


def shortest_meeting(pack: Pack, *, rooms: bool) -> int:
    """Minutes of the council's shortest meeting, with the time kept after it."""
    after = kept_after(pack)
    return min((taken_by(kind, after, written_up=not rooms) for kind in pack.meeting_kinds.values()), default=after)


def _roles_of(
    officers: Sequence[str], chairing: Mapping[str, Sequence[str]], needs: Sequence[Need]
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {person: {_REVIEWING_OFFICER} for person in officers}
    for person, roles in chairing.items():
        found.setdefault(person, set()).update(roles)
    for need in needs:
        if need.chair:
            found.setdefault(need.chair, set()).add(need.role)
    return {person: tuple(sorted(found[person])) for person in sorted(found)}


async def _chairs(
    around: Surroundings,
    caller: Caller,
    unit: UnitOfWork,
    roles: Mapping[str, tuple[str, ...]],
    needs: Sequence[Need],
    weeks: Weeks,
) -> list[CapacityRow]:
    pack = around.pack_of(caller.council)
    shortest, usual = shortest_meeting(pack, rooms=False), usual_most_chaired(pack)
    taken = await unit.taken.load(list(roles), *margins(weeks))
    by_chair: dict[str, list[Need]] = {}
    for need in needs:
        by_chair.setdefault(need.chair, []).append(need)
    rows = [
        CapacityRow(
            person,
            count_weeks(taken[person], asked_by_week(by_chair.get(person, ()), weeks), weeks, shortest, usual),
            roles[person],
            known_until=taken[person].known_until,
        )
        for person in roles
    ]
    nobody = asked_by_week(by_chair.get("", ()), weeks)
    if nobody:
        rows.append(CapacityRow("", count_weeks(Taken(), nobody, weeks, shortest)))
    return rows


async def _rooms(
    around: Surroundings, caller: Caller, unit: UnitOfWork, needs: Sequence[Need], weeks: Weeks
) -> list[CapacityRow]:
    shortest = shortest_meeting(around.pack_of(caller.council), rooms=True)
    rooms = sorted(await _every_room(unit), key=lambda room: room.name)
    taken = await unit.taken.load([room.name for room in rooms], *margins(weeks))
    rows = [
        CapacityRow(
            room.name,
            count_weeks(of_room(taken[room.name]), {}, weeks, shortest),
            display_name=room.display_name,
            known_until=taken[room.name].known_until,
        )
        for room in rooms
    ]
    together = all_together([row.cells for row in rows], asked_by_week(needs, weeks), weeks, shortest)
    return [*rows, CapacityRow("", together)] if rows else []


def of_room(taken: Taken) -> Taken:
    """The same time, in the hours in which rooms are open."""
    return Taken(ROOM_HOURS, taken.known_until, taken.elsewhere, taken.meetings, taken.begins)


def margins(weeks: Weeks) -> tuple[int, int]:
    """The first and the last minute that must be read."""
    bounds = weeks.bounds
    return bounds[0], bounds[-1]


async def _every_room(unit: UnitOfWork) -> list[Room]:
    found: list[Room] = []
    while True:
        after = (found[-1].display_name, found[-1].name) if found else ()
        page = await unit.capacity.rooms_page(_ROOMS_AT_ONCE, after)
        found += page
        if len(page) < _ROOMS_AT_ONCE:
            return found
