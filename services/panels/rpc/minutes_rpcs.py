"""RPCs about minutes."""

import grpc
from permanence.panels.v1 import panels_service_pb2 as wire

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.page import next_token, open_page
from servicekit.validate import Check
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.draft_minutes import Drafting, draft_minutes
from services.panels.app.get_minutes import get_minutes, list_minutes
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.ports import BodiesOf, Cases, Meetings
from services.panels.app.render_minutes import Rendering
from services.panels.app.sign_minutes import check_signer, sign_minutes
from services.panels.domain.minutes import MinutesId
from services.panels.rpc import convert, to_wire
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit


class MinutesRpcs:
    """The part of PanelsService that is about minutes."""

    def __init__(
        self,
        begin: BeginWork,
        cases: Cases,
        people: PeopleAround,
        meetings: Meetings,
        writer: DocumentWriter,
        bodies_of: BodiesOf,
    ) -> None:
        self._begin = begin
        self._cases = cases
        self._own = OwnConflicts(begin, people)
        self._drafting = Drafting(begin, cases, meetings)
        self._writer = writer
        self._bodies_of = bodies_of

    async def DraftMinutes(
        self, request: wire.DraftMinutesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.DraftMinutesResponse:
        """For one subject of a held meeting."""
        caller = current_caller()
        command = convert.read_draft_minutes(request, caller.council)
        council = self._bodies_of(caller.council_id)
        meeting = await self._drafting.check(caller, council, command)
        await self._own.refuse_heard(caller, command.meeting, command.subject, command.meeting)

        async def do(unit: WorkUnit) -> wire.DraftMinutesResponse:
            minutes = await draft_minutes(unit, caller, council, command, meeting)
            return wire.DraftMinutesResponse(minutes=to_wire.minutes(caller.council, minutes))

        return await once(self._begin, caller, request, wire.DraftMinutesResponse, do)

    async def SignMinutes(
        self, request: wire.SignMinutesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.SignMinutesResponse:
        """The chair alone."""
        caller = current_caller()
        command = convert.read_sign_minutes(request, caller.council)
        council = self._bodies_of(caller.council_id)
        await check_signer(self._begin, self._cases, caller, council, command)
        await self._own.refuse_unsigned(caller, command.minutes)

        async def do(unit: WorkUnit) -> wire.SignMinutesResponse:
            minutes = await sign_minutes(unit, caller, council, command)
            return wire.SignMinutesResponse(minutes=to_wire.minutes(caller.council, minutes))

        return await once(self._begin, caller, request, wire.SignMinutesResponse, do)

    async def GetMinutes(
        self, request: wire.GetMinutesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.GetMinutesResponse:
        """With text."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        parts = check.resource_name("name", convert.MINUTES)
        check.raise_if_any()
        minutes = MinutesId(convert.id_of(parts, "minutes"))
        await self._own.refuse_unsigned(caller, minutes)
        found = await get_minutes(self._begin, self._cases, caller, minutes)
        return wire.GetMinutesResponse(minutes=to_wire.minutes(caller.council, found))

    async def ListMinutes(
        self, request: wire.ListMinutesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ListMinutesResponse:
        """Those whose clock runs out first at the front."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        check.resource_name("meeting", convert.MEETING, required=False)
        size, token = check.page()
        check.raise_if_any()
        state = convert.read_minutes_state(request.state)
        bound = f"{request.parent} ListMinutes {request.meeting} {request.state}"
        page = open_page(size, token, bound)
        shown, last = await list_minutes(self._begin, self._cases, caller, request.meeting, state, page)
        return wire.ListMinutesResponse(
            minutes=[to_wire.minutes(caller.council, one) for one in shown],
            next_page_token=next_token(bound, last) if last else "",
        )

    async def RenderMinutes(
        self, request: wire.RenderMinutesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.RenderMinutesResponse:
        """As a page for one audience."""
        caller = current_caller()
        minutes, audience = convert.read_audience(request, caller.council)
        await self._own.refuse_unsigned(caller, minutes)
        council = self._bodies_of(caller.council_id)
        document = await Rendering(self._begin, self._cases).document(caller, council, minutes, audience)
        html = self._writer.html(document).decode()
        return wire.RenderMinutesResponse(html=html, file_name=f"minutes-{minutes}-{audience.value}.html")
