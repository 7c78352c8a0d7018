"""Reads one bulk move."""

from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_bulk_move import demand_bulk_move
from services.scheduler.domain.bulk_move import BulkMove, bulk_move_name


async def get_bulk_move(around: Surroundings, caller: Caller, move_id: UUID) -> BulkMove:
    """The move with the meetings that the caller may know of. NotFound."""
    move = await demand_bulk_move(around, caller, "GetBulkMove", move_id)
    async with around.begin(caller) as unit:
        await unit.audit(caller, "GetBulkMove", bulk_move_name(caller.council, move_id))
    return move
