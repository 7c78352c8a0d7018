"""Starts a draft of a meeting, or finds the one that is being arranged already."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.domain.errors import SchedulingError
from services.scheduler.domain.meeting import Plan
from services.scheduler.domain.meeting_draft import Arrangement, MeetingDraft, draft_name


@dataclass(frozen=True, slots=True)
class DraftToStart:
    """The plan that was asked for, and filled in; or why it could not be, which matters only where no draft is open."""

    plan: Plan
    prepared: PreparedPlan | SchedulingError


async def prepare_draft(around: Surroundings, caller: Caller, plan: Plan) -> DraftToStart:
    """What is asked of others before the transaction. Errors as `prepare_plan`, save NoChair and MustNotMeet."""
    demand(caller, "CreateMeetingDraft", f"councils/{caller.council}", may_know=True)
    today = around.clock.today()
    try:
        return DraftToStart(plan, await prepare_plan(around, caller, plan, today, part=True, begun=True))
    except SchedulingError as refusal:
        return DraftToStart(plan, refusal)


async def create_meeting_draft(unit: UnitOfWork, caller: Caller, wanted: DraftToStart) -> MeetingDraft:
    """The open draft for the plan's kind and subjects; a new one where there is none. NoChair, MustNotMeet."""
    draft = await unit.drafts.find_open(wanted.plan) or await _start(unit, caller, wanted.prepared)
    await unit.audit(caller, "CreateMeetingDraft", draft_name(caller.council, draft.id))
    return draft


async def _start(unit: UnitOfWork, caller: Caller, prepared: PreparedPlan | SchedulingError) -> MeetingDraft:
    if isinstance(prepared, SchedulingError):
        raise prepared
    plan, _ = await settle_obligations(unit, prepared.plan)
    now, who = unit.now(), caller.principal_id
    return await unit.drafts.start(MeetingDraft(new_id(), prepared.title, Arrangement(plan), who, who, now, now))
