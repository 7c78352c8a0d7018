"""SchedulerService: each RPC checks its request, asks others what it must know, then acts in one transaction."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias, TypeVar

import grpc
from permanence.scheduler.v1 import scheduler_service_pb2 as wire
from permanence.scheduler.v1.meeting_pb2 import Series
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceServicer

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import Unit, once
from services.scheduler.app import ports
from services.scheduler.app.book_meeting import book_meeting, prepare_booking
from services.scheduler.app.cancel_meeting import cancel_meeting, prepare_cancel
from services.scheduler.app.create_series import create_series, prepare_series
from services.scheduler.app.extend_hold import extend_hold, prepare_extension
from services.scheduler.app.get_meeting import get_meeting
from services.scheduler.app.hold_slot import hold_slot, prepare_hold
from services.scheduler.app.import_capacity import import_capacity, prepare_capacity
from services.scheduler.app.list_meetings import list_meetings
from services.scheduler.app.list_rooms import list_rooms
from services.scheduler.app.list_unarranged_obligations import list_unarranged_obligations
from services.scheduler.app.preview_series import preview_series
from services.scheduler.app.preview_sitting_move import preview_sitting_move
from services.scheduler.app.record_confirmation import prepare_confirmation, record_confirmation
from services.scheduler.app.record_meeting_held import prepare_held, record_meeting_held
from services.scheduler.app.refuse_with_alternatives import with_alternatives
from services.scheduler.app.reschedule_meeting import prepare_move, reschedule_meeting
from services.scheduler.app.see_meeting import hidden_clocks
from services.scheduler.app.suggest_back_to_back import suggest_back_to_back
from services.scheduler.app.suggest_slots import suggest_slots
from services.scheduler.app.tell_consent import tell_consent
from services.scheduler.domain.meeting import civil_day
from services.scheduler.rpc import convert
from services.scheduler.rpc import meeting_message as show
from services.scheduler.rpc.bulk_move_convert import touched_message
from services.scheduler.rpc.series_convert import series_command

Context: TypeAlias = "grpc.aio.ServicerContext[object, object]"


class WireUnit(ports.UnitOfWork, Unit, Protocol):
    """A unit of work whose transaction can also keep the response."""


WithMeeting = TypeVar(
    "WithMeeting",
    wire.RescheduleMeetingResponse,
    wire.CancelMeetingResponse,
    wire.RecordMeetingHeldResponse,
    wire.RecordConfirmationResponse,
)
BeginOnWire: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[WireUnit]]


class SchedulerServicer(SchedulerServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: ports.Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin
        self._calendar = around.calendar

    async def _as_seen(self, caller: Caller, reply: WithMeeting) -> WithMeeting:
        """A reply, also one given again, without clocks that the caller may not know of (any more)."""
        if reply.meeting.body:
            hidden = await hidden_clocks(self._around, caller, show.clocks_in(reply.meeting))
            show.take_out_clocks(reply.meeting, hidden)
        return reply

    async def SuggestSlots(self, request: wire.SuggestSlotsRequest, context: Context) -> wire.SuggestSlotsResponse:
        """Proposals, days without, the nearest, and the plan filled in."""
        caller = current_caller()
        command = convert.suggest_command(request, caller)
        proposals = await suggest_slots(self._around, caller, command)
        found, prepared = proposals.found, proposals.prepared
        return wire.SuggestSlotsResponse(
            slots=[show.slot_message(one) for one in found.slots],
            days_without=[show.day_without_message(one) for one in found.days_without],
            nearest=show.slot_message(found.nearest) if found.nearest else None,
            plan=show.plan_message(prepared.plan),
            kept_apart=prepared.kept_apart,
            kept_apart_pairs=[show.kept_apart_message(one) for one in prepared.pairs],
            outlook_read_time=show.timestamp(proposals.outlook_read_at) if proposals.outlook_read_at else None,
        )

    async def SuggestBackToBack(
        self, request: wire.SuggestBackToBackRequest, context: Context
    ) -> wire.SuggestBackToBackResponse:
        """Times for meetings one directly after the other."""
        caller = current_caller()
        found = await suggest_back_to_back(self._around, caller, convert.back_to_back_command(request, caller))
        return wire.SuggestBackToBackResponse(
            proposals=[
                wire.BackToBackSlots(
                    slots=[show.slot_message(one) for one in slots], cost=sum(one.cost for one in slots)
                )
                for slots in found.found
            ],
            days_without=[show.day_without_message(one) for one in found.days_without],
            plans=[show.plan_message(one) for one in found.plans],
            outlook_read_time=show.timestamp(found.outlook_read_at) if found.outlook_read_at else None,
        )

    async def HoldSlot(self, request: wire.HoldSlotRequest, context: Context) -> wire.HoldSlotResponse:
        """A time kept for ten minutes."""
        caller = current_caller()
        command = convert.hold_command(request, caller)
        assert command.plan is not None and command.start is not None
        wanted = await prepare_hold(
            self._around,
            caller,
            command.plan,
            command.start,
            command.room,
            decision=command.decision,
            draft=command.draft,
            draft_etag=command.draft_etag,
        )

        async def do(unit: WireUnit) -> wire.HoldSlotResponse:
            meeting = await hold_slot(unit, caller, wanted, self._calendar)
            assert meeting.expires_at is not None
            return wire.HoldSlotResponse(
                meeting=show.meeting_message(caller.council, meeting),
                expire_time=show.timestamp(meeting.expires_at),
            )

        work = once(self._begin, caller, request, wire.HoldSlotResponse, do)
        return await with_alternatives(self._around, caller, wanted.prepared, wanted.start, work)

    async def ExtendHold(self, request: wire.ExtendHoldRequest, context: Context) -> wire.ExtendHoldResponse:
        """A held time kept for ten minutes more."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.MEETING)
        check.uuid("request_id")
        check.raise_if_any()
        meeting_id = convert.meeting_id(parts)
        await prepare_extension(self._around, caller, meeting_id)

        async def do(unit: WireUnit) -> wire.ExtendHoldResponse:
            meeting = await extend_hold(unit, caller, meeting_id)
            assert meeting.expires_at is not None
            return wire.ExtendHoldResponse(
                meeting=show.meeting_message(caller.council, meeting),
                expire_time=show.timestamp(meeting.expires_at),
            )

        return await once(self._begin, caller, request, wire.ExtendHoldResponse, do)

    async def BookMeeting(self, request: wire.BookMeetingRequest, context: Context) -> wire.BookMeetingResponse:
        """A booked meeting."""
        caller = current_caller()
        booking = await prepare_booking(self._around, caller, convert.book_command(request, caller))

        async def do(unit: WireUnit) -> wire.BookMeetingResponse:
            meeting = await book_meeting(unit, caller, booking, self._calendar)
            return wire.BookMeetingResponse(meeting=show.meeting_message(caller.council, meeting))

        work = once(self._begin, caller, request, wire.BookMeetingResponse, do)
        wanted = booking.wanted
        return await with_alternatives(self._around, caller, wanted.prepared, wanted.start, work)

    async def RescheduleMeeting(
        self, request: wire.RescheduleMeetingRequest, context: Context
    ) -> wire.RescheduleMeetingResponse:
        """The moved meeting."""
        caller = current_caller()
        command = convert.move_command(request, caller)
        move = await prepare_move(self._around, caller, command)

        async def do(unit: WireUnit) -> wire.RescheduleMeetingResponse:
            meeting = await reschedule_meeting(unit, caller, move, self._calendar)
            return wire.RescheduleMeetingResponse(meeting=show.meeting_message(caller.council, meeting))

        work = once(self._begin, caller, request, wire.RescheduleMeetingResponse, do)
        moving = command.meeting
        moved = await with_alternatives(self._around, caller, move.prepared, command.start, work, moving=moving)
        return await self._as_seen(caller, moved)

    async def PreviewSittingMove(
        self, request: wire.PreviewSittingMoveRequest, context: Context
    ) -> wire.PreviewSittingMoveResponse:
        """The clocks of children that the move would break."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.MEETING)
        start = check.instant("start_time", required=False)
        check.raise_if_any()
        found = await preview_sitting_move(self._around, caller, convert.meeting_id(parts), start)
        return wire.PreviewSittingMoveResponse(obligations=[touched_message(one) for one in found])

    async def CancelMeeting(self, request: wire.CancelMeetingRequest, context: Context) -> wire.CancelMeetingResponse:
        """The cancelled meeting."""
        caller = current_caller()
        command = convert.cancel_command(request, caller)
        await prepare_cancel(self._around, caller, command)

        async def do(unit: WireUnit) -> wire.CancelMeetingResponse:
            meeting = await cancel_meeting(unit, caller, command)
            return wire.CancelMeetingResponse(meeting=show.meeting_message(caller.council, meeting))

        return await self._as_seen(caller, await once(self._begin, caller, request, wire.CancelMeetingResponse, do))

    async def RecordMeetingHeld(
        self, request: wire.RecordMeetingHeldRequest, context: Context
    ) -> wire.RecordMeetingHeldResponse:
        """The meeting that took place."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.MEETING)
        check.uuid("request_id")
        etag = check.text("etag", 20, required=True)
        end = check.instant("end_time", required=False)
        check.raise_if_any()
        meeting_id = convert.meeting_id(parts)
        await prepare_held(self._around, caller, meeting_id)

        async def do(unit: WireUnit) -> wire.RecordMeetingHeldResponse:
            meeting = await record_meeting_held(unit, caller, meeting_id, etag, end)
            return wire.RecordMeetingHeldResponse(meeting=show.meeting_message(caller.council, meeting))

        held = await once(self._begin, caller, request, wire.RecordMeetingHeldResponse, do)
        return await self._as_seen(caller, held)

    async def RecordConfirmation(
        self, request: wire.RecordConfirmationRequest, context: Context
    ) -> wire.RecordConfirmationResponse:
        """The meeting with who has confirmed."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.MEETING)
        check.uuid("request_id")
        etag = check.text("etag", 20, required=True)
        check.resource_name_text("person", request.person, convert.person_form(request.person))
        check.raise_if_any()
        meeting_id = convert.meeting_id(parts)
        await prepare_confirmation(self._around, caller, meeting_id)

        async def do(unit: WireUnit) -> wire.RecordConfirmationResponse:
            meeting = await record_confirmation(
                unit, caller, meeting_id, etag, request.person, confirmed=request.confirmed
            )
            return wire.RecordConfirmationResponse(meeting=show.meeting_message(caller.council, meeting))

        confirmed = await once(self._begin, caller, request, wire.RecordConfirmationResponse, do)
        return await self._as_seen(caller, confirmed)

    async def GetMeeting(self, request: wire.GetMeetingRequest, context: Context) -> wire.GetMeetingResponse:
        """One meeting."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.MEETING)
        check.raise_if_any()
        meeting = await get_meeting(self._around, caller, convert.meeting_id(parts))
        shown = show.meeting_message(caller.council, meeting)
        consent = await tell_consent(self._around, caller, meeting.plan.meeting_kind, meeting.plan.subjects)
        if consent is not None:
            shown.family_consent.CopyFrom(show.consent_message(consent))
        return wire.GetMeetingResponse(meeting=shown)

    async def ListMeetings(self, request: wire.ListMeetingsRequest, context: Context) -> wire.ListMeetingsResponse:
        """A page by start."""
        caller = current_caller()
        wanted, size, token = convert.meeting_filter(request, caller)
        meetings, following = await list_meetings(self._around, caller, wanted, size, token)
        shown = [show.meeting_message(caller.council, one) for one in meetings]
        return wire.ListMeetingsResponse(meetings=shown, next_page_token=following)

    async def ListUnarrangedObligations(
        self, request: wire.ListUnarrangedObligationsRequest, context: Context
    ) -> wire.ListUnarrangedObligationsResponse:
        """A page, fewest working days first."""
        caller = current_caller()
        wanted, size, token = convert.unarranged_filter(request, caller)
        found, following = await list_unarranged_obligations(self._around, caller, wanted, size, token)
        shown = [show.unarranged_message(one) for one in found]
        return wire.ListUnarrangedObligationsResponse(obligations=shown, next_page_token=following)

    async def ListRooms(self, request: wire.ListRoomsRequest, context: Context) -> wire.ListRoomsResponse:
        """A page by display name."""
        caller = current_caller()
        check = convert.checked(request, caller)
        size, token = check.page()
        check.raise_if_any()
        rooms, following = await list_rooms(self._around, caller, size, token)
        return wire.ListRoomsResponse(rooms=[show.room_message(one) for one in rooms], next_page_token=following)

    async def CreateSeries(self, request: wire.CreateSeriesRequest, context: Context) -> wire.CreateSeriesResponse:
        """The series with its sittings, or with `validate_only` the days alone."""
        caller = current_caller()
        command = series_command(request, caller, civil_day(self._around.clock.now()))
        series = await prepare_series(self._around, caller, command)
        if request.validate_only:
            seen = await preview_series(self._around, caller, series)
            return wire.CreateSeriesResponse(
                series=Series(body=request.body), days=[show.seen_day_message(one) for one in seen]
            )

        async def do(unit: WireUnit) -> wire.CreateSeriesResponse:
            booked = await create_series(unit, caller, series, self._calendar)
            days = [show.sitting_day_message(one) for one in booked.days]
            return wire.CreateSeriesResponse(series=show.series_message(caller.council, booked), days=days)

        return await once(self._begin, caller, request, wire.CreateSeriesResponse, do)

    async def ImportCapacity(
        self, request: wire.ImportCapacityRequest, context: Context
    ) -> wire.ImportCapacityResponse:
        """What is kept of the file, and the rows that were not used."""
        caller = current_caller()
        check = convert.checked(request, caller)
        check.require("content")
        check.uuid("request_id")
        check.raise_if_any()
        read = await prepare_capacity(self._around, caller, request.content)

        async def do(unit: WireUnit) -> wire.ImportCapacityResponse:
            kept = await import_capacity(unit, caller, read)
            return wire.ImportCapacityResponse(
                working_patterns=kept.working_patterns,
                rooms=kept.rooms,
                busy_times=kept.busy_times,
                absences=kept.absences,
                terms=kept.terms,
                refused_rows=[
                    wire.RefusedRow(row=one.row, reason=one.reason, message=one.message) for one in kept.refused
                ],
            )

        return await once(self._begin, caller, request, wire.ImportCapacityResponse, do)
