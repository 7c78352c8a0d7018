"""Minutes: one, or many."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.page import PageRequest, fill_page
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.minutes import Minutes, MinutesId, MinutesState
from services.panels.domain.names import minutes_name


async def load_seen(begin: Begin, cases: Cases, caller: Caller, minutes_id: MinutesId) -> Minutes:
    """NotFound of the minutes, the same whether there are none or cases hides their subject."""
    name = minutes_name(caller.council, minutes_id)
    async with begin(caller) as unit:
        minutes = await unit.minutes.load(minutes_id)
    if minutes is None:
        raise NotFound(name)
    try:
        await cases.subject(caller, minutes.subject)
    except NotFound:
        raise NotFound(name) from None
    return minutes


async def get_minutes(begin: Begin, cases: Cases, caller: Caller, minutes_id: MinutesId) -> Minutes:
    """NotFound where there are none that the caller may see."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "GetMinutes", name)
    minutes = await load_seen(begin, cases, caller, minutes_id)
    async with begin(caller) as unit:
        await unit.audit(caller, "GetMinutes", name, ["text"])
    return minutes


async def list_minutes(
    begin: Begin, cases: Cases, caller: Caller, meeting: str, state: MinutesState | None, page: PageRequest
) -> tuple[list[Minutes], tuple[str, ...] | None]:
    """A page of those that the caller may see, without text, and where the next one goes on."""
    require(caller, "ListMinutes", f"councils/{caller.council}")
    async with begin(caller) as unit:
        await unit.audit(caller, "ListMinutes", meeting or f"councils/{caller.council}", ["state"])

    async def read(step: PageRequest) -> Sequence[Minutes]:
        async with begin(caller) as unit:
            return (await unit.minutes.page(meeting, state, step))[: step.size]

    async def visible(found: Sequence[Minutes]) -> Sequence[Minutes]:
        seen = await seen_subjects(begin, cases, caller, {one.subject for one in found})
        return [one for one in found if one.subject in seen]

    return await fill_page(page, read, visible, _place)


def _place(minutes: Minutes) -> tuple[str, ...]:
    """Where the list goes on; minutes that are filed come last."""
    due = "infinity" if minutes.state is MinutesState.FILED else minutes.next_clock().isoformat()
    return due, str(minutes.minutes_id)
