"""Taking a time: what is exclusive is claimed, everybody's diary is read again, and the database decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from rulebook.pack import DecidesDate
from rulebook.working_days import WorkingDays
from servicekit.errors import InvalidRequest, NotFound, Violation
from services.scheduler.app.ports import Claim, ResourceKind, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan
from services.scheduler.domain.childs_time import at_contact
from services.scheduler.domain.date_decision import faults_of_decision
from services.scheduler.domain.diary import Capacity, diary_at
from services.scheduler.domain.errors import TimeTaken
from services.scheduler.domain.family_consent import check_consent
from services.scheduler.domain.grains import span
from services.scheduler.domain.meeting import (
    Attendee,
    DateDecision,
    DiaryState,
    Plan,
    Session,
    civil_day,
    sessions_at,
)
from services.scheduler.domain.time_kept import full_days

_ALWAYS_EXCLUSIVE = "interpreter"


def claims_of(prepared: PreparedPlan, start: datetime, room: str) -> tuple[Claim, ...]:
    """The chair, the room, interpreters and whoever the kind says, from start to end with the time kept after."""
    plan, sessions = prepared.plan, sessions_at(prepared.plan, start)
    after = timedelta(minutes=prepared.buffer_minutes)
    written_up = timedelta(minutes=max(prepared.buffer_minutes, prepared.kept.write_up))
    exclusive = {str(role) for role in prepared.kind.exclusive_roles} | {_ALWAYS_EXCLUSIVE}
    claims = [
        _claim(one, sessions, written_up if one.chair else after)
        for one in plan.attendees
        if one.chair or one.role in exclusive
    ]
    if room:
        claims.append(Claim(room, ResourceKind.ROOM, "room", sessions[0].start, sessions[-1].end + after))
    return tuple(claims)


def _claim(attendee: Attendee, sessions: Sequence[Session], after: timedelta) -> Claim:
    theirs = [one for one in sessions if attendee.throughout or attendee.comes_to(one.number)]
    # Some interpreters are on the staff list: what they come as decides, not only under which name they are known.
    interprets = "/interpreters/" in attendee.person or attendee.role == _ALWAYS_EXCLUSIVE
    kind = ResourceKind.INTERPRETER if interprets else ResourceKind.PERSON
    taken = _ALWAYS_EXCLUSIVE if interprets else "chair" if attendee.chair else attendee.role
    return Claim(attendee.person, kind, taken, theirs[0].start, theirs[-1].end + after)


async def check_start(unit: UnitOfWork, plan: Plan, start: datetime, room: str) -> None:
    """InvalidRequest for a start in the past or between minutes and for a missing room; NotFound for an unknown one."""
    faults = []
    if start <= unit.now():
        faults.append(Violation("start_time", "lies in the past; choose a time to come"))
    if start.second or start.microsecond:
        faults.append(Violation("start_time", "must be a whole minute"))
    if plan.needs_room and not room:
        faults.append(Violation("room", "is required, for the plan needs one"))
    if faults:
        raise InvalidRequest(faults)
    if room and await unit.capacity.room(room) is None:
        raise NotFound(room)


async def check_decision(unit: UnitOfWork, prepared: PreparedPlan, decision: DateDecision | None) -> None:
    """InvalidRequest where what was said of the family's choice cannot be; ConsentEnded where they consent no more."""
    faults = faults_of_decision(prepared.kind, prepared.plan, decision, civil_day(unit.now()))
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    if prepared.kind.decides_date is DecidesDate.FAMILY:
        check_consent(await unit.consents.of(prepared.plan.meeting_kind, prepared.plan.subjects), decision)


async def look_into_diaries(
    unit: UnitOfWork,
    plan: Plan,
    claims: Sequence[Claim],
    sessions: tuple[Session, ...],
    calendar: WorkingDays,
    *,
    moving: UUID | None = None,
    most_chaired: int = 0,
) -> Plan:
    """The plan with what is known of each diary now. TimeTaken where a room's or interpreter's own diary is taken.

    A person's diary is a warning and never a refusal: real diaries overlap, and people choose. So is a chair who has as
    many meetings that day as they take.
    """
    names = {*plan.people, *plan.subjects, *(claim.resource for claim in claims)}
    first, last = civil_day(sessions[0].start), civil_day(sessions[-1].end)
    capacity = await unit.capacity.load(names, first, last, rooms=False, moving=moving, to_the_minute=True)
    taken = taken_outside(claims, capacity)
    if taken:
        raise TimeTaken(*(one.taken for one in taken))
    states = (_state_of(plan, one, sessions, capacity, calendar) for one in plan.attendees)
    seen = tuple(replace(one, diary=state) for one, state in zip(plan.attendees, states, strict=True))
    return replace(plan, attendees=tuple(_or_full(one, capacity, first, most_chaired) for one in seen))


def _state_of(
    plan: Plan, attendee: Attendee, sessions: Sequence[Session], capacity: Capacity, calendar: WorkingDays
) -> DiaryState:
    if at_contact(plan, capacity, attendee.role, sessions[0].start, sessions[-1].end):
        return DiaryState.NOT_WORKING
    return diary_at(plan, attendee, sessions, capacity, calendar)


def _or_full(attendee: Attendee, capacity: Capacity, day: date, usual: int) -> Attendee:
    otherwise_free = attendee.diary in (DiaryState.FREE, DiaryState.UNKNOWN)
    if attendee.chair and otherwise_free and day in full_days(capacity.diary(attendee.person), usual):
        return replace(attendee, diary=DiaryState.DAY_FULL)
    return attendee


def taken_outside(claims: Sequence[Claim], capacity: Capacity) -> tuple[Claim, ...]:
    """The rooms and interpreters whose own diary is taken then; a person's is a warning and not among them."""
    firm = (claim for claim in claims if claim.kind is not ResourceKind.PERSON)
    return tuple(claim for claim in firm if _is_busy(claim, capacity))


def _is_busy(claim: Claim, capacity: Capacity) -> bool:
    first, last = span(claim.start, claim.end)
    rooms = (room.busy for room in capacity.rooms if room.name == claim.resource)
    busy = next(rooms, capacity.diary(claim.resource).busy)
    return busy.meets(first, last)
