"""What a caller may see of a bulk move: the move itself, and of its meetings those whose subjects they may know of."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.domain.bulk_move import BulkMove, PartState, bulk_move_name


async def demand_bulk_move(around: Surroundings, caller: Caller, action: str, move_id: UUID) -> BulkMove:
    """The move as the caller may see it. NotFound, also for whoever may not do `action`."""
    name = bulk_move_name(caller.council, move_id)
    demand(caller, action, name)
    async with around.begin(caller) as unit:
        found = await unit.bulk_moves.load(move_id)
    if found is None:
        raise NotFound(name)
    seen = await as_seen_by(around, caller, found)
    if not _may_know(caller, found, seen):
        raise NotFound(name)
    return seen


async def demand_undoable(around: Surroundings, caller: Caller, move_id: UUID) -> BulkMove:
    """The move as the caller may see it. NotFound as `demand_bulk_move`.

    PermissionDenied for whoever did not start it and does not see all that it holds.
    """
    seen = await demand_bulk_move(around, caller, "UndoBulkMove", move_id)
    async with around.begin(caller) as unit:
        whole = await unit.bulk_moves.load(move_id)
    held = len(whole.in_state(PartState.HELD)) if whole else 0
    if seen.started_by != caller.principal_id and len(seen.in_state(PartState.HELD)) < held:
        raise PermissionDenied(bulk_move_name(caller.council, move_id), may_know=True)
    return seen


async def known_to(around: Surroundings, caller: Caller, moves: Sequence[BulkMove]) -> list[BulkMove]:
    """Those of the moves that the caller may know of, as they are given: without their meetings."""
    async with around.begin(caller) as unit:
        found = await unit.bulk_moves.load_all([one.id for one in moves])
    whole = [found[one.id] for one in moves if one.id in found]
    hidden = await hidden_subjects(around, caller, {name for one in whole for name in _named_in(one)})
    return [replace(one, parts=()) for one in whole if _may_know(caller, one, _without(one, hidden))]


def _may_know(caller: Caller, whole: BulkMove, seen: BulkMove) -> bool:
    """Whoever made it, or may know of one of its meetings; one that found none tells of nobody."""
    return caller.principal_id in (whole.previewed_by, whole.started_by) or bool(seen.parts) or not whole.parts


async def as_seen_by(around: Surroundings, caller: Caller, move: BulkMove) -> BulkMove:
    """The move without the meetings that the caller may not know of. Cases is asked once."""
    return _without(move, await hidden_subjects(around, caller, _named_in(move)))


def only_seen(move: BulkMove, seen: BulkMove) -> BulkMove:
    """The move as it is now, no more of it than was seen of it before."""
    clocks = {part.meeting: {one.clock.obligation for one in part.touched} for part in seen.parts}
    shown = (part for part in move.parts if part.meeting in clocks)
    return replace(
        move,
        parts=tuple(
            replace(part, touched=tuple(one for one in part.touched if one.clock.obligation in clocks[part.meeting]))
            for part in shown
        ),
    )


def _named_in(move: BulkMove) -> set[str]:
    """Everybody of whom it tells. A sitting has no subject, and may be to meet a child's clock all the same."""
    subjects = {subject for part in move.parts for subject in part.subjects}
    return subjects | {one.clock.subject for part in move.parts for one in part.touched}


def _without(move: BulkMove, hidden: frozenset[str]) -> BulkMove:
    shown = (part for part in move.parts if not hidden.intersection(part.subjects))
    return replace(
        move,
        parts=tuple(
            replace(part, touched=tuple(one for one in part.touched if one.clock.subject not in hidden))
            for part in shown
        ),
    )
