"""Moves the meetings of a started bulk move when its time has come: each once, however often this is broken off."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from rulebook.pack import DecidesDate
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Unavailable, VersionClash
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import prepare_plan
from services.scheduler.app.reschedule_meeting import Decider, Move, MoveCommand, move_meeting
from services.scheduler.domain.bulk_move import (
    ALREADY_STARTED,
    CHANGED_MEANWHILE,
    KEPT_UNSTARTED,
    MISSES_A_CLOCK,
    MUST_NOT_MEET,
    TAKEN_MEANWHILE,
    TIME_PASSED,
    BulkMove,
    BulkMoveState,
    Part,
    PartState,
    Why,
    bulk_move_name,
)
from services.scheduler.domain.errors import MissesAClock, MustNotMeet, NotBooked, TimeTaken
from services.scheduler.domain.meeting import civil_day

_REFUSALS: dict[type[Exception], Why] = {
    TimeTaken: TAKEN_MEANWHILE,
    MissesAClock: MISSES_A_CLOCK,
    MustNotMeet: MUST_NOT_MEET,
    NotBooked: CHANGED_MEANWHILE,
    NotFound: CHANGED_MEANWHILE,
    VersionClash: CHANGED_MEANWHILE,
    InvalidRequest: TIME_PASSED,
}


async def carry_out_bulk_move(around: Surroundings, caller: Caller, move_id: UUID) -> datetime | None:
    """Move what is held, one meeting a transaction. When to come again where it is too early, else None.

    A refusal of one meeting leaves that one, with its reason, and goes on; anything else is raised after the others had
    their turn, and tried again.
    """
    async with around.begin(caller) as unit:
        move, now = await unit.bulk_moves.load(move_id), unit.now()
    if move is not None and move.state is BulkMoveState.PROPOSED:
        return await _forget(around, caller, move, now)
    if move is None or move.state is not BulkMoveState.HELD or move.release_at is None:
        return None
    if now < move.release_at:
        return move.release_at
    failures = [await _try_one(around, caller, move, part, now) for part in move.in_state(PartState.HELD)]
    for failure in filter(None, failures):
        raise failure
    async with around.begin(caller) as unit:
        await _finish(unit, caller, move_id)
    return None


async def _forget(around: Surroundings, caller: Caller, move: BulkMove, now: datetime) -> datetime | None:
    """A preview that nobody started is kept for a while, and then not any longer."""
    until = move.created_at + KEPT_UNSTARTED
    if now < until:
        return until
    async with around.begin(caller) as unit:
        there = await unit.bulk_moves.load(move.id, lock=True)
        if there is not None and there.state is BulkMoveState.PROPOSED:
            await unit.bulk_moves.forget(move.id)
    return None


async def _try_one(around: Surroundings, caller: Caller, move: BulkMove, part: Part, now: datetime) -> Exception | None:
    """Move it or leave it with the reason. What nobody expected is returned: the others must not wait for it.

    Unavailable is raised, for it would be the same with the others.
    """
    try:
        if part.start <= now:
            # This worker comes late, and nobody was told: people have met at the old time.
            await _leave(around, caller, move.id, part.meeting, ALREADY_STARTED)
        else:
            await _move_one(around, caller, move, part)
    except tuple(_REFUSALS) as refusal:
        await _leave(around, caller, move.id, part.meeting, _REFUSALS[type(refusal)])
    except Unavailable:
        raise
    except Exception as failure:
        return failure
    return None


async def _move_one(around: Surroundings, caller: Caller, move: BulkMove, part: Part) -> None:
    async with around.begin(caller) as unit:
        meeting = await unit.meetings.load(part.meeting)
    assert meeting is not None and part.after is not None
    # Who must not meet is asked again: it may have changed since the preview.
    prepared = await prepare_plan(around, caller, meeting.plan, civil_day(part.after.start))
    after, reason = part.after, move.asked.reason
    asked = prepared.kind.decides_date is DecidesDate.REVIEWING_SERVICE and after.start != meeting.start
    agreed = move.decision if asked else None
    command = MoveCommand(meeting.id, str(part.version), after.start, after.room, reason, part.breach_reason, agreed)
    decider = Decider(move.started_by, move.may_accept_breaches, bulk_move_name(caller.council, move.id))
    async with around.begin(caller) as unit:
        held = await _still_held(unit, move.id, part.meeting)
        if held is None:
            return
        await move_meeting(unit, caller, Move(command, prepared, after.room, decider), around.calendar)
        await _settle(unit, held[0], replace(held[1], state=PartState.MOVED))


async def _leave(around: Surroundings, caller: Caller, move_id: UUID, meeting: UUID, why: Why) -> None:
    async with around.begin(caller) as unit:
        held = await _still_held(unit, move_id, meeting)
        if held is None:
            return
        await unit.reservations.lock((), meeting)
        await unit.reservations.release_held([meeting])
        await _settle(unit, held[0], held[1].left(why))


async def _still_held(unit: UnitOfWork, move_id: UUID, meeting: UUID) -> tuple[BulkMove, Part] | None:
    """The move, locked, and its part, where that is still to be moved."""
    move = await unit.bulk_moves.load(move_id, lock=True)
    if move is None:
        return None
    return next(((move, part) for part in move.in_state(PartState.HELD) if part.meeting == meeting), None)


async def _settle(unit: UnitOfWork, move: BulkMove, part: Part) -> None:
    await unit.bulk_moves.save(move, [part])


async def _finish(unit: UnitOfWork, caller: Caller, move_id: UUID) -> None:
    move = await unit.bulk_moves.load(move_id, lock=True)
    if move is not None and move.state is BulkMoveState.HELD and not move.in_state(PartState.HELD):
        await unit.bulk_moves.save(move.turned(BulkMoveState.MOVED), ())
        await unit.audit(caller, "CarryOutBulkMove", bulk_move_name(caller.council, move_id))
