"""Keeps the new times of a bulk move free at once. For two minutes nothing else happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.pack import Pack
from rulebook.rule import MeetingKindId
from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.scheduler.app.ask_whose_date import demand_reviewers_word
from services.scheduler.app.book_meeting import approver_of
from services.scheduler.app.ports import Claim, Surroundings, UnitOfWork
from services.scheduler.app.preview_bulk_move import knows_kind, prepared_as_booked
from services.scheduler.app.see_bulk_move import demand_bulk_move
from services.scheduler.app.take_time import claims_of, taken_outside
from services.scheduler.domain.bulk_move import (
    CHANGED_MEANWHILE,
    HOLD_BEYOND,
    IN_ANOTHER_MOVE,
    KIND_NOT_KNOWN,
    MISSES_A_CLOCK,
    MOVES_LANE,
    MUST_NOT_MEET,
    TAKEN_MEANWHILE,
    TIME_PASSED,
    UNDO_TIME,
    BulkMove,
    BulkMoveState,
    Part,
    PartState,
    Why,
    bulk_move_name,
)
from services.scheduler.domain.clocks import ClockToKeep, due_dates
from services.scheduler.domain.diary import Capacity, diary_at
from services.scheduler.domain.errors import MoveClosed, MustNotMeet, TimeTaken
from services.scheduler.domain.kept_apart import MustNotMeetPair, check_kept_apart
from services.scheduler.domain.meeting import (
    DateDecision,
    DiaryState,
    Meeting,
    MeetingState,
    civil_day,
    meeting_name,
    sessions_at,
)
from services.scheduler.domain.own_time import Taking, taken_now, without
from services.scheduler.domain.slot_search import due_before


@dataclass(frozen=True, slots=True)
class StartCommand:
    """`meetings` empty: all for which a time was found; `breach_reasons` by meeting."""

    move: UUID
    etag: str
    meetings: tuple[UUID, ...]
    breach_reasons: Mapping[UUID, str]
    decision: DateDecision | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """A command with everything asked of others: `shown` is the move as far as the caller may know of it."""

    command: StartCommand
    shown: BulkMove
    pack: Pack
    pairs: tuple[MustNotMeetPair, ...]

    @property
    def seen(self) -> frozenset[UUID]:
        """The meetings that the caller may know of."""
        return frozenset(part.meeting for part in self.shown.parts)


async def prepare_start(around: Surroundings, caller: Caller, command: StartCommand) -> Start:
    """What is asked before the transaction. NotFound; InvalidRequest where a meeting is named that is none of its.

    DateIsTheReviewingServices where a review goes to another start and they have not agreed.
    """
    move = await demand_bulk_move(around, caller, "StartBulkMove", command.move)
    _check_named(command, frozenset(part.meeting for part in move.parts), caller.council)
    await _demand_word(around, caller, command, move)
    subjects = sorted({subject for part in move.parts for subject in part.subjects})
    pairs = await around.cases.must_not_meet(caller, subjects, move.asked.window[0]) if subjects else ()
    return Start(command, move, around.pack_of(caller.council), tuple(pairs))


async def _demand_word(around: Surroundings, caller: Caller, command: StartCommand, move: BulkMove) -> None:
    wanted = set(command.meetings) or {part.meeting for part in move.parts}
    # By their times and kinds: previews of the release before do not say of a part that it needs the word.
    proposed = [part for part in move.in_state(PartState.PROPOSED) if part.meeting in wanted]
    going = [part.meeting for part in proposed if part.after and part.after.start != part.start]
    pack = around.pack_of(caller.council)
    async with around.begin(caller) as unit:
        meetings = [one for one in await unit.meetings.load_all(going) if knows_kind(pack, one)]
        today = civil_day(unit.now())
    if command.decision is not None and command.decision.consented_on > today:
        raise InvalidRequest([Violation("date_decision.consent_date", "lies in the future; it is given before")])
    for kind in {pack.meeting_kinds[MeetingKindId(one.plan.meeting_kind)] for one in meetings}:
        attendees = [each for one in meetings if one.plan.meeting_kind == kind.id for each in one.plan.attendees]
        await demand_reviewers_word(around, caller, kind, attendees, command.decision)


def _check_named(command: StartCommand, seen: frozenset[UUID], council: str) -> None:
    faults = [
        Violation(f"meetings[{place}]", f"{meeting_name(council, one)} is none of this move's")
        for place, one in enumerate(command.meetings)
        if one not in seen
    ]
    if faults:
        raise InvalidRequest(faults)


@dataclass(frozen=True, slots=True)
class _Going:
    """One meeting on its way: as it is now, and what it needs at its new time."""

    part: Part
    meeting: Meeting
    claims: tuple[Claim, ...]
    own: tuple[Taking, ...]


@dataclass(frozen=True, slots=True)
class _Now:
    """What is known under the locks."""

    release_at: datetime
    capacity: Capacity
    clocks: Mapping[str, ClockToKeep]
    elsewhere: frozenset[UUID]
    may_accept: bool
    pairs: Sequence[MustNotMeetPair]
    calendar: WorkingDays


async def start_bulk_move(unit: UnitOfWork, caller: Caller, start: Start, calendar: WorkingDays) -> BulkMove:
    """Hold what can be held. VersionClash for another etag, MoveClosed where it was started before."""
    move = await _proposed(unit, caller, start.command)
    chosen = _chosen(move, start)
    going, settled = await _locked(unit, start, chosen)
    may_accept = approver_of(caller) is not None
    now = await _look(unit, start, going, calendar, may_accept=may_accept)
    settled += [await _hold(unit, one, now) for one in going]
    started = replace(
        move.turned(BulkMoveState.HELD).with_parts(settled),
        started_by=caller.principal_id,
        may_accept_breaches=may_accept,
        decision=start.command.decision,
        release_at=now.release_at,
    )
    await unit.bulk_moves.save(started, settled)
    await unit.wake(MOVES_LANE, str(move.id), now.release_at)
    name = bulk_move_name(caller.council, move.id)
    breached = may_accept and any(part.state is PartState.HELD and part.breach_reason for part in settled)
    await unit.audit(caller, "StartBulkMove", name, "accepted that a clock is missed" if breached else "")
    return started


async def _proposed(unit: UnitOfWork, caller: Caller, command: StartCommand) -> BulkMove:
    name = bulk_move_name(caller.council, command.move)
    move = await unit.bulk_moves.load(command.move, lock=True)
    if move is None:
        raise NotFound(name)
    if move.state is not BulkMoveState.PROPOSED:
        raise MoveClosed(move=name, state=move.state.value)
    if str(move.version) != command.etag:
        raise VersionClash(name)
    return move


def _chosen(move: BulkMove, start: Start) -> list[Part]:
    wanted = set(start.command.meetings) or start.seen
    reasons = start.command.breach_reasons
    return [
        replace(part, breach_reason=reasons.get(part.meeting, ""))
        for part in move.in_state(PartState.PROPOSED)
        if part.meeting in wanted & start.seen
    ]


async def _locked(unit: UnitOfWork, start: Start, chosen: Sequence[Part]) -> tuple[list[_Going], list[Part]]:
    """The meetings with what they need, all of it locked in one go and in the order of ids; read again under locks.

    Then those that cannot go, each with the reason.
    """
    ids = [part.meeting for part in chosen]
    before = {one.id: one for one in await unit.meetings.load_all(ids)}
    known = [part for part in chosen if knows_kind(start.pack, before[part.meeting])]
    claims = {part.meeting: _claims(start.pack, part, before[part.meeting]) for part in known}
    await unit.reservations.lock([claim for each in claims.values() for claim in each], *ids)
    now = {one.id: one for one in await unit.meetings.load_all(ids)}
    reserved = await unit.bulk_moves.reserved_by(ids)
    going = [
        _Going(part, meeting, claims[meeting.id], taken_now(meeting, reserved[meeting.id]))
        for part in known
        if _is_unchanged(part, meeting := now[part.meeting])
    ]
    changed = [part.refused(CHANGED_MEANWHILE) for part in known if not _is_unchanged(part, now[part.meeting])]
    return going, [*changed, *(part.refused(KIND_NOT_KNOWN) for part in chosen if part.meeting not in claims)]


def _claims(pack: Pack, part: Part, meeting: Meeting) -> tuple[Claim, ...]:
    assert part.after is not None
    return claims_of(prepared_as_booked(pack, meeting), part.after.start, part.after.room)


def _is_unchanged(part: Part, meeting: Meeting) -> bool:
    return meeting.version == part.version and meeting.state is MeetingState.BOOKED


async def _look(
    unit: UnitOfWork, start: Start, going: Sequence[_Going], calendar: WorkingDays, *, may_accept: bool
) -> _Now:
    names = {claim.resource for one in going for claim in one.claims}
    names |= {person for one in going for person in one.meeting.plan.people}
    days = [civil_day(claim.start) for one in going for claim in one.claims] or [civil_day(unit.now())]
    # By the bits that the preview was made of: to the minute would be the rows of everybody's window, under locks.
    capacity = await unit.capacity.load(names, min(days), max(days), rooms=False)
    obligations = {name for one in going for name in one.meeting.plan.obligations}
    clocks = {clock.obligation: clock for clock in await unit.clocks.named(obligations)}
    elsewhere = await unit.bulk_moves.held_among([one.meeting.id for one in going])
    release_at = unit.now() + UNDO_TIME
    return _Now(release_at, capacity, clocks, elsewhere, may_accept, start.pairs, calendar)


async def _hold(unit: UnitOfWork, one: _Going, now: _Now) -> Part:
    why = _in_the_way(one, now)
    if why is not None:
        return one.part.refused(why)
    try:
        await unit.reservations.take(one.meeting.id, one.claims, booked=False, expires_at=now.release_at + HOLD_BEYOND)
    except TimeTaken:
        return one.part.refused(TAKEN_MEANWHILE)
    return replace(one.part, state=PartState.HELD)


def _in_the_way(one: _Going, now: _Now) -> Why | None:
    after, plan = one.part.after, one.meeting.plan
    assert after is not None
    if one.meeting.id in now.elsewhere:
        return IN_ANOTHER_MOVE
    if min(after.start, one.meeting.start) <= now.release_at:
        return TIME_PASSED
    try:
        check_kept_apart(plan, now.pairs)
    except MustNotMeet:
        return MUST_NOT_MEET
    if _is_taken(one, now, after.start):
        return TAKEN_MEANWHILE
    dates = due_dates(now.clocks[name] for name in plan.obligations if name in now.clocks)
    accepted = now.may_accept and one.part.breach_reason
    return MISSES_A_CLOCK if due_before(dates, civil_day(after.start)) and not accepted else None


def _is_taken(one: _Going, now: _Now, start: datetime) -> bool:
    """Whether the diaries say now what they did not say in the preview, of those without whom it should not be."""
    plan = one.meeting.plan
    sessions = sessions_at(plan, start)
    needed = [each for each in plan.attendees if each.required or each.chair]
    capacity = without(now.capacity, one.own)
    states = (diary_at(plan, each, sessions, capacity, now.calendar) for each in needed)
    return DiaryState.BUSY in states or bool(taken_outside(one.claims, capacity))
