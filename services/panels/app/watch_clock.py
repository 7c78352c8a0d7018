"""Mark the clocks of minutes that have run out, and tell those who follow, once."""

from datetime import datetime

from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import Begin
from services.panels.domain.events import MinutesLate
from services.panels.domain.minutes import ClockKind, MinutesId, whose_when_late
from services.panels.domain.names import minutes_name


async def watch_clock(begin: Begin, caller: Caller, minutes_id: MinutesId) -> tuple[list[ClockKind], datetime | None]:
    """The clocks that are newly late, and when to look again; None where nothing runs any more."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "WatchClocks", name)
    async with begin(caller) as unit:
        late = await unit.minutes.mark_late(minutes_id, unit.now())
        minutes = await unit.minutes.load(minutes_id)
        if minutes is None:
            return late, None
        for clock in late:
            await unit.audit(caller, "MinutesLate", name, [clock.value])
            roles = whose_when_late(clock, minutes.chair_role)
            told = MinutesLate(name, minutes.subject, minutes.meeting, clock.value, roles, unit.now())
            await unit.append_event(name, told)
        ahead = [clock.due for clock in minutes.clocks if clock.stopped_at is None and clock.due > unit.now()]
        return late, min(ahead, default=None)
