"""Changes what a draft of a meeting holds."""

from dataclasses import dataclass, replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ask_whose_date import check_reviewers_word
from services.scheduler.app.get_meeting_draft import demand_draft
from services.scheduler.app.hold_slot import give_back
from services.scheduler.app.open_draft import open_draft
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.see_date_offer import demand_not_offered
from services.scheduler.app.take_time import check_decision
from services.scheduler.app.tell_kept_apart import day_in_question
from services.scheduler.domain.meeting_draft import Arrangement, MeetingDraft, draft_name, keeps_hold, rearranged


@dataclass(frozen=True, slots=True)
class DraftCommand:
    """What the draft is to hold, its plan not filled in yet."""

    draft: UUID
    etag: str
    wanted: Arrangement
    release_hold: bool = False


@dataclass(frozen=True, slots=True)
class DraftChange:
    """A command with everything asked of others."""

    command: DraftCommand
    prepared: PreparedPlan


async def prepare_update(around: Surroundings, caller: Caller, command: DraftCommand) -> DraftChange:
    """What is asked of others before the transaction. Errors as `prepare_plan`; NotFound for an unknown draft."""
    draft = await demand_draft(around, caller, "UpdateMeetingDraft", command.draft)
    plan = command.wanted.plan
    if not draft.is_of(plan):
        where = "plan.subjects" if plan.meeting_kind == draft.plan.meeting_kind else "plan.meeting_kind"
        raise InvalidRequest([Violation(where, "must be the draft's own; start another draft for another meeting")])
    on = day_in_question(around, command.wanted.start)
    prepared = await prepare_plan(around, caller, plan, on)
    await check_reviewers_word(around, caller, prepared.kind, prepared.plan.attendees, command.wanted.decision)
    return DraftChange(command, prepared)


async def update_meeting_draft(unit: UnitOfWork, caller: Caller, change: DraftChange) -> MeetingDraft:
    """Change it, and give its hold back where that keeps something else than the draft now holds.

    DraftClosed where it is booked or discarded; AlreadyOffered while dates are offered for it; VersionClash for another
    etag; InvalidRequest as `check_decision`.
    """
    command = change.command
    await check_decision(unit, change.prepared, command.wanted.decision)
    draft = await open_draft(unit, caller, command.draft, command.etag)
    # Taking a date books what was offered: a change made meanwhile would be lost without a word.
    await demand_not_offered(unit, caller, draft.id)
    plan, _ = await settle_obligations(unit, change.prepared.plan)
    held = rearranged(draft, replace(command.wanted, plan=plan), people_named=bool(command.wanted.plan.attendees))
    hold = draft.hold
    if hold is not None and (command.release_hold or not keeps_hold(draft, held)):
        await unit.reservations.lock((), hold.meeting)
        await give_back(unit, hold.meeting)
        hold = None
    changed = replace(draft.changed(caller.principal_id, unit.now()), arrangement=held, hold=hold)
    await unit.drafts.save(changed)
    await unit.audit(caller, "UpdateMeetingDraft", draft_name(caller.council, draft.id))
    return changed
