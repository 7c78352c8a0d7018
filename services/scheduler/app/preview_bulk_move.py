"""Looks for new times for many meetings at once, and keeps what it found as a preview. Takes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.pack import DecidesDate, Pack
from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from servicekit.ids import new_id
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import BookedFilter, Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, buffer_of, time_kept
from services.scheduler.app.see_meeting import visible, without_hidden_clocks
from services.scheduler.app.suggest_slots import check_horizon, check_window
from services.scheduler.app.take_time import claims_of
from services.scheduler.domain.bulk_move import KEPT_UNSTARTED, MOVES_LANE, Asked, BulkMove, Part, bulk_move_name
from services.scheduler.domain.bulk_plan import Closed, Ground, Movable, plan_moves
from services.scheduler.domain.grains import span
from services.scheduler.domain.meeting import Meeting, civil_day, meeting_name
from services.scheduler.domain.own_time import taken_now

MOST_MEETINGS = 200
# So many are read that hidden ones among them do not hide that there are too many others.
_MOST_READ = 2000


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What was asked, and what was found for each meeting."""

    asked: Asked
    parts: tuple[Part, ...]


async def prepare_preview(around: Surroundings, caller: Caller, asked: Asked) -> BulkPlan:
    """Everything that is read and worked out before the transaction. NotFound for a named meeting that is not there.

    InvalidRequest for a window that cannot be, and for too many meetings.
    """
    demand(caller, "PreviewBulkMove", f"councils/{caller.council}", may_know=True)
    async with around.begin(caller) as unit:
        now = unit.now()
        if asked.room and await unit.capacity.room(asked.room) is None:
            raise NotFound(asked.room)
    _check_days(asked, civil_day(now))
    meetings = await _meetings(around, caller, asked)
    subjects = sorted({subject for one in meetings for subject in one.plan.subjects})
    pairs = await around.cases.must_not_meet(caller, subjects, asked.window[0]) if subjects else ()
    async with around.begin(caller) as unit:
        movables = await _movables(unit, around.pack_of(caller.council), meetings)
        people = {person for one in meetings for person in one.plan.people}
        capacity = await unit.capacity.load(people | set(subjects), *asked.window, rooms=True)
    ground = Ground(capacity, asked.window, around.calendar, now, tuple(pairs), _closed(asked))
    # Many searches in a row: other calls are answered meanwhile.
    return BulkPlan(asked, await asyncio.to_thread(plan_moves, movables, ground))


def _check_days(asked: Asked, today: date) -> None:
    fields = ("window_from_date", "window_until_date")
    check_horizon(tuple(zip(fields, asked.window, strict=True)), today)
    check_window(asked.window, today, fields)


async def _meetings(around: Surroundings, caller: Caller, asked: Asked) -> Sequence[Meeting]:
    async with around.begin(caller) as unit:
        if asked.named:
            found = await unit.meetings.load_all(asked.named)
        else:
            assert asked.first is not None and asked.until is not None
            wanted = BookedFilter(asked.first, asked.until, asked.person, asked.room)
            found = await unit.meetings.booked(wanted, _MOST_READ)
    shown = await without_hidden_clocks(around, caller, await visible(around, caller, found))
    there = {one.id for one in shown}
    for missing in (one for one in asked.named if one not in there):
        raise NotFound(meeting_name(caller.council, missing))
    _check_count(shown)
    return shown


def _check_count(shown: Sequence[Meeting]) -> None:
    if len(shown) > MOST_MEETINGS:
        what = f"{len(shown)} meetings lie there; at most {MOST_MEETINGS} are moved at once: choose a shorter time"
        raise InvalidRequest([Violation("until_time", what)])


async def _movables(unit: UnitOfWork, pack: Pack, meetings: Sequence[Meeting]) -> list[Movable]:
    clocks = await unit.clocks.named({name for one in meetings for name in one.plan.obligations})
    by_name = {clock.obligation: clock for clock in clocks}
    ids = [one.id for one in meetings]
    elsewhere, reserved = await unit.bulk_moves.held_among(ids), await unit.bulk_moves.reserved_by(ids)
    found = []
    for meeting in meetings:
        theirs = tuple(by_name[name] for name in meeting.plan.obligations if name in by_name)
        one = Movable(
            meeting, theirs, in_another_move=meeting.id in elsewhere, own=taken_now(meeting, reserved[meeting.id])
        )
        found.append(_as_its_kind_asks(one, pack))
    return found


def _as_its_kind_asks(one: Movable, pack: Pack) -> Movable:
    if not knows_kind(pack, one.meeting):
        return replace(one, kind_not_known=True)
    prepared = prepared_as_booked(pack, one.meeting)
    return replace(
        one,
        exclusive=frozenset(claim.resource for claim in claims_of(prepared, one.meeting.start, "")),
        buffer_minutes=prepared.buffer_minutes,
        date_is_the_familys=prepared.kind.decides_date is DecidesDate.FAMILY,
        date_is_the_reviewing_services=prepared.kind.decides_date is DecidesDate.REVIEWING_SERVICE,
        kept=prepared.kept,
    )


def knows_kind(pack: Pack, meeting: Meeting) -> bool:
    """Whether the council's pack (still) knows what kind of meeting it is."""
    return MeetingKindId(meeting.plan.meeting_kind) in pack.meeting_kinds


def prepared_as_booked(pack: Pack, meeting: Meeting) -> PreparedPlan:
    """A booked meeting's plan, ready for its claims to be worked out. Who must not meet is asked apart from it.

    LookupError where the council's pack does not know the kind any more (`knows_kind`).
    """
    kind = pack.meeting_kinds[MeetingKindId(meeting.plan.meeting_kind)]
    return PreparedPlan(meeting.plan, kind, meeting.title, buffer_of(pack), kept=time_kept(pack, kind))


def _closed(asked: Asked) -> Closed | None:
    if asked.first is None or asked.until is None:
        return None
    return Closed(span(asked.first, asked.until), asked.person, asked.room)


async def preview_bulk_move(unit: UnitOfWork, caller: Caller, plan: BulkPlan) -> BulkMove:
    """Keep the preview: for a week, where nobody starts it."""
    move = BulkMove(new_id(), plan.asked, plan.parts, caller.principal_id, unit.now())
    await unit.bulk_moves.insert(move)
    await unit.wake(MOVES_LANE, str(move.id), move.created_at + KEPT_UNSTARTED)
    await unit.audit(caller, "PreviewBulkMove", bulk_move_name(caller.council, move.id))
    return move
