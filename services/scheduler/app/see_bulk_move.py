"""What a caller may see of a bulk move: the move itself, and of its meetings those whose subjects they may know of."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.domain.bulk_move import BulkMove, bulk_move_name


async def demand_bulk_move(around: Surroundings, caller: Caller, action: str, move_id: UUID) -> BulkMove:
    """The move as the caller may see it. NotFound, also for whoever may not do `action`."""
    name = bulk_move_name(caller.council, move_id)
    demand(caller, action, name)
    async with around.begin(caller) as unit:
        found = await unit.bulk_moves.load(move_id)
    if found is None:
        raise NotFound(name)
    return await as_seen_by(around, caller, found)


async def as_seen_by(around: Surroundings, caller: Caller, move: BulkMove) -> BulkMove:
    """The move without the meetings that the caller may not know of. Cases is asked once."""
    hidden = await hidden_subjects(around, caller, {subject for part in move.parts for subject in part.subjects})
    return replace(move, parts=tuple(part for part in move.parts if not hidden.intersection(part.subjects)))
