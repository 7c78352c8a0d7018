"""Gives a draft of a meeting up."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.get_meeting_draft import demand_draft
from services.scheduler.app.hold_slot import give_back
from services.scheduler.app.open_draft import open_draft
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_date_offer import demand_not_offered
from services.scheduler.domain.meeting_draft import DraftState, MeetingDraft, draft_name


async def prepare_discard(around: Surroundings, caller: Caller, draft_id: UUID) -> None:
    """Whether the caller may know of it and discard it; asked before the transaction."""
    await demand_draft(around, caller, "DiscardMeetingDraft", draft_id)


async def discard_meeting_draft(unit: UnitOfWork, caller: Caller, draft_id: UUID, etag: str) -> MeetingDraft:
    """Discard it. Discarding a discarded one changes nothing.

    DraftClosed where it was booked; AlreadyOffered while dates are offered for it; VersionClash.
    """
    found = await unit.drafts.load(draft_id, lock=True)
    if found is not None and found.state is DraftState.DISCARDED:
        return found
    draft = await open_draft(unit, caller, draft_id, etag)
    await demand_not_offered(unit, caller, draft_id)
    if draft.hold is not None:
        await unit.reservations.lock((), draft.hold.meeting)
        await give_back(unit, draft.hold.meeting)
    gone = replace(draft.changed(caller.principal_id, unit.now()), state=DraftState.DISCARDED, hold=None)
    await unit.drafts.save(gone)
    await unit.audit(caller, "DiscardMeetingDraft", draft_name(caller.council, draft_id))
    return gone
