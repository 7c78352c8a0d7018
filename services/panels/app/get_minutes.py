"""Minutes: one, many, or as a page."""

from servicekit.caller import Caller, service_caller
from servicekit.errors import NotFound
from servicekit.page import PageRequest
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, PageWriter
from services.panels.app.see_subjects import visible_subjects
from services.panels.domain.minutes import Minutes, MinutesId, MinutesState
from services.panels.domain.minutes_page import Audience, page_for
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
) -> tuple[list[Minutes], Minutes | None]:
    """A page of those that the caller may see, without text, and the last one looked at where there are more."""
    require(caller, "ListMinutes", f"councils/{caller.council}")
    async with begin(caller) as unit:
        found = await unit.minutes.page(meeting, state, page)
        known = await unit.candidates.subjects(sorted({one.subject for one in found}))
        await unit.audit(caller, "ListMinutes", meeting or f"councils/{caller.council}", ["state"])
    looked_at = found[: page.size]
    seen = await visible_subjects(cases, caller, {one.subject for one in looked_at}, known)
    last = looked_at[-1] if len(found) > page.size else None
    return [one for one in looked_at if one.subject in seen], last


async def render_minutes(
    begin: Begin,
    cases: Cases,
    writer: PageWriter,
    caller: Caller,
    council: CouncilBodies,
    minutes_id: MinutesId,
    audience: Audience,
) -> str:
    """The HTML page for one audience; what the family may not know of is read as this service."""
    name = minutes_name(caller.council, minutes_id)
    require(caller, "RenderMinutes", name)
    minutes = await load_seen(begin, cases, caller, minutes_id)
    own = await cases.subject(caller, minutes.subject)
    service = service_caller(caller.council_id, caller.council, "panels")
    unknown = await cases.unknown_people(service, minutes.subject) if audience is Audience.FAMILY else []
    async with begin(caller) as unit:
        outcome = await unit.outcomes.of_subject(minutes.meeting, minutes.subject)
        await unit.audit(caller, "RenderMinutes", name, ["text", audience.value])
    title = council.titles.get(minutes.meeting_kind, "Meeting")
    return writer.html(page_for(audience, minutes, title, own.reference, outcome, unknown))
