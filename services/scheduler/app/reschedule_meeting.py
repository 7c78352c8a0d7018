"""Moves a booked meeting, keeping its people, subjects and what the room must have."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.scheduler.app.book_meeting import approve_overlap, approver_of, purpose_of
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.app.take_time import check_decision, check_start, claims_of, look_into_diaries
from services.scheduler.domain.bulk_move import CHANGED_MEANWHILE
from services.scheduler.domain.clocks import accept_breaches, due_dates
from services.scheduler.domain.date_decision import check_decided
from services.scheduler.domain.errors import NotBooked
from services.scheduler.domain.events import rescheduled
from services.scheduler.domain.meeting import (
    ApprovedOverlap,
    DateDecision,
    Meeting,
    MeetingState,
    civil_day,
    meeting_name,
    sessions_at,
)


@dataclass(frozen=True, slots=True)
class MoveCommand:
    """`room` empty keeps the room."""

    meeting: UUID
    etag: str
    start: datetime
    room: str
    reason: str
    breach_reason: str
    decision: DateDecision | None = None
    overlap_reason: str = ""


@dataclass(frozen=True, slots=True)
class Decider:
    """Whose decision a move is: a principal's id. `purpose` stands in the audit."""

    principal: str
    may_accept_breaches: bool
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A command with everything asked of others."""

    command: MoveCommand
    prepared: PreparedPlan
    room: str
    decided_by: Decider
    overlap: ApprovedOverlap | None = None


async def prepare_move(around: Surroundings, caller: Caller, command: MoveCommand) -> Move:
    """What is asked of others before the transaction: who must not meet may have changed. Errors as `prepare_plan`.

    DateIsTheFamilys where the date is the family's and they have not chosen the new one.
    """
    meeting = await meeting_for(around, caller, "RescheduleMeeting", command.meeting)
    prepared = await prepare_plan(around, caller, meeting.plan, civil_day(command.start))
    check_decided(prepared.kind, command.decision)
    decider = Decider(caller.principal_id, approver_of(caller) is not None)
    overlap = approve_overlap(caller, command.overlap_reason, meeting_name(caller.council, command.meeting))
    return Move(command, prepared, command.room or meeting.room, decider, overlap)


async def reschedule_meeting(unit: UnitOfWork, caller: Caller, move: Move, calendar: WorkingDays) -> Meeting:
    """Move it by hand: a bulk move that was about to leaves it. Errors as `move_meeting`."""
    moved = await move_meeting(unit, caller, move, calendar)
    await unit.bulk_moves.end_part(moved.id, CHANGED_MEANWHILE)
    return moved


async def move_meeting(unit: UnitOfWork, caller: Caller, move: Move, calendar: WorkingDays) -> Meeting:
    """Move it and tell the followers. TimeTaken, MissesAClock, NotBooked; VersionClash for another etag."""
    command, plan = move.command, move.prepared.plan
    await check_start(unit, plan, command.start, move.room)
    check_decision(unit, move.prepared, command.decision)
    claims = claims_of(move.prepared, command.start, move.room)
    await unit.reservations.lock(claims, command.meeting)
    meeting = await booked_meeting(unit, caller, command.meeting, command.etag)
    approver = move.decided_by.principal if move.decided_by.may_accept_breaches else None
    dates = due_dates(await unit.clocks.named(plan.obligations))
    breaches = accept_breaches(dates, civil_day(command.start), command.breach_reason, approver)
    await unit.reservations.release(meeting.id)
    overlap = await unit.reservations.take(meeting.id, claims, booked=True, expires_at=None, overlap=move.overlap)
    sessions = sessions_at(plan, command.start)
    most = move.prepared.kept.most_chaired
    seen = await look_into_diaries(unit, meeting.plan, claims, sessions, calendar, moving=meeting.id, most_chaired=most)
    moved = replace(
        meeting.changed(told=True),
        # Whoever had confirmed that they will come did so for the old time.
        plan=replace(seen, attendees=tuple(replace(one, confirmed=False) for one in seen.attendees)),
        decision=command.decision,
        overlap=overlap,
        sessions=sessions,
        room=move.room,
        change_reason=command.reason,
        accepted_breaches=breaches,
        # Whoever set the time that is to be told has prepared it, and may not be the one who lets it go.
        booked_by=move.decided_by.principal,
    )
    await unit.meetings.save(moved)
    name = meeting_name(caller.council, meeting.id)
    await unit.append_event(name, rescheduled(caller.council, moved))
    await unit.audit(caller, "RescheduleMeeting", name, move.decided_by.purpose or purpose_of(moved))
    return moved


async def booked_meeting(unit: UnitOfWork, caller: Caller, meeting_id: UUID, etag: str) -> Meeting:
    """The booked meeting, locked for change. NotFound, NotBooked; VersionClash for an etag that is not current."""
    name = meeting_name(caller.council, meeting_id)
    meeting = await unit.meetings.load(meeting_id, lock=True)
    if meeting is None:
        raise NotFound(name)
    if str(meeting.version) != etag:
        raise VersionClash(name)
    if meeting.state is not MeetingState.BOOKED:
        raise NotBooked(meeting=name, state=meeting.state.value)
    return meeting
