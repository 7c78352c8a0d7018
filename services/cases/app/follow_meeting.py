"""What the scheduler tells: a meeting is booked, moved, called off or held. Repeats change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rulebook.counting import london_date
from rulebook.facts import EventType, SubjectKind
from rulebook.pack import MeetingKind
from rulebook.rule import MeetingKindId
from servicekit.ids import new_id
from services.cases.app.ports import Unit
from services.cases.app.recompute_obligations import recompute, tell
from services.cases.domain.case_event import PPM_HELD, RecordedEvent
from services.cases.domain.events import case_event_recorded
from services.cases.domain.names import CaseEventId, ObligationId, SubjectId, id_at_end
from services.cases.domain.obligation import Change, Obligation
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class MeetingAt:
    """A meeting that was booked or moved to a civil day. Resource names are the scheduler's words for ours."""

    meeting: str
    meeting_kind: str
    subjects: tuple[str, ...]
    obligations: tuple[str, ...]
    on: date
    body: str = ""


@dataclass(frozen=True)
class MeetingOff:
    """A meeting that was called off."""

    meeting: str
    meeting_kind: str


@dataclass(frozen=True)
class MeetingWasHeld:
    """A meeting that took place, with the instant of its end."""

    meeting: str
    meeting_kind: str
    subjects: tuple[str, ...]
    on: date
    ended_at: datetime | None
    body: str = ""


async def meeting_at(unit: Unit, told: MeetingAt) -> None:
    """Keeps the booked day with the obligations it would meet, and the planned fact that other clocks look at."""
    subjects = await _lock(unit, told.body, told.subjects)
    ids = [one.id for one in subjects if one.kind is not SubjectKind.BODY]
    obligations = [one for of in (await unit.obligations.of(ids)).values() for one in of]
    wanted = _wanted(told, obligations)
    gone = [one.id for one in obligations if one.meeting == told.meeting and one.id not in wanted]
    await unit.obligations.book(gone, "", None)
    await unit.obligations.book(sorted(wanted), told.meeting, told.on)
    await _tell_booked(unit, subjects, {one.id: one for one in obligations})
    kind = _kind(unit, told.meeting_kind)
    if kind is not None and kind.booked_event is not None:
        await _record(unit, subjects, kind.booked_event, told.meeting, told.on, None)
    await _book_next_sitting(unit, subjects, kind)
    await unit.audit("FollowMeeting", told.meeting, ("booked_date",))


async def meeting_off(unit: Unit, told: MeetingOff) -> None:
    """Takes the booking back: the obligations stand as if it had never been made."""
    kind = _kind(unit, told.meeting_kind)
    planned = [kind.booked_event] if kind is not None and kind.booked_event is not None else []
    about = await unit.events.withdraw(told.meeting, planned)
    booked = await unit.obligations.of_meeting(told.meeting)
    subjects = await unit.subjects.lock(sorted({*about, *(one.subject for one in booked)}))
    await unit.obligations.book([one.id for one in booked], "", None)
    await _tell_booked(unit, subjects, {one.id: one for one in booked})
    await recompute(unit, [one.id for one in subjects], unit.today())
    await _book_next_sitting(unit, subjects, kind)
    await unit.audit("FollowMeeting", told.meeting, ("booked_date",))


async def meeting_was_held(unit: Unit, told: MeetingWasHeld) -> None:
    """Records per subject that it took place. What a standing body heard, its outcomes tell; here only that it sat."""
    kind = _kind(unit, told.meeting_kind)
    if kind is None or kind.held_event is None:
        return
    subjects = await _lock(unit, told.body, told.subjects)
    at = told.ended_at if kind.held_event == PPM_HELD else None
    on = london_date(at) if at else told.on
    await _record(unit, subjects, kind.held_event, told.meeting, on, at)
    await _book_next_sitting(unit, subjects, kind)
    await unit.audit("FollowMeeting", told.meeting, ("held_date",))


def _kind(unit: Unit, name: str) -> MeetingKind | None:
    return unit.pack.meeting_kinds.get(MeetingKindId(name))


async def _lock(unit: Unit, body: str, subjects: Sequence[str]) -> list[Subject]:
    return await unit.subjects.lock([SubjectId(id_at_end(name)) for name in (*subjects, *([body] if body else []))])


def _wanted(told: MeetingAt, obligations: Sequence[Obligation]) -> set[ObligationId]:
    """Those that were named; where none were, the running ones that this kind of meeting would meet."""
    named: set[UUID] = {id_at_end(name) for name in told.obligations}
    if named:
        return {one.id for one in obligations if one.id in named}
    return {one.id for one in obligations if one.running and one.meeting_kind == told.meeting_kind}


async def _book_next_sitting(unit: Unit, subjects: Sequence[Subject], kind: MeetingKind | None) -> None:
    """A body's sittings are booked far ahead: what its clock waits for is the next of them, not the one told last."""
    bodies = [one for one in subjects if one.kind is SubjectKind.BODY]
    if kind is None or not bodies:
        return
    ids = [one.id for one in bodies]
    facts, clocks = await unit.events.of(ids), await unit.obligations.of(ids)
    for body in ids:
        on, meeting = _next_sitting(facts[body], kind, unit.today())
        running = [one for one in clocks[body] if one.running and one.meeting_kind == kind.id]
        changed = [one.id for one in running if (one.booked_on, one.meeting) != (on, meeting)]
        await unit.obligations.book(changed, meeting, on)
    await _tell_booked(unit, bodies, {one.id: one for of in clocks.values() for one in of})


def _next_sitting(facts: Sequence[RecordedEvent], kind: MeetingKind, today: date) -> tuple[date | None, str]:
    """Its day and meeting; None and nothing where none is to come."""
    sat = {fact.meeting for fact in facts if fact.type == kind.held_event}
    booked = (fact for fact in facts if fact.type == kind.booked_event and fact.meeting not in sat)
    return min(((fact.on, fact.meeting) for fact in booked if fact.on >= today), default=(None, ""))


async def _tell_booked(unit: Unit, subjects: Sequence[Subject], before: dict[ObligationId, Obligation]) -> None:
    after = await unit.obligations.of([one.id for one in subjects])
    changed = [
        Change(before[one.id], one) for of in after.values() for one in of if one.id in before and before[one.id] != one
    ]
    await tell(unit, {one.id: one for one in subjects}, changed)


async def _record(
    unit: Unit, subjects: Sequence[Subject], event: EventType, meeting: str, on: date, at: datetime | None
) -> None:
    facts = [
        RecordedEvent(CaseEventId(new_id()), one.id, event, on, f"{meeting}/{event}", at=at, meeting=meeting)
        for one in subjects
        if _belongs(one, event)
    ]
    await record(unit, subjects, facts)


def _belongs(subject: Subject, event: EventType) -> bool:
    """A body sits; everybody else is met about."""
    return (subject.kind is SubjectKind.BODY) == event.startswith("sitting_")


async def record(unit: Unit, subjects: Sequence[Subject], facts: Sequence[RecordedEvent]) -> None:
    """Keeps the facts of locked subjects that are news, tells of them, and works out what follows."""
    news = await unit.events.add(facts, unit.now())
    names = {one.id: one.name_in(unit.council) for one in subjects}
    for fact in news:
        await unit.tell(names[fact.subject], case_event_recorded(unit.council, names[fact.subject], fact))
    await recompute(unit, [fact.subject for fact in news], unit.today())
