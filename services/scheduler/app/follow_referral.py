"""Keeps what referrals say of families' consent, and undoes what rested on one that ended."""

from dataclasses import replace

from servicekit.caller import Caller
from services.scheduler.app.hold_slot import give_back
from services.scheduler.app.ports import UnitOfWork
from services.scheduler.domain.family_consent import FamilyConsent
from services.scheduler.domain.meeting_draft import MeetingDraft, draft_name


async def follow_consent(unit: UnitOfWork, caller: Caller, told: FamilyConsent) -> None:
    """A booked meeting stays until somebody has spoken with the family: its page says that their consent ended."""
    await unit.consents.keep(told)
    if told.stands:
        return
    for draft in await unit.drafts.open_of(told.meeting_kind, told.subjects):
        decision = draft.arrangement.decision
        current = await unit.consents.of(told.meeting_kind, draft.plan.subjects)
        anew = decision is not None and decision.consented_on > told.changed_on
        if decision is not None and not anew and not (current and current.stands):
            await _undo(unit, caller, draft)


async def _undo(unit: UnitOfWork, caller: Caller, draft: MeetingDraft) -> None:
    """What the family had chosen, and the time that was held for it."""
    if draft.hold is not None:
        await unit.reservations.lock((), draft.hold.meeting)
        await give_back(unit, draft.hold.meeting)
    arrangement = replace(draft.arrangement, decision=None, start=None, room="")
    changed = replace(draft.changed(caller.principal_id, unit.now()), arrangement=arrangement, hold=None)
    await unit.drafts.save(changed)
    await unit.audit(caller, "FollowReferral", draft_name(caller.council, draft.id))
