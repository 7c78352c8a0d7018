"""What the case system has not acknowledged."""

from collections.abc import Sequence
from typing import Final

from servicekit.caller import Caller
from services.panels.app.minutes_ports import Delivered
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases
from services.panels.app.see_subjects import seen_subjects

_MOST: Final = 500


async def list_unacknowledged(begin: Begin, cases: Cases, caller: Caller) -> Sequence[Delivered]:
    """Of cases that the caller may see, the oldest first."""
    require(caller, "ListUnacknowledged", f"councils/{caller.council}")
    async with begin(caller) as unit:
        found = await unit.minutes.unacknowledged(most=_MOST)
    seen = await seen_subjects(begin, cases, caller, {one.subject for one in found})
    return [one for one in found if one.subject in seen]
