"""Moves a booked meeting, keeping its people, subjects and what the room must have."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.scheduler.app.ask_whose_date import demand_reviewers_word
from services.scheduler.app.book_meeting import approve_overlap, approver_of, purpose_of
from services.scheduler.app.follow_sitting import move_parts, refuse_part
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan
from services.scheduler.app.preview_sitting_move import late_by_move, seen_late
from services.scheduler.app.read_outlook import read_before_taking
from services.scheduler.app.see_meeting import hidden_clocks, meeting_for
from services.scheduler.app.sitting_ports import SittingBreach
from services.scheduler.app.take_time import check_decision, check_start, claims_of, look_into_diaries
from services.scheduler.domain.bulk_move import CHANGED_MEANWHILE
from services.scheduler.domain.clocks import accept_breaches, due_dates
from services.scheduler.domain.date_decision import check_decided
from services.scheduler.domain.errors import NotBooked
from services.scheduler.domain.events import rescheduled
from services.scheduler.domain.meeting import (
    AcceptedBreach,
    ApprovedOverlap,
    DateDecision,
    Meeting,
    MeetingState,
    civil_day,
    meeting_name,
    sessions_at,
)
from services.scheduler.domain.sitting_move import missed_date


@dataclass(frozen=True, slots=True)
class MoveCommand:
    """`room` empty keeps the room; `held_by_video` None keeps whether people can join by video."""

    meeting: UUID
    etag: str
    start: datetime
    room: str
    reason: str
    breach_reason: str
    decision: DateDecision | None = None
    overlap_reason: str = ""
    held_by_video: bool | None = None


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
    # Of a sitting: the clocks of those whom it hears that whoever decides may know of, and has been told of.
    told_of: frozenset[str] = frozenset()
    # And those of its own that they may not know of: they are not told of them, and cannot answer for them.
    untold: frozenset[str] = frozenset()


async def prepare_move(around: Surroundings, caller: Caller, command: MoveCommand) -> Move:
    """What is asked of others before the transaction: who must not meet may have changed. Errors as `prepare_plan`.

    DateIsTheFamilys, DateIsTheReviewingServices where the date is theirs and they have not said so.
    """
    meeting = await meeting_for(around, caller, "RescheduleMeeting", command.meeting)
    refuse_part(caller, meeting)
    prepared = await prepare_plan(around, caller, meeting.plan, civil_day(command.start), kept=True)
    check_decided(prepared.kind, command.decision)
    if command.decision or command.start != meeting.start:
        await demand_reviewers_word(around, caller, prepared.kind, prepared.plan.attendees, command.decision)
    await read_before_taking(around, caller, prepared.plan.people, command.start)
    decider = Decider(caller.principal_id, approver_of(caller) is not None)
    overlap = approve_overlap(caller, command.overlap_reason, meeting_name(caller.council, command.meeting))
    late = await seen_late(around, caller, meeting, civil_day(command.start)) if meeting.plan.body else ()
    told_of = frozenset(one.clock.obligation for one in late)
    untold = await hidden_clocks(around, caller, meeting.plan.obligations) if meeting.plan.body else frozenset()
    return Move(command, prepared, command.room or meeting.room, decider, overlap, told_of, untold)


async def reschedule_meeting(unit: UnitOfWork, caller: Caller, move: Move, calendar: WorkingDays) -> Meeting:
    """Move it by hand: a bulk move that was about to leaves it. Errors as `move_meeting`."""
    moved = await move_meeting(unit, caller, move, calendar)
    await unit.bulk_moves.end_part(moved.id, CHANGED_MEANWHILE)
    return moved


async def move_meeting(unit: UnitOfWork, caller: Caller, move: Move, calendar: WorkingDays) -> Meeting:
    """Move it and tell the followers. TimeTaken, MissesAClock, NotBooked; VersionClash for another etag.

    One that was booked before its kind had parts is moved into them, with whoever is in each: everybody hears of the
    move, and nobody but the family is asked into the family's own time.
    """
    command, plan = move.command, move.prepared.plan
    await check_start(unit, plan, command.start, move.room)
    await check_decision(unit, move.prepared, command.decision)
    claims = claims_of(move.prepared, command.start, move.room)
    await unit.reservations.lock(claims, command.meeting)
    meeting = await booked_meeting(unit, caller, command.meeting, command.etag)
    breaches = await _accept(unit, meeting, move)
    await unit.reservations.release(meeting.id)
    overlap = await unit.reservations.take(meeting.id, claims, booked=True, expires_at=None, overlap=move.overlap)
    sessions = sessions_at(plan, command.start)
    most = move.prepared.kept.most_chaired
    seen = await look_into_diaries(unit, plan, claims, sessions, calendar, moving=meeting.id, most_chaired=most)
    by_video = seen.held_by_video if command.held_by_video is None else command.held_by_video
    # Whoever had confirmed that they will come did so for the old time.
    same_time = command.start == meeting.start
    attendees = tuple(replace(one, confirmed=one.confirmed and same_time) for one in seen.attendees)
    moved = replace(
        meeting.changed(told=True),
        plan=replace(seen, attendees=attendees, held_by_video=by_video),
        # Another room is no other date: whoever agreed to that has agreed.
        decision=command.decision or (meeting.decision if command.start == meeting.start else None),
        overlap=overlap,
        sessions=sessions,
        room=move.room,
        change_reason=command.reason,
        accepted_breaches=breaches,
        # Whoever set the time that is to be told has prepared it, and may not be the one who lets it go.
        booked_by=move.decided_by.principal,
    )
    await unit.meetings.save(moved)
    await move_parts(unit, caller, meeting, moved)
    name = meeting_name(caller.council, meeting.id)
    await unit.append_event(name, rescheduled(caller.council, moved))
    await unit.audit(caller, "RescheduleMeeting", name, move.decided_by.purpose or purpose_of(moved))
    return moved


async def _accept(unit: UnitOfWork, meeting: Meeting, move: Move) -> tuple[AcceptedBreach, ...]:
    """What the move misses, accepted: the meeting's own clocks and, of a sitting, those of children it was to hear."""
    command, decider, day = move.command, move.decided_by, civil_day(move.command.start)
    clocks = await unit.clocks.named(move.prepared.plan.obligations)
    own = due_dates(one for one in clocks if one.obligation not in move.untold)
    late = await late_by_move(unit, meeting, day)
    whose = {one.clock.obligation: one.clock.subject for one in late if one.clock.obligation in move.told_of}
    dates = {**own, **{one.clock.obligation: missed_date(one) for one in late if one.clock.obligation in whose}}
    approver = decider.principal if decider.may_accept_breaches else None
    breaches = accept_breaches(dates, day, command.breach_reason, approver)
    if meeting.plan.body:
        theirs = [SittingBreach(whose[one.obligation], one) for one in breaches if one.obligation in whose]
        await unit.sittings.keep_breaches(meeting.id, theirs)
    # What somebody else accepted before stays on record where this decider may not know of it.
    before = (one for one in meeting.accepted_breaches if one.obligation in move.untold and one.due_date < day)
    return (*breaches, *before)


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
