"""MeetingDraftsService: arranging a meeting step by step.

Who must not meet is told beside a draft and never kept, not even with a response that is kept for its repeat.
"""

from datetime import UTC

from permanence.scheduler.v1 import meeting_draft_pb2
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as wire
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceServicer

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import once
from services.scheduler.app import ports
from services.scheduler.app.create_meeting_draft import create_meeting_draft, prepare_draft
from services.scheduler.app.discard_meeting_draft import discard_meeting_draft, prepare_discard
from services.scheduler.app.get_meeting_draft import get_meeting_draft
from services.scheduler.app.list_meeting_drafts import list_meeting_drafts
from services.scheduler.app.tell_consent import tell_consent
from services.scheduler.app.tell_kept_apart import tell_kept_apart
from services.scheduler.app.update_meeting_draft import prepare_update, update_meeting_draft
from services.scheduler.rpc import convert
from services.scheduler.rpc import draft_convert as show
from services.scheduler.rpc.meeting_message import consent_message, kept_apart_message
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit


class MeetingDraftsServicer(MeetingDraftsServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: ports.Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin

    async def CreateMeetingDraft(
        self, request: wire.CreateMeetingDraftRequest, context: Context
    ) -> wire.CreateMeetingDraftResponse:
        """A new draft, or the one that is open."""
        caller = current_caller()
        wanted = await prepare_draft(self._around, caller, show.plan_to_draft(request, caller))

        async def do(unit: WireUnit) -> wire.CreateMeetingDraftResponse:
            draft = await create_meeting_draft(unit, caller, wanted)
            return wire.CreateMeetingDraftResponse(meeting_draft=show.draft_message(caller.council, draft))

        reply = await once(self._begin, caller, request, wire.CreateMeetingDraftResponse, do)
        await self._tell_around(caller, reply.meeting_draft)
        return reply

    async def GetMeetingDraft(
        self, request: wire.GetMeetingDraftRequest, context: Context
    ) -> wire.GetMeetingDraftResponse:
        """One draft."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.DRAFT)
        check.raise_if_any()
        draft = await get_meeting_draft(self._around, caller, show.draft_id(parts))
        reply = wire.GetMeetingDraftResponse(meeting_draft=show.draft_message(caller.council, draft))
        await self._tell_around(caller, reply.meeting_draft)
        return reply

    async def ListMeetingDrafts(
        self, request: wire.ListMeetingDraftsRequest, context: Context
    ) -> wire.ListMeetingDraftsResponse:
        """A page, the latest changed first."""
        caller = current_caller()
        check = convert.checked(request, caller)
        size, token = check.page()
        check.raise_if_any()
        drafts, following = await list_meeting_drafts(self._around, caller, size, token)
        shown = [show.draft_message(caller.council, one) for one in drafts]
        return wire.ListMeetingDraftsResponse(meeting_drafts=shown, next_page_token=following)

    async def UpdateMeetingDraft(
        self, request: wire.UpdateMeetingDraftRequest, context: Context
    ) -> wire.UpdateMeetingDraftResponse:
        """The changed draft."""
        caller = current_caller()
        change = await prepare_update(self._around, caller, show.draft_command(request, caller))

        async def do(unit: WireUnit) -> wire.UpdateMeetingDraftResponse:
            draft = await update_meeting_draft(unit, caller, change)
            return wire.UpdateMeetingDraftResponse(meeting_draft=show.draft_message(caller.council, draft))

        reply = await once(self._begin, caller, request, wire.UpdateMeetingDraftResponse, do)
        await self._tell_around(caller, reply.meeting_draft)
        return reply

    async def DiscardMeetingDraft(
        self, request: wire.DiscardMeetingDraftRequest, context: Context
    ) -> wire.DiscardMeetingDraftResponse:
        """The discarded draft."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.DRAFT)
        check.uuid("request_id")
        etag = check.text("etag", 20, required=True)
        check.raise_if_any()
        draft_id = show.draft_id(parts)
        await prepare_discard(self._around, caller, draft_id)

        async def do(unit: WireUnit) -> wire.DiscardMeetingDraftResponse:
            draft = await discard_meeting_draft(unit, caller, draft_id, etag)
            return wire.DiscardMeetingDraftResponse(meeting_draft=show.draft_message(caller.council, draft))

        return await once(self._begin, caller, request, wire.DiscardMeetingDraftResponse, do)

    async def _tell_around(self, caller: Caller, draft: meeting_draft_pb2.MeetingDraft) -> None:
        if draft.state != meeting_draft_pb2.MEETING_DRAFT_STATE_OPEN:
            return
        start = draft.start_time.ToDatetime(UTC) if draft.HasField("start_time") else None
        pairs = await tell_kept_apart(self._around, caller, convert.plan_of(draft.plan), start)
        draft.kept_apart_pairs.extend(map(kept_apart_message, pairs))
        consent = await tell_consent(self._around, caller, draft.plan.meeting_kind, draft.plan.subjects)
        if consent is not None:
            draft.family_consent.CopyFrom(consent_message(consent))
