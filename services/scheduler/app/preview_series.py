"""Says what the sittings of a series would meet on their days. Keeps nothing and takes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from services.scheduler.app.create_series import PreparedSeries
from services.scheduler.app.ports import Claim, Surroundings, UnitOfWork
from services.scheduler.app.take_time import check_start, claims_of, taken_outside
from services.scheduler.domain.diary import Capacity, diary_at
from services.scheduler.domain.meeting import Clash, DiaryState, civil_day, sessions_at
from services.scheduler.domain.series_dates import SittingDay

_AWAY = (DiaryState.BUSY, DiaryState.NOT_WORKING)


@dataclass(frozen=True, slots=True)
class SeenDay:
    """A sitting's day with what is known of it. `taken`: what is taken, so that it cannot be booked; else empty."""

    day: SittingDay
    taken: str
    clashes: tuple[Clash, ...]
    not_checked: tuple[str, ...]


async def preview_series(around: Surroundings, caller: Caller, series: PreparedSeries) -> list[SeenDay]:
    """What stands in diaries then, for each sitting. InvalidRequest, NotFound as for booking it."""
    claims = [claims_of(series.prepared, start, series.room) for start in series.starts]
    async with around.begin(caller) as unit:
        await check_start(unit, series.prepared.plan, series.starts[0], series.room)
        taken = await _taken(unit, claims)
        names = {*series.prepared.plan.people, *(one.resource for one in claims[0])}
        first, last = civil_day(min(series.starts)), civil_day(max(series.starts))
        capacity = await unit.capacity.load(names, first, last, rooms=False, to_the_minute=True)
        await unit.audit(caller, "CreateSeries", f"councils/{caller.council}", "looked, booked nothing")
    rows = zip(series.days, series.starts, claims, taken, strict=True)
    return [_seen(series, day, start, asked, gone, capacity, around.calendar) for day, start, asked, gone in rows]


async def _taken(unit: UnitOfWork, claims: Sequence[tuple[Claim, ...]]) -> list[frozenset[Claim]]:
    """Of each sitting's claims those of which something is taken: one question for all of them."""
    places = await unit.reservations.taken([one for asked in claims for one in asked])
    found, place = [], 0
    for asked in claims:
        found.append(frozenset(one for n, one in enumerate(asked, place) if n in places))
        place += len(asked)
    return found


def _seen(
    series: PreparedSeries,
    day: SittingDay,
    start: datetime,
    claims: tuple[Claim, ...],
    gone: frozenset[Claim],
    capacity: Capacity,
    calendar: WorkingDays,
) -> SeenDay:
    plan = series.prepared.plan
    sessions = sessions_at(plan, start)
    outside = taken_outside(claims, capacity)
    taken = next((one.taken for one in claims if one in gone or one in outside), "")
    states = {one.person: diary_at(plan, one, sessions, capacity, calendar) for one in plan.attendees}
    said = {one.resource for one in gone}
    clashes = tuple(Clash(one, state) for one, state in states.items() if state in _AWAY and one not in said)
    return SeenDay(day, taken, clashes, tuple(one for one, state in states.items() if state is DiaryState.UNKNOWN))
