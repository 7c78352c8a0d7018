"""Books a meeting, from a hold or at once."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ask_whose_date import check_reviewers_word
from services.scheduler.app.hold_slot import TimeToTake, held_meeting, take
from services.scheduler.app.open_draft import demand_draft_of, open_draft
from services.scheduler.app.policy import demand, may
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import prepare_plan, settle_obligations
from services.scheduler.app.read_outlook import read_before_taking
from services.scheduler.app.see_date_offer import demand_not_offered
from services.scheduler.app.see_meeting import demand_meeting
from services.scheduler.app.take_time import check_decision, claims_of, look_into_diaries
from services.scheduler.domain.clocks import accept_breaches, due_dates
from services.scheduler.domain.date_decision import check_decided
from services.scheduler.domain.errors import HoldLapsed
from services.scheduler.domain.events import booked
from services.scheduler.domain.meeting import (
    AcceptedBreach,
    ApprovedOverlap,
    DateDecision,
    Meeting,
    MeetingState,
    Plan,
    civil_day,
    meeting_name,
)
from services.scheduler.domain.meeting_draft import DraftHold, DraftState, MeetingDraft, draft_name


@dataclass(frozen=True, slots=True)
class BookCommand:
    """Either `hold`, or `plan` with `start`; `draft`: the draft that this books, or holds as it is at `draft_etag`."""

    hold: UUID | None
    plan: Plan | None
    start: datetime | None
    room: str
    breach_reason: str
    draft: UUID | None = None
    decision: DateDecision | None = None
    overlap_reason: str = ""
    draft_etag: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """A command with everything asked of others. `offer`: the offer whose date the hold is."""

    wanted: TimeToTake
    hold: UUID | None
    breach_reason: str
    draft: UUID | None = None
    offer: UUID | None = None


async def prepare_booking(around: Surroundings, caller: Caller, command: BookCommand) -> Booking:
    """What is asked of others before the transaction. Errors as `prepare_plan`; NotFound: no such hold or draft.

    DateIsTheFamilys where the date is the family's and they have not chosen it; PermissionDenied where an overlap is to
    be approved by somebody who may not.
    """
    demand(caller, "BookMeeting", f"councils/{caller.council}", may_know=True)
    booking = await _prepare_time(around, caller, command)
    if command.draft is None:
        return booking
    await demand_draft_of(around, caller, command.draft, booking.wanted.prepared.plan)
    return replace(booking, draft=command.draft)


async def _prepare_time(around: Surroundings, caller: Caller, command: BookCommand) -> Booking:
    if command.hold is not None:
        return await _prepare_held(around, caller, command.hold, command.breach_reason)
    if command.plan is None or command.start is None:
        what = "is required where no hold is given"
        raise InvalidRequest([Violation("plan", what), Violation("start_time", what)])
    prepared = await prepare_plan(around, caller, command.plan, civil_day(command.start))
    check_decided(prepared.kind, command.decision)
    await check_reviewers_word(around, caller, prepared.kind, prepared.plan.attendees, command.decision)
    await read_before_taking(around, caller, prepared.plan.people, command.start)
    overlap = approve_overlap(caller, command.overlap_reason, f"councils/{caller.council}")
    wanted = TimeToTake(prepared, command.start, command.room, decision=command.decision, overlap=overlap)
    return Booking(wanted, None, command.breach_reason)


async def _prepare_held(around: Surroundings, caller: Caller, hold: UUID, breach_reason: str) -> Booking:
    async with around.begin(caller) as unit:
        found = await unit.meetings.load(hold)
    meeting = await demand_meeting(around, caller, meeting_name(caller.council, hold), found)
    prepared = await prepare_plan(around, caller, meeting.plan, meeting.on_date)
    if meeting.offer is not None:
        await read_before_taking(around, caller, meeting.plan.people, meeting.start)
    return Booking(TimeToTake(prepared, meeting.start, meeting.room), hold, breach_reason)


async def book_meeting(unit: UnitOfWork, caller: Caller, booking: Booking, calendar: WorkingDays) -> Meeting:
    """Book it, close its draft and tell the followers.

    TimeTaken, MissesAClock, HoldLapsed; NotAHold where it is none (any more); DraftClosed; AlreadyOffered where dates
    are offered for the draft; DateIsOffered where the hold is the date of an offer that is not named.
    """
    # Locked first: of two who book from one draft, the second waits here and finds it closed.
    draft = await open_draft(unit, caller, booking.draft) if booking.draft else None
    if booking.draft is not None and booking.offer is None:
        await demand_not_offered(unit, caller, booking.draft)
    if booking.hold is None:
        meeting = await _book_at_once(unit, caller, booking, calendar, draft.hold if draft else None)
    else:
        meeting = await _book_held(unit, caller, booking, booking.hold, calendar, draft)
    name = meeting_name(caller.council, meeting.id)
    await unit.append_event(name, booked(caller.council, meeting))
    await unit.audit(caller, "BookMeeting", name, purpose_of(meeting))
    if draft is not None:
        await _close(unit, caller, draft, meeting)
    return meeting


async def _close(unit: UnitOfWork, caller: Caller, draft: MeetingDraft, meeting: Meeting) -> None:
    booked_draft = replace(draft.changed(caller.principal_id, unit.now()), state=DraftState.BOOKED, meeting=meeting.id)
    await unit.drafts.save(booked_draft)
    await unit.audit(caller, "BookMeeting", draft_name(caller.council, draft.id))


async def _book_at_once(
    unit: UnitOfWork, caller: Caller, booking: Booking, calendar: WorkingDays, held: DraftHold | None
) -> Meeting:
    """`held`: what the draft held meanwhile, which is given back."""
    plan, dates = await settle_obligations(unit, booking.wanted.prepared.plan)
    breaches = accept_breaches(dates, civil_day(booking.wanted.start), booking.breach_reason, approver_of(caller))
    prepared = replace(booking.wanted.prepared, plan=plan)
    wanted = replace(booking.wanted, prepared=prepared, instead_of=held.meeting if held else None)
    return await take(unit, caller, wanted, calendar, breaches=breaches)


async def _book_held(
    unit: UnitOfWork,
    caller: Caller,
    booking: Booking,
    hold: UUID,
    calendar: WorkingDays,
    draft: MeetingDraft | None,
) -> Meeting:
    meeting = await held_meeting(unit, caller, hold, booking.offer)
    await check_decision(unit, booking.wanted.prepared, meeting.decision)
    if not await unit.reservations.book_held(hold):
        raise HoldLapsed(meeting=meeting_name(caller.council, hold))
    plan = await _looked_at_again(unit, booking, meeting, calendar) if meeting.offer else meeting.plan
    if draft is not None:
        # Joining by video takes nobody's time, so that it may have been settled while the time was held.
        plan = replace(plan, held_by_video=draft.plan.held_by_video)
    breaches = await breaches_of(unit, caller, plan, meeting.on_date, booking.breach_reason)
    meeting = replace(
        meeting.changed(told=False),
        plan=plan,
        state=MeetingState.BOOKED,
        expires_at=None,
        accepted_breaches=breaches,
        booked_by=caller.principal_id,
    )
    await unit.meetings.save(meeting)
    return meeting


async def _looked_at_again(unit: UnitOfWork, booking: Booking, meeting: Meeting, calendar: WorkingDays) -> Plan:
    """The offered date's plan with the clocks that run now and the diaries as they are: it was held for days.

    TimeTaken where the room's or an interpreter's own diary was taken since.
    """
    plan, _ = await settle_obligations(unit, replace(meeting.plan, obligations=()))
    prepared = replace(booking.wanted.prepared, plan=plan)
    claims = claims_of(prepared, meeting.start, meeting.room)
    most = prepared.kept.most_chaired
    return await look_into_diaries(unit, plan, claims, meeting.sessions, calendar, moving=meeting.id, most_chaired=most)


async def breaches_of(
    unit: UnitOfWork, caller: Caller, plan: Plan, day: date, reason: str
) -> tuple[AcceptedBreach, ...]:
    """The clocks among the plan's obligations that the day misses, accepted. MissesAClock where they may not be."""
    dates = due_dates(await unit.clocks.named(plan.obligations))
    return accept_breaches(dates, day, reason, approver_of(caller))


def approve_overlap(caller: Caller, reason: str, name: str) -> ApprovedOverlap | None:
    """The approval that a reason asks for; PermissionDenied for those who may not give it."""
    if not reason:
        return None
    demand(caller, "ApproveOverlap", name, may_know=True)
    return ApprovedOverlap(caller.principal_id, reason)


def approver_of(caller: Caller) -> str | None:
    """The caller's id where they may accept that a clock is missed."""
    return caller.principal_id if may(caller, "AcceptBreach") else None


def purpose_of(meeting: Meeting) -> str:
    """What was knowingly accepted with it, for the audit."""
    accepted = ["a clock is missed"] if meeting.accepted_breaches else []
    accepted += ["something is taken twice"] if meeting.overlap else []
    return f"accepted that {' and '.join(accepted)}" if accepted else ""
