"""Mark the clocks of minutes that have run out."""

from datetime import datetime

from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import Begin
from services.panels.domain.minutes import ClockKind, MinutesId
from services.panels.domain.names import minutes_name


async def watch_clock(begin: Begin, caller: Caller, minutes_id: MinutesId) -> tuple[list[ClockKind], datetime | None]:
    """The clocks that are newly late, and when to look again; None where nothing runs any more."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "WatchClocks", name)
    async with begin(caller) as unit:
        late = await unit.minutes.mark_late(minutes_id, unit.now())
        for clock in late:
            await unit.audit(caller, "MinutesLate", name, [clock.value])
        minutes = await unit.minutes.load(minutes_id)
        if minutes is None:
            return late, None
        ahead = [clock.due for clock in minutes.clocks if clock.stopped_at is None and clock.due > unit.now()]
        return late, min(ahead, default=None)
