"""Actions, the earliest due first."""

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases
from services.panels.app.see_subjects import visible_subjects
from services.panels.domain.outcome import Action


async def list_actions(
    begin: Begin, cases: Cases, caller: Caller, subject: str, include_done: bool, page: PageRequest
) -> tuple[list[Action], Action | None]:
    """A page of those that the caller may see, and the last one looked at where there are more.

    NotFound for a subject that cases hides.
    """
    require(caller, "ListActions", f"councils/{caller.council}")
    if subject:
        await cases.subject(caller, subject)
    async with begin(caller) as unit:
        found = await unit.outcomes.actions(subject, include_done, page)
        known = await unit.candidates.subjects(sorted({one.subject for one in found}))
        await unit.audit(caller, "ListActions", subject or f"councils/{caller.council}", ["text"])
    looked_at = found[: page.size]
    seen = await visible_subjects(cases, caller, {one.subject for one in looked_at}, known)
    last = looked_at[-1] if len(found) > page.size else None
    return [one for one in looked_at if one.subject in seen], last
