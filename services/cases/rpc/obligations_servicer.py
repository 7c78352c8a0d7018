"""ObligationsService: what people settle about clocks, and ask of them."""

from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligations_service_pb2_grpc import ObligationsServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.page import next_token
from services.cases.app.date_changes import confirm_date_changes, list_date_changes
from services.cases.app.preview_meeting_date import preview_meeting_date
from services.cases.app.waive_obligation import restore_obligation, waive_obligation
from services.cases.rpc import convert_obligations as convert
from services.cases.rpc import show, show_timetable
from services.cases.rpc.units import Context, Door, WireUnit


class ObligationsServicer(ObligationsServiceServicer):
    """Every RPC of the service."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def WaiveObligation(self, request: pb.WaiveObligationRequest, context: Context) -> pb.WaiveObligationResponse:
        """Waives, once."""
        caller, today = current_caller(), self._door.today()
        ref, reason = convert.waive_obligation(request, caller.council)

        async def do(unit: WireUnit) -> pb.WaiveObligationResponse:
            found = await waive_obligation(unit, ref, reason)
            return pb.WaiveObligationResponse(obligation=show.obligation(found, caller.council, today))

        return await once(self._door.begin, caller, request, pb.WaiveObligationResponse, do)

    async def RestoreObligation(
        self, request: pb.RestoreObligationRequest, context: Context
    ) -> pb.RestoreObligationResponse:
        """Takes a waiver back, once."""
        caller, today = current_caller(), self._door.today()
        ref = convert.restore_obligation(request, caller.council)

        async def do(unit: WireUnit) -> pb.RestoreObligationResponse:
            found = await restore_obligation(unit, ref)
            return pb.RestoreObligationResponse(obligation=show.obligation(found, caller.council, today))

        return await once(self._door.begin, caller, request, pb.RestoreObligationResponse, do)

    async def PreviewMeetingDate(
        self, request: pb.PreviewMeetingDateRequest, context: Context
    ) -> pb.PreviewMeetingDateResponse:
        """What a day would do."""
        caller = current_caller()
        pack, today = self._door.pack_of(caller), self._door.today()
        refs, proposal = convert.preview_meeting_date(request, caller.council, pack, today)
        async with self._door.begin(caller) as unit:
            found = await preview_meeting_date(unit, refs, proposal)
        return pb.PreviewMeetingDateResponse(
            subjects=[show_timetable.subject_preview(one, caller.council) for one in found]
        )

    async def ListDateChanges(self, request: pb.ListDateChangesRequest, context: Context) -> pb.ListDateChangesResponse:
        """A page, the longest standing first."""
        caller = current_caller()
        ref, after, page, bound = convert.list_date_changes(request, caller.council)
        async with self._door.begin(caller) as unit:
            found, more = await list_date_changes(unit, ref, after, page.size)
        token = ""
        if more:
            last = found[-1].change
            token = next_token(bound, (last.moved_at.isoformat(), str(last.id)))
        moved = [
            pb.MovedObligation(
                date_change=show.date_change(one.change, one.read.subject_kind, caller.council),
                obligation=show.obligation(one.read, caller.council, self._door.today()),
            )
            for one in found
        ]
        return pb.ListDateChangesResponse(moved=moved, next_page_token=token)

    async def ConfirmDateChanges(
        self, request: pb.ConfirmDateChangesRequest, context: Context
    ) -> pb.ConfirmDateChangesResponse:
        """Confirms, once."""
        caller = current_caller()
        changes = convert.confirm_date_changes(request, caller.council)

        async def do(unit: WireUnit) -> pb.ConfirmDateChangesResponse:
            found = await confirm_date_changes(unit, changes)
            shown = [show.date_change(change, kind, caller.council) for change, kind in found]
            return pb.ConfirmDateChangesResponse(date_changes=shown)

        return await once(self._door.begin, caller, request, pb.ConfirmDateChangesResponse, do)
