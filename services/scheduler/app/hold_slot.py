"""Keeps a time for ten minutes."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.ids import new_id
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.take_time import check_decision, check_start, claims_of, look_into_diaries
from services.scheduler.domain.date_decision import check_decided
from services.scheduler.domain.date_offer import offer_name
from services.scheduler.domain.errors import DateIsOffered, HoldLapsed, NotAHold
from services.scheduler.domain.meeting import (
    HOLD_TIME,
    AcceptedBreach,
    ApprovedOverlap,
    DateDecision,
    Meeting,
    MeetingState,
    Plan,
    civil_day,
    meeting_name,
    sessions_at,
)


@dataclass(frozen=True, slots=True)
class TimeToTake:
    """A prepared plan at a time and, where it needs one, in a room."""

    prepared: PreparedPlan
    start: datetime
    room: str
    series: UUID | None = None
    decision: DateDecision | None = None
    overlap: ApprovedOverlap | None = None
    offer: UUID | None = None


async def prepare_hold(
    around: Surroundings, caller: Caller, plan: Plan, start: datetime, room: str, decision: DateDecision | None = None
) -> TimeToTake:
    """What is asked of others before the transaction. Errors as `prepare_plan`; DateIsTheFamilys."""
    demand(caller, "HoldSlot", f"councils/{caller.council}", may_know=True)
    prepared = await prepare_plan(around, caller, plan, civil_day(start))
    check_decided(prepared.kind, decision)
    return TimeToTake(prepared, start, room, decision=decision)


async def hold_slot(unit: UnitOfWork, caller: Caller, wanted: TimeToTake, calendar: WorkingDays) -> Meeting:
    """Hold it. TimeTaken where the chair, the room or something else exclusive is taken."""
    plan, _ = await settle_obligations(unit, wanted.prepared.plan)
    wanted = replace(wanted, prepared=replace(wanted.prepared, plan=plan))
    meeting = await take(unit, caller, wanted, calendar, expires_at=unit.now() + HOLD_TIME)
    await unit.audit(caller, "HoldSlot", meeting_name(caller.council, meeting.id))
    return meeting


async def take(
    unit: UnitOfWork,
    caller: Caller,
    wanted: TimeToTake,
    calendar: WorkingDays,
    *,
    expires_at: datetime | None = None,
    breaches: tuple[AcceptedBreach, ...] = (),
) -> Meeting:
    """A new meeting with all it needs, held where `expires_at` is given, else booked. TimeTaken as `hold_slot`."""
    prepared, sessions = wanted.prepared, sessions_at(wanted.prepared.plan, wanted.start)
    await check_start(unit, prepared.plan, wanted.start, wanted.room)
    check_decision(unit, prepared, wanted.decision)
    claims = claims_of(prepared, wanted.start, wanted.room)
    await unit.reservations.lock(claims)
    meeting_id = new_id()
    overlap = await unit.reservations.take(
        meeting_id, claims, booked=expires_at is None, expires_at=expires_at, overlap=wanted.overlap
    )
    plan = await look_into_diaries(unit, prepared.plan, claims, sessions, calendar, moving=meeting_id)
    meeting = Meeting(
        id=meeting_id,
        plan=plan,
        title=prepared.title,
        reference="",
        state=MeetingState.HELD_SLOT if expires_at else MeetingState.BOOKED,
        sessions=sessions,
        room=wanted.room,
        booked_by=caller.principal_id,
        series=wanted.series,
        expires_at=expires_at,
        accepted_breaches=breaches,
        decision=wanted.decision,
        overlap=overlap,
        offer=wanted.offer,
    )
    return await unit.meetings.insert(meeting)


async def held_meeting(unit: UnitOfWork, caller: Caller, meeting_id: UUID, offer: UUID | None = None) -> Meeting:
    """The held meeting, locked for change. NotFound, NotAHold; HoldLapsed where its time is over.

    DateIsOffered where it is the date of an offer, and not of this one.
    """
    name = meeting_name(caller.council, meeting_id)
    await unit.reservations.lock((), meeting_id)
    meeting = await unit.meetings.load(meeting_id, lock=True)
    if meeting is None:
        raise NotFound(name)
    if meeting.state not in (MeetingState.HELD_SLOT, MeetingState.LAPSED):
        raise NotAHold(meeting=name, state=meeting.state.value)
    if meeting.state is MeetingState.LAPSED:
        raise HoldLapsed(meeting=name)
    if meeting.offer != offer:
        raise offered(caller, meeting)
    return meeting


def offered(caller: Caller, meeting: Meeting) -> DateIsOffered:
    """The refusal to do by itself what is done with the offer."""
    offer = offer_name(caller.council, meeting.offer) if meeting.offer else ""
    return DateIsOffered(meeting=meeting_name(caller.council, meeting.id), offer=offer)
