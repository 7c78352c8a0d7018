"""The one place that everything passes before it leaves: the council's stop, and the hour's limit."""

from servicekit.caller import Caller
from services.notifications.app.ports import Desk, Unit
from services.notifications.domain.brake import HOUR, Source, why_it_waits


async def may_leave(unit: Unit, desk: Desk, source: Source, people: int) -> str:
    """Empty where so many people may be written to now, and then they are counted; else why it waits, in words.

    To be asked in the transaction that keeps what is about to be sent, so that a crash cannot forget the count.
    """
    stop = await unit.brakes.stop()
    left = await unit.brakes.left_since(source, unit.now() - HOUR, lock=True)
    trouble = why_it_waits(stop, left, people, desk.most_an_hour)
    if not trouble and people:
        await unit.brakes.count(source, people)
    return trouble


async def did_not_leave(unit: Unit, source: Source, people: int) -> None:
    """The other side certainly took nothing: the hour is not charged with it."""
    if people:
        await unit.brakes.uncount(source, people)


async def is_given_up(desk: Desk, caller: Caller, meeting: str, revision: int) -> bool:
    """Whether somebody gave up telling people of this revision."""
    async with desk.begin(caller) as unit:
        given_up = await unit.brakes.given_up(meeting)
    return given_up is not None and given_up.revision >= revision
