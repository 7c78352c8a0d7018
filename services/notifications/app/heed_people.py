"""What people did in Outlook and decided here, taken into an event by its lane before it asks anything of Outlook."""

from services.notifications.app.notice_edits import propose
from services.notifications.app.ports import Unit
from services.notifications.domain.outlook_event import LIVE, EventState, OutlookEvent
from services.notifications.domain.outlook_proposal import OutlookProposal, ProposalState, heeded
from services.notifications.domain.remote_event import EventPart
from services.notifications.domain.shown_event import EditedPart, ShownEvent


async def heed_people(unit: Unit, before: OutlookEvent, wanted: ShownEvent | None) -> OutlookEvent:
    """The event as its next step has to take it; kept where it changed. `wanted` is None where no event is to be."""
    event = before
    ones = await unit.proposals.of_event(event.id)
    if event.state in (*LIVE, EventState.LOST):
        for one in ones:
            if one.state is ProposalState.DECIDED:
                event = heeded(event, one)
                await unit.proposals.put(one.ended(ProposalState.DONE))
    await _propose_to_put_back(unit, event, ones)
    held: frozenset[EventPart] = frozenset()
    for one in ones:
        if one.state is not ProposalState.OPEN:
            continue
        if _is_over(event, one, wanted):
            await unit.proposals.put(one.ended(ProposalState.OVERTAKEN))
        else:
            held |= one.holds
    if event.state in LIVE:
        event = event.holding(held)
    if event != before:
        await unit.events.put(event)
    return event


async def _propose_to_put_back(unit: Unit, event: OutlookEvent, ones: list[OutlookProposal]) -> None:
    """Whoever finds the event gone, once for each time that it was made."""
    known = any(one.part is EditedPart.GONE and one.generation == event.generation for one in ones)
    if event.state is EventState.LOST and not known:
        await propose(unit, event, EditedPart.GONE, None)


def _is_over(event: OutlookEvent, one: OutlookProposal, wanted: ShownEvent | None) -> bool:
    """There is no such event any more, or both sides want the same by now."""
    if event.state is EventState.CANCELLED or one.generation != event.generation:
        return True
    if one.part is EditedPart.GONE:
        return event.state is not EventState.LOST
    same = wanted is not None and one.theirs is not None and wanted.part(one.part) == one.theirs.part(one.part)
    return event.state is EventState.LOST or same
