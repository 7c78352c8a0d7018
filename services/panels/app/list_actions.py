"""Actions, the earliest due first."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import PageRequest, fill_page
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.outcome import Action


async def list_actions(
    begin: Begin, cases: Cases, caller: Caller, subject: str, include_done: bool, page: PageRequest
) -> tuple[list[Action], tuple[str, ...] | None]:
    """A page of those that the caller may see, and where the next one goes on.

    NotFound for a subject that cases hides.
    """
    require(caller, "ListActions", f"councils/{caller.council}")
    if subject:
        await cases.subject(caller, subject)
    async with begin(caller) as unit:
        await unit.audit(caller, "ListActions", subject or f"councils/{caller.council}", ["text"])

    async def read(step: PageRequest) -> Sequence[Action]:
        async with begin(caller) as unit:
            return (await unit.outcomes.actions(subject, include_done, step))[: step.size]

    async def visible(found: Sequence[Action]) -> Sequence[Action]:
        seen = await seen_subjects(begin, cases, caller, {one.subject for one in found})
        return [one for one in found if one.subject in seen]

    return await fill_page(page, read, visible, lambda one: (one.due.isoformat(), str(one.action_id)))
