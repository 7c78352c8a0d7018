"""BulkMovesService: many meetings moved in one go."""

from permanence.scheduler.v1 import bulk_moves_service_pb2 as wire
from permanence.scheduler.v1.bulk_moves_service_pb2_grpc import BulkMovesServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.scheduler.app import ports
from services.scheduler.app.get_bulk_move import get_bulk_move
from services.scheduler.app.list_bulk_moves import list_bulk_moves
from services.scheduler.app.preview_bulk_move import prepare_preview, preview_bulk_move
from services.scheduler.app.see_bulk_move import demand_undoable, only_seen
from services.scheduler.app.start_bulk_move import prepare_start, start_bulk_move
from services.scheduler.app.undo_bulk_move import undo_bulk_move
from services.scheduler.rpc import bulk_move_convert as show
from services.scheduler.rpc import convert
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit


class BulkMovesServicer(BulkMovesServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: ports.Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin

    async def PreviewBulkMove(
        self, request: wire.PreviewBulkMoveRequest, context: Context
    ) -> wire.PreviewBulkMoveResponse:
        """A preview."""
        caller = current_caller()
        plan = await prepare_preview(self._around, caller, show.asked(request, caller))

        async def do(unit: WireUnit) -> wire.PreviewBulkMoveResponse:
            move = await preview_bulk_move(unit, caller, plan)
            return wire.PreviewBulkMoveResponse(bulk_move=show.bulk_move_message(caller.council, move))

        return await once(self._begin, caller, request, wire.PreviewBulkMoveResponse, do)

    async def StartBulkMove(self, request: wire.StartBulkMoveRequest, context: Context) -> wire.StartBulkMoveResponse:
        """The move, its new times held."""
        caller = current_caller()
        start = await prepare_start(self._around, caller, show.start_command(request, caller))

        async def do(unit: WireUnit) -> wire.StartBulkMoveResponse:
            move = await start_bulk_move(unit, caller, start, self._around.calendar)
            shown = only_seen(move, start.shown)
            return wire.StartBulkMoveResponse(bulk_move=show.bulk_move_message(caller.council, shown))

        return await once(self._begin, caller, request, wire.StartBulkMoveResponse, do)

    async def UndoBulkMove(self, request: wire.UndoBulkMoveRequest, context: Context) -> wire.UndoBulkMoveResponse:
        """The move, taken back."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = show.checked_name(check)
        check.uuid("request_id")
        etag = check.text("etag", 20, required=True)
        check.raise_if_any()
        seen = await demand_undoable(self._around, caller, show.move_id(parts))

        async def do(unit: WireUnit) -> wire.UndoBulkMoveResponse:
            move = await undo_bulk_move(unit, caller, seen.id, etag)
            shown = only_seen(move, seen)
            return wire.UndoBulkMoveResponse(bulk_move=show.bulk_move_message(caller.council, shown))

        return await once(self._begin, caller, request, wire.UndoBulkMoveResponse, do)

    async def GetBulkMove(self, request: wire.GetBulkMoveRequest, context: Context) -> wire.GetBulkMoveResponse:
        """One move."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = show.checked_name(check)
        check.raise_if_any()
        move = await get_bulk_move(self._around, caller, show.move_id(parts))
        return wire.GetBulkMoveResponse(bulk_move=show.bulk_move_message(caller.council, move))

    async def ListBulkMoves(self, request: wire.ListBulkMovesRequest, context: Context) -> wire.ListBulkMovesResponse:
        """A page, the latest started first."""
        caller = current_caller()
        check = convert.checked(request, caller)
        size, token = check.page()
        check.raise_if_any()
        moves, following = await list_bulk_moves(self._around, caller, size, token)
        shown = [show.bulk_move_message(caller.council, one) for one in moves]
        return wire.ListBulkMovesResponse(bulk_moves=shown, next_page_token=following)
