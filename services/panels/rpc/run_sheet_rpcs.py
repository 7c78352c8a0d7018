"""RunSheetService: what is written live while a body sits."""

import grpc
from permanence.panels.v1 import run_sheet_service_pb2 as wire
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.panels.app.adjourn_sitting import adjourn_sitting, check_adjourner, resume_sitting
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.keep_run_sheet import (
    begin_item,
    check_item,
    check_writer,
    get_run_sheet,
    save_run_sheet,
)
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.settle_in_writing import (
    find_place,
    find_resolution,
    list_resolutions,
    open_resolution,
    record_answer,
    settle_in_writing,
)
from services.panels.rpc import resolution_convert, to_wire
from services.panels.rpc import run_sheet_convert as convert
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit
from services.panels.rpc.wire_time import instant


class RunSheetServicer(RunSheetServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(self, begin: BeginWork, cases: Cases, people: PeopleAround, bodies_of: BodiesOf) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._bodies_of = bodies_of

    async def GetRunSheet(
        self, request: wire.GetRunSheetRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.GetRunSheetResponse:
        """All of it, or what was saved since."""
        caller = current_caller()
        sitting, after = convert.read_sheet(request, caller.council)
        sheet = await get_run_sheet(self._begin, self._cases, self._people, caller, sitting, after)
        return convert.sheet(caller.council, sheet)

    async def SaveRunSheet(
        self, request: wire.SaveRunSheetRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.SaveRunSheetResponse:
        """Field by field."""
        caller = current_caller()
        sitting, changes = convert.read_changes(request, caller.council)
        await check_writer(self._begin, self._cases, self._people, caller, sitting, changes)

        async def do(unit: WorkUnit) -> wire.SaveRunSheetResponse:
            return convert.saved(caller.council, await save_run_sheet(unit, caller, sitting, changes))

        return await once(self._begin, caller, request, wire.SaveRunSheetResponse, do)

    async def BeginItem(
        self, request: wire.BeginItemRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.BeginItemResponse:
        """Now."""
        caller = current_caller()
        item = convert.read_begin_item(request, caller.council)
        await check_item(self._begin, self._cases, self._people, caller, item)

        async def do(unit: WorkUnit) -> wire.BeginItemResponse:
            noted = await begin_item(unit, caller, item)
            return wire.BeginItemResponse(item_time=convert.item_time(caller.council, noted))

        return await once(self._begin, caller, request, wire.BeginItemResponse, do)

    async def AdjournSitting(
        self, request: wire.AdjournSittingRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.AdjournSittingResponse:
        """Until it is resumed."""
        caller = current_caller()
        sitting, reason = convert.read_adjourn(request, caller.council)
        check_adjourner(caller, "AdjournSitting", sitting)

        async def do(unit: WorkUnit) -> wire.AdjournSittingResponse:
            since = await adjourn_sitting(unit, caller, sitting, reason)
            return wire.AdjournSittingResponse(adjourn_time=instant(since))

        return await once(self._begin, caller, request, wire.AdjournSittingResponse, do)

    async def ResumeSitting(
        self, request: wire.ResumeSittingRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ResumeSittingResponse:
        """It sits again."""
        caller = current_caller()
        sitting = convert.read_resume(request, caller.council)
        check_adjourner(caller, "ResumeSitting", sitting)

        async def do(unit: WorkUnit) -> wire.ResumeSittingResponse:
            since = await resume_sitting(unit, caller, sitting)
            return wire.ResumeSittingResponse(resume_time=instant(since))

        return await once(self._begin, caller, request, wire.ResumeSittingResponse, do)

    async def OpenWrittenResolution(
        self, request: wire.OpenWrittenResolutionRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.OpenWrittenResolutionResponse:
        """The members are asked."""
        caller = current_caller()
        command = resolution_convert.read_open(request, caller.council)
        ask = (self._begin, self._cases, self._people, caller, "OpenWrittenResolution")
        found = await find_place(*ask, command.item)

        async def do(unit: WorkUnit) -> wire.OpenWrittenResolutionResponse:
            standing = await open_resolution(unit, caller, self._bodies_of(caller.council_id), command, found)
            shown = resolution_convert.resolution(caller.council, standing)
            return wire.OpenWrittenResolutionResponse(written_resolution=shown)

        return await once(self._begin, caller, request, wire.OpenWrittenResolutionResponse, do)

    async def RecordWrittenAnswer(
        self, request: wire.RecordWrittenAnswerRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.RecordWrittenAnswerResponse:
        """One member's."""
        caller = current_caller()
        command = resolution_convert.read_answer(request, caller.council)
        ask = (self._begin, self._cases, self._people, caller, "RecordWrittenAnswer")
        found = await find_resolution(*ask, command.resolution)

        async def do(unit: WorkUnit) -> wire.RecordWrittenAnswerResponse:
            standing = await record_answer(unit, caller, self._bodies_of(caller.council_id), command, found)
            shown = resolution_convert.resolution(caller.council, standing)
            return wire.RecordWrittenAnswerResponse(written_resolution=shown)

        return await once(self._begin, caller, request, wire.RecordWrittenAnswerResponse, do)

    async def SettleInWriting(
        self, request: wire.SettleInWritingRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.SettleInWritingResponse:
        """The outcome of what was carried."""
        caller = current_caller()
        resolution = resolution_convert.read_settle(request, caller.council)
        ask = (self._begin, self._cases, self._people, caller, "SettleInWriting")
        found = await find_resolution(*ask, resolution)

        async def do(unit: WorkUnit) -> wire.SettleInWritingResponse:
            outcome = await settle_in_writing(unit, caller, self._bodies_of(caller.council_id), resolution, found)
            return wire.SettleInWritingResponse(outcome=to_wire.outcome(caller.council, outcome))

        return await once(self._begin, caller, request, wire.SettleInWritingResponse, do)

    async def ListWrittenResolutions(
        self, request: wire.ListWrittenResolutionsRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ListWrittenResolutionsResponse:
        """In the order of the agenda."""
        caller = current_caller()
        sitting = resolution_convert.read_list(request, caller.council)
        council = self._bodies_of(caller.council_id)
        found = await list_resolutions(self._begin, self._cases, self._people, caller, council, sitting)
        shown = [resolution_convert.resolution(caller.council, one) for one in found]
        return wire.ListWrittenResolutionsResponse(written_resolutions=shown)
