"""Keeps a time for ten minutes."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from servicekit.ids import new_id
from services.scheduler.app.ask_whose_date import check_reviewers_word
from services.scheduler.app.open_draft import demand_draft_of, open_draft
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.read_outlook import read_before_taking
from services.scheduler.app.see_date_offer import demand_not_offered
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
from services.scheduler.domain.meeting_draft import DraftHold, MeetingDraft, asks_the_same, draft_name


@dataclass(frozen=True, slots=True)
class TimeToTake:
    """A prepared plan at a time and, where it needs one, in a room.

    `draft`: the draft whose time this is, as read at `draft_etag` where that is given; `instead_of`: a hold that is
    given back for it.
    """

    prepared: PreparedPlan
    start: datetime
    room: str
    series: UUID | None = None
    decision: DateDecision | None = None
    overlap: ApprovedOverlap | None = None
    draft: UUID | None = None
    instead_of: UUID | None = None
    offer: UUID | None = None
    draft_etag: str = ""


async def prepare_hold(
    around: Surroundings,
    caller: Caller,
    plan: Plan,
    start: datetime,
    room: str,
    *,
    decision: DateDecision | None = None,
    draft: UUID | None = None,
    draft_etag: str = "",
) -> TimeToTake:
    """What is asked of others before the transaction. Errors as `prepare_plan`; DateIsTheFamilys; no such draft."""
    demand(caller, "HoldSlot", f"councils/{caller.council}", may_know=True)
    prepared = await prepare_plan(around, caller, plan, civil_day(start))
    check_decided(prepared.kind, decision)
    await check_reviewers_word(around, caller, prepared.kind, prepared.plan.attendees, decision)
    if draft is not None:
        await demand_draft_of(around, caller, draft, prepared.plan)
    await read_before_taking(around, caller, prepared.plan.people, start)
    return TimeToTake(prepared, start, room, decision=decision, draft=draft, draft_etag=draft_etag)


async def hold_slot(unit: UnitOfWork, caller: Caller, wanted: TimeToTake, calendar: WorkingDays) -> Meeting:
    """Hold it, for its draft where there is one, whose earlier hold is given back.

    TimeTaken where the chair, the room or something else exclusive is taken; DraftClosed; AlreadyOffered
    while dates are offered for the draft; VersionClash where somebody has changed it meanwhile.
    """
    draft = await _draft_of(unit, caller, wanted) if wanted.draft else None
    plan, _ = await settle_obligations(unit, wanted.prepared.plan)
    earlier = draft.hold.meeting if draft and draft.hold else None
    wanted = replace(wanted, prepared=replace(wanted.prepared, plan=plan), instead_of=earlier)
    until = unit.now() + HOLD_TIME
    meeting = await take(unit, caller, wanted, calendar, expires_at=until)
    await unit.audit(caller, "HoldSlot", meeting_name(caller.council, meeting.id))
    if draft is not None:
        await _keep_in(unit, caller, draft, wanted, DraftHold(meeting.id, until))
    return meeting


async def _draft_of(unit: UnitOfWork, caller: Caller, wanted: TimeToTake) -> MeetingDraft:
    """The draft, locked. Whoever names no etag has not read it as it is, unless they ask the same people."""
    assert wanted.draft is not None
    draft = await open_draft(unit, caller, wanted.draft, wanted.draft_etag or None)
    if not wanted.draft_etag and not asks_the_same(draft.plan, wanted.prepared.plan):
        raise VersionClash(draft_name(caller.council, draft.id))
    await demand_not_offered(unit, caller, draft.id)
    return draft


async def _keep_in(unit: UnitOfWork, caller: Caller, draft: MeetingDraft, held: TimeToTake, hold: DraftHold) -> None:
    """The draft holds what is held, so that whoever goes on with it books that."""
    arrangement = replace(
        draft.arrangement, plan=held.prepared.plan, start=held.start, room=held.room, decision=held.decision
    )
    changed = replace(draft.changed(caller.principal_id, unit.now()), arrangement=arrangement, hold=hold)
    await unit.drafts.save(changed)
    await unit.audit(caller, "HoldSlot", draft_name(caller.council, draft.id))


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
    await check_decision(unit, prepared, wanted.decision)
    claims = claims_of(prepared, wanted.start, wanted.room)
    # Locked together with what is given back: two orders of locks would deadlock.
    await unit.reservations.lock(claims, *([wanted.instead_of] if wanted.instead_of else []))
    if wanted.instead_of:
        await give_back(unit, wanted.instead_of)
    meeting_id = new_id()
    overlap = await unit.reservations.take(
        meeting_id, claims, booked=expires_at is None, expires_at=expires_at, overlap=wanted.overlap
    )
    most = prepared.kept.most_chaired
    plan = await look_into_diaries(
        unit, prepared.plan, claims, sessions, calendar, moving=meeting_id, most_chaired=most
    )
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


async def give_back(unit: UnitOfWork, hold: UUID) -> None:
    """Let a hold go before its time is over; nothing where it was booked meanwhile. Needs `lock` before."""
    meeting = await unit.meetings.load(hold, lock=True)
    if meeting is not None and meeting.state in (MeetingState.HELD_SLOT, MeetingState.LAPSED):
        await unit.reservations.release(hold)
        await unit.meetings.save(replace(meeting.changed(told=False), state=MeetingState.LAPSED))


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
