"""Lists the bulk moves that were started, the latest first."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_bulk_move import known_to
from services.scheduler.domain.bulk_move import BulkMove


async def list_bulk_moves(
    around: Surroundings, caller: Caller, page_size: int, page_token: str
) -> tuple[Sequence[BulkMove], str]:
    """A page without meetings, and the next one's token."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListBulkMoves", parent, may_know=True)
    bound_to = f"{parent} ListBulkMoves"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        found = await unit.bulk_moves.started_page(page.size + 1, page.after)
        await unit.audit(caller, "ListBulkMoves", parent)
    shown = found[: page.size]
    more = len(found) > page.size
    return await known_to(around, caller, shown), next_token(bound_to, _place(shown[-1])) if more else ""


def _place(move: BulkMove) -> tuple[str, str]:
    assert move.release_at is not None
    return move.release_at.isoformat(), str(move.id)
