"""A draft that is to be changed, booked or given a hold: found before the transaction, locked in it."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.scheduler.app.get_meeting_draft import demand_draft
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.domain.errors import DraftClosed
from services.scheduler.domain.meeting import Plan, meeting_name
from services.scheduler.domain.meeting_draft import DraftState, MeetingDraft, draft_name


async def demand_draft_of(around: Surroundings, caller: Caller, draft_id: UUID, plan: Plan) -> None:
    """The caller may change the draft, and it is for this plan. NotFound, PermissionDenied; InvalidRequest."""
    draft = await demand_draft(around, caller, "UpdateMeetingDraft", draft_id)
    if not draft.is_of(plan):
        raise InvalidRequest([Violation("draft", "is of another meeting kind or of other subjects than the meeting")])


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
