"""Changes what a draft of a meeting holds."""

from dataclasses import dataclass, replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.scheduler.app.get_meeting_draft import demand_draft
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.tell_kept_apart import day_in_question
from services.scheduler.domain.errors import DraftClosed
from services.scheduler.domain.meeting import meeting_name
from services.scheduler.domain.meeting_draft import Arrangement, DraftState, MeetingDraft, draft_name, rearranged


@dataclass(frozen=True, slots=True)
class DraftCommand:
    """What the draft is to hold, its plan not filled in yet."""

    draft: UUID
    etag: str
    wanted: Arrangement


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
    return DraftChange(command, await prepare_plan(around, caller, plan, on))


async def update_meeting_draft(unit: UnitOfWork, caller: Caller, change: DraftChange) -> MeetingDraft:
    """Change it. DraftClosed where it is booked or discarded; VersionClash for another etag."""
    command = change.command
    draft = await open_draft(unit, caller, command.draft, command.etag)
    plan, _ = await settle_obligations(unit, change.prepared.plan)
    held = rearranged(draft, replace(command.wanted, plan=plan), people_named=bool(command.wanted.plan.attendees))
    changed = replace(draft.changed(caller.principal_id, unit.now()), arrangement=held)
    await unit.drafts.save(changed)
    await unit.audit(caller, "UpdateMeetingDraft", draft_name(caller.council, draft.id))
    return changed


async def open_draft(unit: UnitOfWork, caller: Caller, draft_id: UUID, etag: str | None = None) -> MeetingDraft:
    """The open draft, locked for change. NotFound, DraftClosed; VersionClash for an etag that is not current."""
    name = draft_name(caller.council, draft_id)
    draft = await unit.drafts.load(draft_id, lock=True)
    if draft is None:
        raise NotFound(name)
    if draft.state is not DraftState.OPEN:
        meeting = meeting_name(caller.council, draft.meeting) if draft.meeting else ""
        raise DraftClosed(draft=name, state=draft.state.value, meeting=meeting)
    if etag is not None and str(draft.version) != etag:
        raise VersionClash(name)
    return draft
