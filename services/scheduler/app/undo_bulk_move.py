"""Takes a started bulk move back before its time: its new times are given back, and nothing has happened."""

from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.scheduler.app.ports import UnitOfWork
from services.scheduler.domain.bulk_move import BulkMove, BulkMoveState, PartState, bulk_move_name
from services.scheduler.domain.errors import MoveClosed


async def undo_bulk_move(unit: UnitOfWork, caller: Caller, move_id: UUID, etag: str) -> BulkMove:
    """Undo it. Undoing an undone one changes nothing. VersionClash; MoveClosed where it was not started or is over."""
    name = bulk_move_name(caller.council, move_id)
    move = await unit.bulk_moves.load(move_id, lock=True)
    if move is None:
        raise NotFound(name)
    if move.state is BulkMoveState.UNDONE:
        return move
    if move.state is not BulkMoveState.HELD or move.release_at is None or unit.now() >= move.release_at:
        raise MoveClosed(move=name, state=move.state.value)
    if str(move.version) != etag:
        raise VersionClash(name)
    held = [part.meeting for part in move.in_state(PartState.HELD)]
    await unit.reservations.lock((), *held)
    # A meeting that somebody moved by hand while we waited for the locks is theirs.
    still = await unit.bulk_moves.held_among(held)
    await unit.reservations.release_held(still)
    changed = [replace(part, state=PartState.UNDONE) for part in move.parts if part.meeting in still]
    undone = move.turned(BulkMoveState.UNDONE).with_parts(changed)
    await unit.bulk_moves.save(undone, changed)
    await unit.audit(caller, "UndoBulkMove", name)
    return undone
