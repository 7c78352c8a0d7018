"""Keeps the time of those who come to a sitting for one item of its agenda: a meeting of its own within the sitting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.ids import new_id
from services.scheduler.app.follow_sitting import cancel_part
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.take_time import look_into_diaries
from services.scheduler.domain.errors import NotBooked, NotWithinSitting
from services.scheduler.domain.events import booked, rescheduled
from services.scheduler.domain.kept_apart import MustNotMeetPair, check_kept_apart
from services.scheduler.domain.meeting import (
    Attendee,
    Meeting,
    MeetingState,
    Plan,
    Session,
    civil_day,
    meeting_name,
)

_NOBODY_COMES = "The item is not on this agenda any more, or nobody comes for it."


@dataclass(frozen=True, slots=True)
class SittingPart:
    """One item's time and people. `sitting` is its meeting; `prepared_by` a principal's id.

    `session` is None where nobody is asked.
    """

    sitting: UUID
    part: UUID
    subjects: tuple[str, ...]
    attendees: tuple[Attendee, ...]
    session: Session | None
    prepared_by: str


async def prepare_part(around: Surroundings, caller: Caller, wanted: SittingPart) -> Sequence[MustNotMeetPair]:
    """Who must not meet, asked before the transaction. PermissionDenied, shown as absence."""
    demand(caller, "KeepSittingPart", meeting_name(caller.council, wanted.sitting))
    if wanted.session is None:
        return ()
    return await around.cases.must_not_meet(caller, wanted.subjects, civil_day(wanted.session.start))


async def keep_sitting_part(
    unit: UnitOfWork, caller: Caller, wanted: SittingPart, pairs: Sequence[MustNotMeetPair], calendar: WorkingDays
) -> Meeting | None:
    """The part as it stands then; None where nobody is asked and none was booked.

    NotFound, NotBooked, NotWithinSitting, MustNotMeet.
    """
    sitting = await _sitting(unit, caller, wanted.sitting)
    known = next((one for one in await unit.meetings.parts(sitting.id) if one.part_id == wanted.part), None)
    session = wanted.session
    if session is None:
        return await cancel_part(unit, caller, known, _NOBODY_COMES) if known else None
    if not (unit.now() < session.start and sitting.start <= session.start < min(sitting.end, session.end)):
        raise NotWithinSitting(sitting=meeting_name(caller.council, sitting.id))
    sessions = (session,)
    plan = _plan(sitting, wanted, session)
    check_kept_apart(plan, pairs)
    if known is not None and _is_as_wanted(known, plan, sessions, sitting.room):
        return known
    meeting_id = known.id if known else new_id()
    plan = await look_into_diaries(unit, plan, (), sessions, calendar, moving=meeting_id)
    if known is None:
        return await _book(unit, caller, Meeting(
            id=meeting_id,
            plan=plan,
            title=sitting.title,
            reference="",
            state=MeetingState.BOOKED,
            sessions=sessions,
            room=sitting.room,
            booked_by=wanted.prepared_by,
            part_of=sitting.id,
            part_id=wanted.part,
        ))  # fmt: skip
    return await _change(unit, caller, known, replace(
        known.changed(told=True),
        plan=_with_confirmations(plan, known, sessions),
        sessions=sessions,
        room=sitting.room,
        booked_by=wanted.prepared_by,
    ))  # fmt: skip


async def _sitting(unit: UnitOfWork, caller: Caller, meeting_id: UUID) -> Meeting:
    """Locked: of two who keep one part the second sees what the first has done."""
    name = meeting_name(caller.council, meeting_id)
    sitting = await unit.meetings.load(meeting_id, lock=True)
    if sitting is None or not sitting.plan.body:
        raise NotFound(name)
    if sitting.state is not MeetingState.BOOKED:
        raise NotBooked(meeting=name, state=sitting.state.value)
    return sitting


def _plan(sitting: Meeting, wanted: SittingPart, session: Session) -> Plan:
    """Nobody chairs it and no room is taken again: both are the sitting's."""
    return Plan(
        meeting_kind=sitting.plan.meeting_kind,
        subjects=wanted.subjects,
        attendees=tuple(Attendee(one.person, one.role) for one in wanted.attendees),
        session_minutes=(int((session.end - session.start).total_seconds()) // 60,),
        held_by_video=sitting.plan.held_by_video,
    )


def _is_as_wanted(known: Meeting, plan: Plan, sessions: tuple[Session, ...], room: str) -> bool:
    stands = {(one.person, one.role) for one in known.plan.attendees}
    return (
        stands == {(one.person, one.role) for one in plan.attendees}
        and set(known.plan.subjects) == set(plan.subjects)
        and (known.sessions, known.room, known.plan.held_by_video) == (sessions, room, plan.held_by_video)
    )


def _with_confirmations(plan: Plan, known: Meeting, sessions: tuple[Session, ...]) -> Plan:
    """Whoever had confirmed for this very time has confirmed."""
    confirmed = {one.person for one in known.plan.attendees if one.confirmed} if known.sessions == sessions else set()
    return replace(plan, attendees=tuple(replace(one, confirmed=one.person in confirmed) for one in plan.attendees))


async def _book(unit: UnitOfWork, caller: Caller, fresh: Meeting) -> Meeting:
    part = await unit.meetings.insert(fresh)
    name = meeting_name(caller.council, part.id)
    await unit.append_event(name, booked(caller.council, part))
    await unit.audit(caller, "KeepSittingPart", name)
    return part


async def _change(unit: UnitOfWork, caller: Caller, known: Meeting, changed: Meeting) -> Meeting:
    await unit.meetings.save_part(changed)
    name = meeting_name(caller.council, known.id)
    await unit.append_event(name, rescheduled(caller.council, changed))
    await unit.audit(caller, "KeepSittingPart", name)
    return changed
