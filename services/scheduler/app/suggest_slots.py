"""Proposes times, the best first, each with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.read_outlook import read_outlook, stale_outlooks
from services.scheduler.app.see_meeting import demand_meeting
from services.scheduler.domain.date_decision import check_proposable
from services.scheduler.domain.grains import positions
from services.scheduler.domain.meeting import Plan, civil_day, meeting_name
from services.scheduler.domain.slot_search import prepare_search
from services.scheduler.domain.suggestion import (
    LONGEST_WINDOW_DAYS,
    Question,
    Suggestion,
    default_window,
    last_day_needed,
    suggest,
)

_ALTERNATIVES = 3
_FARTHEST_DAYS = 2 * 366
_ALTERNATIVE_DAYS = 14


@dataclass(frozen=True, slots=True)
class SuggestCommand:
    """`moving`: a meeting whose own time does not count as taken, and whose room's features are kept."""

    plan: Plan
    first: date | None
    last: date | None
    most: int
    moving: UUID | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found, and the plan filled in and ready to be booked.

    `outlook_read_at`: when the Outlook was read that was read the longest ago; None where nobody's was.
    """

    found: Suggestion
    prepared: PreparedPlan
    outlook_read_at: datetime | None


async def suggest_slots(around: Surroundings, caller: Caller, command: SuggestCommand) -> Proposals:
    """The proposals.

    Errors as `prepare_plan`; NotFound; DateIsTheFamilys for a meeting whose date is not ours to propose.
    """
    demand(caller, "SuggestSlots", f"councils/{caller.council}", may_know=True)
    now = around.clock.now()
    _check_horizon(command, civil_day(now))
    asked = await _with_kept_room(around, caller, command.plan, command.moving)
    prepared = await prepare_plan(around, caller, asked, command.first or civil_day(now), part=True)
    check_proposable(prepared.kind)
    async with around.begin(caller) as unit:
        plan, dates = await settle_obligations(unit, prepared.plan)
        window = default_window(command.first, command.last, civil_day(now), dates)
        check_window(window, civil_day(now))
        last, people = last_day_needed(window), (*plan.people, *plan.candidates)
        stale = await stale_outlooks(unit, people, last)
        for subject in plan.subjects or (f"councils/{caller.council}",):
            await unit.audit(caller, "SuggestSlots", subject)
    await read_outlook(around, caller, stale, last)
    async with around.begin(caller) as unit:
        wanted = (*people, *plan.subjects)
        capacity = await unit.capacity.load(wanted, window[0], last, rooms=plan.needs_room, moving=command.moving)
        met = await unit.meetings.times_met(plan.subjects, plan.candidates) if plan.choices else {}
        outlook_read_at = await unit.outlook.oldest_reading(people)
    earliest = int(now.timestamp()) // 60 + 1
    question = Question(plan, window, dates, earliest, command.most, prepared.buffer_minutes, met, prepared.kept)
    return Proposals(suggest(question, capacity, around.calendar), replace(prepared, plan=plan), outlook_read_at)


async def _with_kept_room(around: Surroundings, caller: Caller, plan: Plan, moving: UUID | None) -> Plan:
    """The plan with what a room must have after the move too. NotFound for a meeting the caller may not know of."""
    if moving is None:
        return plan
    async with around.begin(caller) as unit:
        found = await unit.meetings.load(moving)
    meeting = await demand_meeting(around, caller, meeting_name(caller.council, moving), found)
    if not plan.needs_room or plan.room_features:
        return plan
    return replace(plan, room_features=meeting.plan.room_features)


def _check_horizon(command: SuggestCommand, today: date) -> None:
    """Nobody's diary is known that far ahead, and a calendar ends somewhere."""
    check_horizon((("from_date", command.first), ("until_date", command.last)), today)


def check_horizon(days: Sequence[tuple[str, date | None]], today: date) -> None:
    """InvalidRequest for days beyond every diary, each with the field that it stands in."""
    faults = [
        Violation(field, f"lies more than {_FARTHEST_DAYS} days ahead")
        for field, day in days
        if day and (day - today).days > _FARTHEST_DAYS
    ]
    if faults:
        raise InvalidRequest(faults)


def check_window(window: tuple[date, date], today: date, fields: tuple[str, str] = ("from_date", "until_date")) -> None:
    """InvalidRequest, by the names of the request's fields, for days between which nothing can be looked for."""
    faults = []
    if window[0] < today:
        faults.append(Violation(fields[0], "lies in the past; the first day can be today"))
    if window[1] < window[0]:
        faults.append(Violation(fields[1], "lies before the first day"))
    if (window[1] - window[0]).days > LONGEST_WINDOW_DAYS:
        faults.append(Violation(fields[1], f"lies more than {LONGEST_WINDOW_DAYS} days after the first day"))
    if faults:
        raise InvalidRequest(faults)


async def alternatives_to(
    unit: UnitOfWork, around: Surroundings, prepared: PreparedPlan, start: datetime, moving: UUID | None
) -> list[datetime]:
    """The next starts within two weeks at which those who must come, and a room, are free."""
    first = civil_day(start)
    plan = replace(prepared.plan, attendees=tuple(one for one in prepared.plan.attendees if one.required or one.chair))
    window = (first, first + timedelta(days=_ALTERNATIVE_DAYS))
    people = (*plan.people, *plan.subjects)
    capacity = await unit.capacity.load(people, *window, rooms=plan.needs_room, moving=moving)
    search = prepare_search(
        plan,
        capacity,
        window,
        around.calendar,
        not_before=int(max(start, unit.now()).timestamp()) // 60 + 1,
        buffer_minutes=prepared.buffer_minutes,
        kept=prepared.kept,
    )
    found = (search.grid.instant(grain) for grain in positions(search.starts))
    return [instant for _, instant in zip(range(_ALTERNATIVES), found, strict=False)]
