"""The lane of one bulk move: it becomes due when its two minutes are over."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.lanes import Lane
from services.scheduler.app.carry_out_bulk_move import carry_out_bulk_move
from services.scheduler.app.ports import Surroundings


def mover(around: Surroundings, councils: Sequence[Council]) -> Callable[[Lane], Awaitable[datetime | None]]:
    """The work of a lane, whose key is the move's id. As the service itself; what it does is its starter's decision."""
    slugs = {council.council_id: council.slug for council in councils}

    async def work(lane: Lane) -> datetime | None:
        caller = service_caller(lane.council_id, slugs[lane.council_id], "scheduler")
        with acting_as(caller):
            return await carry_out_bulk_move(around, caller, UUID(lane.key))

    return work
