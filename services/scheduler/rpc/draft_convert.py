"""Drafts of meetings: wire to domain and back."""

from uuid import UUID

from permanence.scheduler.v1 import meeting_draft_pb2 as wire
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as service
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.update_meeting_draft import DraftCommand
from services.scheduler.domain.meeting import Plan, meeting_name
from services.scheduler.domain.meeting_draft import Arrangement, DraftState, MeetingDraft, draft_name
from services.scheduler.rpc.convert import DRAFT, ROOM, checked, checked_decision, checked_plan, uuid_in
from services.scheduler.rpc.meeting_message import decision_message, plan_message, timestamp

_STATES = {
    DraftState.OPEN: wire.MEETING_DRAFT_STATE_OPEN,
    DraftState.BOOKED: wire.MEETING_DRAFT_STATE_BOOKED,
    DraftState.DISCARDED: wire.MEETING_DRAFT_STATE_DISCARDED,
}


def plan_to_draft(request: service.CreateMeetingDraftRequest, caller: Caller) -> Plan:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    check.uuid("request_id")
    plan = _draft_plan(check, request.plan)
    check.raise_if_any()
    return plan


def draft_command(request: service.UpdateMeetingDraftRequest, caller: Caller) -> DraftCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller, parent=False)
    parts = check.resource_name("name", DRAFT)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    plan = _draft_plan(check, request.plan)
    start = check.instant("start_time", required=False)
    check.resource_name("room", ROOM, required=False)
    reason = check.text("breach_reason", 2000)
    decision = checked_decision(check, request)
    check.raise_if_any()
    wanted = Arrangement(
        plan,
        start,
        request.room,
        request.people_checked,
        request.kept_apart_checked,
        reason,
        decision if start else None,
    )
    return DraftCommand(draft_id(parts), etag, wanted, request.release_hold)


def draft_id(parts: dict[str, UUID | str]) -> UUID:
    """The draft of a checked name."""
    found = uuid_in(parts, "meeting_draft")
    assert found is not None
    return found


def _draft_plan(check: Check, plan: MeetingPlan) -> Plan:
    found = checked_plan(check, plan)
    check.require("plan.subjects")
    if plan.body:
        check.refuse("plan.body", "must be empty; a sitting is not drafted")
    return found


def draft_message(council: str, draft: MeetingDraft) -> wire.MeetingDraft:
    """The draft, without the pairs who must not meet."""
    held = draft.arrangement
    return wire.MeetingDraft(
        name=draft_name(council, draft.id),
        plan=plan_message(draft.plan),
        title=draft.title,
        references=draft.references,
        start_time=timestamp(held.start) if held.start else None,
        room=held.room,
        people_checked=held.people_checked,
        kept_apart_checked=held.kept_apart_checked,
        breach_reason=held.breach_reason,
        started_by=draft.started_by,
        changed_by=draft.changed_by,
        create_time=timestamp(draft.created_at),
        update_time=timestamp(draft.updated_at),
        etag=str(draft.version),
        meeting=meeting_name(council, draft.meeting) if draft.meeting else "",
        state=_STATES[draft.state],
        date_decision=decision_message(held.decision),
        hold=meeting_name(council, draft.hold.meeting) if draft.hold else "",
        hold_expire_time=timestamp(draft.hold.expires_at) if draft.hold else None,
    )
