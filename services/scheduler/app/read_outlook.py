"""Brings what is kept of people's Outlook up to date, before a time is looked for or taken."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from servicekit.caller import Caller
from servicekit.errors import RemoteRefusal, Unavailable
from servicekit.log import get_logger
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.domain.meeting import LONDON
from services.scheduler.domain.outlook import FARTHEST, FRESH_TO_SEARCH, FRESH_TO_TAKE, read_until

_PEOPLE = "people"


async def stale_outlooks(
    unit: UnitOfWork, people: Sequence[str], last: date, fresh: timedelta = FRESH_TO_SEARCH
) -> Sequence[str]:
    """Those of them whose Outlook has to be read again for a time up to that day."""
    asked = [one for one in people if one.split("/")[2] == _PEOPLE]
    # A day less than is read: what was read a while ago ends a little earlier than what would be read now.
    until = min(_end_of(last), unit.now() + FARTHEST - timedelta(days=1))
    return await unit.outlook.stale(asked, unit.now() - fresh, until) if asked else ()


async def read_outlook(around: Surroundings, caller: Caller, people: Sequence[str], last: date) -> None:
    """Read these people's Outlook and keep it.

    Where nobody answers, what was read before stays as it is, with its age: no search waits for Exchange to come back.
    """
    if not people:
        return
    now = around.clock.now()
    until = read_until(now, _end_of(last))
    try:
        readings = await around.outlook.busy_times(caller, people, now, until)
    except Unavailable:
        return
    except RemoteRefusal as refusal:
        get_logger().warning("outlook not read", reason=refusal.code)
        return
    async with around.begin(caller) as unit:
        await unit.outlook.keep(readings, until)


async def read_before_taking(around: Surroundings, caller: Caller, people: Sequence[str], start: datetime) -> None:
    """Read the Outlook of whoever was not read a moment ago: a time found some while ago may be taken by now."""
    last = start.astimezone(LONDON).date() + timedelta(days=1)
    async with around.begin(caller) as unit:
        stale = await stale_outlooks(unit, people, last, FRESH_TO_TAKE)
    await read_outlook(around, caller, stale, last)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LONDON)
