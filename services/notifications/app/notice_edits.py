"""Noticing what people did in Outlook: what nobody here asked for is written down as a proposal, and no more."""

from dataclasses import replace

from servicekit.ids import new_id
from services.notifications.app.ports import Unit
from services.notifications.domain.outlook_event import LIVE, LOST, VIDEO, EventState, OutlookEvent
from services.notifications.domain.outlook_proposal import OutlookProposal, ProposalState, heeded
from services.notifications.domain.remote_event import RemoteEvent
from services.notifications.domain.shown_event import (
    COMPARED,
    EditedPart,
    ShownEvent,
    edited_parts,
    shown_by,
)


async def notice_edits(unit: Unit, before: OutlookEvent, remote: RemoteEvent, wanted: ShownEvent | None = None) -> bool:
    """Compare what was just looked up with what was asked for here; whether anything came up or went away.

    `before` is the event as it was read before the look: where it changed meanwhile the look is too old.
    """
    event = await unit.events.get(before.id)
    if event is None or (event.sent, event.etag, event.state) != (before.sent, before.etag, before.state):
        return True
    if event.state not in LIVE:
        return False
    if event.audience == VIDEO and remote.join_url != event.join_url:
        # Another link, or none any more: whoever was told the old one is told, and one that is missing is asked for.
        await unit.events.put(replace(event, join_url=remote.join_url) if remote.join_url else event.without_link())
        await unit.wake(event.meeting)
        return True
    theirs = shown_by(remote)
    if event.agreed is None:
        # Made before edits were looked for: what is there now is where comparing begins.
        await unit.events.put(replace(event, agreed=theirs))
        return True
    ones = await unit.proposals.of_event(event.id)
    # What is decided and not acted on yet is agreed already: the meeting's lane is about to take it in.
    decided = [heeded(event, one).agreed for one in ones if one.state is ProposalState.DECIDED]
    edited = edited_parts(theirs, event.agreed, event.asked_shown, wanted, *decided)
    there = {one.part: one for one in ones if one.state is ProposalState.OPEN}
    changed = False
    for part in COMPARED:
        changed = await _keep(unit, event, part, theirs if part in edited else None, there.get(part)) or changed
    if changed:
        await unit.wake(event.meeting)
    return changed


async def notice_gone(unit: Unit, before: OutlookEvent) -> None:
    """A look found nothing of it: somebody deleted it in Outlook. Its lane asks a person what is to become of it.

    `before` is the event as it was before the look: where it changed meanwhile the look is too old.
    """
    event = await unit.events.get(before.id)
    if event is None or (event.event_id, event.state) != (before.event_id, before.state) or event.state not in LIVE:
        return
    await unit.events.put(event.ended(EventState.LOST, LOST))
    await unit.wake(event.meeting)


async def overtake(unit: Unit, event: OutlookEvent, part: EditedPart) -> None:
    """Nothing is left to decide about that part."""
    for one in await unit.proposals.open_of(event.id):
        if one.part is part:
            await unit.proposals.put(one.ended(ProposalState.OVERTAKEN))
            await unit.wake(event.meeting)


async def propose(unit: Unit, event: OutlookEvent, part: EditedPart, theirs: ShownEvent | None) -> None:
    """A new proposal, open from now on."""
    ours = event.asked_shown or event.agreed
    if ours is not None:
        one = OutlookProposal(new_id(), event.id, event.meeting, event.generation, part, ours, theirs, unit.now())
        await unit.proposals.put(one)


async def _keep(
    unit: Unit, event: OutlookEvent, part: EditedPart, theirs: ShownEvent | None, known: OutlookProposal | None
) -> bool:
    if theirs is None and known is None:
        return False
    if theirs is None and known is not None:
        await unit.proposals.put(known.ended(ProposalState.OVERTAKEN))
        return True
    if known is None or theirs is None:
        await propose(unit, event, part, theirs)
        return True
    now = known.seen_as(theirs)
    if now == known:
        return False
    await unit.proposals.put(now)
    return True
