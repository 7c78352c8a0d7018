"""RunSheetService: what is written live while a body sits."""

import grpc
from permanence.panels.v1 import run_sheet_service_pb2 as wire
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.panels.app.keep_run_sheet import (
    begin_item,
    check_item,
    check_writer,
    get_run_sheet,
    save_run_sheet,
)
from services.panels.app.ports import Cases
from services.panels.rpc import run_sheet_convert as convert
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit


class RunSheetServicer(RunSheetServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(self, begin: BeginWork, cases: Cases) -> None:
        self._begin = begin
        self._cases = cases

    async def GetRunSheet(
        self, request: wire.GetRunSheetRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.GetRunSheetResponse:
        """All of it, or what was saved since."""
        caller = current_caller()
        sitting, after = convert.read_sheet(request, caller.council)
        sheet = await get_run_sheet(self._begin, self._cases, caller, sitting, after)
        return convert.sheet(caller.council, sheet)

    async def SaveRunSheet(
        self, request: wire.SaveRunSheetRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.SaveRunSheetResponse:
        """Field by field."""
        caller = current_caller()
        sitting, changes = convert.read_changes(request, caller.council)
        await check_writer(self._begin, self._cases, caller, sitting, changes)

        async def do(unit: WorkUnit) -> wire.SaveRunSheetResponse:
            return convert.saved(caller.council, await save_run_sheet(unit, caller, sitting, changes))

        return await once(self._begin, caller, request, wire.SaveRunSheetResponse, do)

    async def BeginItem(
        self, request: wire.BeginItemRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.BeginItemResponse:
        """Now."""
        caller = current_caller()
        item = convert.read_begin_item(request, caller.council)
        await check_item(self._begin, self._cases, caller, item)

        async def do(unit: WorkUnit) -> wire.BeginItemResponse:
            noted = await begin_item(unit, caller, item)
            return wire.BeginItemResponse(item_time=convert.item_time(caller.council, noted))

        return await once(self._begin, caller, request, wire.BeginItemResponse, do)
