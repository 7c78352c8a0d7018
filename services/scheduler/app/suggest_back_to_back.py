"""Proposes times for several meetings one directly after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.prepare_plan import PreparedPlan, prepare_plan, settle_obligations
from services.scheduler.app.read_outlook import read_outlook, stale_outlooks
from services.scheduler.app.suggest_slots import check_horizon, check_window
from services.scheduler.domain.back_to_back import BackToBack, in_grains, offsets_of
from services.scheduler.domain.date_decision import check_proposable
from services.scheduler.domain.diary import Capacity
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import Plan, civil_day
from services.scheduler.domain.slot_rank import Ranking, Slot
from services.scheduler.domain.slot_search import DayWithout, Search, prepare_search
from services.scheduler.domain.suggestion import default_window


@dataclass(frozen=True, slots=True)
class BackToBackCommand:
    """The meetings in the order in which they are to be held."""

    plans: tuple[Plan, ...]
    first: date | None
    last: date | None
    most: int


@dataclass(frozen=True, slots=True)
class BackToBackProposals:
    """Each proposal is one slot for each of the meetings; `plans` are filled in and ready to be booked."""

    found: tuple[tuple[Slot, ...], ...]
    days_without: tuple[DayWithout, ...]
    plans: tuple[Plan, ...]
    outlook_read_at: datetime | None


async def suggest_back_to_back(around: Surroundings, caller: Caller, command: BackToBackCommand) -> BackToBackProposals:
    """The proposals. Errors as `suggest_slots`, for any of the meetings."""
    demand(caller, "SuggestSlots", f"councils/{caller.council}", may_know=True)
    now = around.clock.now()
    today = civil_day(now)
    check_horizon((("from_date", command.first), ("until_date", command.last)), today)
    on = command.first or today
    prepared = [await _prepare(around, caller, plan, on, place) for place, plan in enumerate(command.plans)]
    pairs = await _pairs(around, caller, prepared, on)
    async with around.begin(caller) as unit:
        settled = [await settle_obligations(unit, one.plan) for one in prepared]
        dates = {name: due for _, theirs in settled for name, due in theirs.items()}
        window = default_window(command.first, command.last, today, dates)
        check_window(window, today)
        people = sorted({person for one in prepared for person in one.plan.people})
        stale = await stale_outlooks(unit, people, window[1])
        for subject in sorted({subject for one in prepared for subject in one.plan.subjects}):
            await unit.audit(caller, "SuggestBackToBack", subject)
    await read_outlook(around, caller, stale, window[1])
    subjects = [subject for one in prepared for subject in one.plan.subjects]
    async with around.begin(caller) as unit:
        rooms = any(one.plan.needs_room for one in prepared)
        capacity = await unit.capacity.load({*people, *subjects}, *window, rooms=rooms)
        read_at = await unit.outlook.oldest_reading(people)
    question = Ground(capacity, window, around.calendar, int(now.timestamp()) // 60 + 1)
    together = one_after_the_other(prepared, [theirs for _, theirs in settled], question, pairs)
    filled = tuple(plan for plan, _ in settled)
    return BackToBackProposals(together.best(command.most), together.days_without(around.calendar), filled, read_at)


@dataclass(frozen=True, slots=True)
class Ground:
    """What all of the searches share. `not_before`: minutes since the epoch."""

    capacity: Capacity
    window: tuple[date, date]
    calendar: WorkingDays
    not_before: int


def one_after_the_other(
    prepared: Sequence[PreparedPlan],
    due_dates: Sequence[Mapping[str, date]],
    ground: Ground,
    pairs: Sequence[MustNotMeetPair],
) -> BackToBack:
    """A search for each. Only the first has to begin on a half-hour."""
    chairs = [one.plan.chair.person if one.plan.chair else "" for one in prepared]
    besides = [chairs.count(chair) - 1 for chair in chairs]
    rankings = [
        Ranking(
            _search(one, ground, besides[place], first=place == 0), ground.capacity, due_dates[place], ground.calendar
        )
        for place, one in enumerate(prepared)
    ]
    kept = [(one.buffer_minutes, one.kept) for one in prepared]
    offsets = offsets_of([one.plan for one in prepared], kept, pairs)
    return BackToBack(tuple(rankings), in_grains(offsets))


def _search(one: PreparedPlan, ground: Ground, besides: int, *, first: bool) -> Search:
    return prepare_search(
        one.plan,
        ground.capacity,
        ground.window,
        ground.calendar,
        not_before=ground.not_before,
        buffer_minutes=one.buffer_minutes,
        kept=replace(one.kept, besides=besides),
        on_half_hours=first,
    )


async def _prepare(around: Surroundings, caller: Caller, plan: Plan, on: date, place: int) -> PreparedPlan:
    try:
        prepared = await prepare_plan(around, caller, plan, on, part=True)
    except InvalidRequest as refused:
        field = f"plans[{place}]"
        faults = [Violation(one.field.replace("plan", field, 1), one.description) for one in refused.violations]
        raise InvalidRequest(faults) from refused
    check_proposable(prepared.kind)
    return prepared


async def _pairs(
    around: Surroundings, caller: Caller, prepared: Sequence[PreparedPlan], on: date
) -> Sequence[MustNotMeetPair]:
    """Of all their subjects: who comes to one meeting may have to be kept from somebody who comes to the next."""
    subjects = sorted({subject for one in prepared for subject in one.plan.subjects})
    return await around.cases.must_not_meet(caller, subjects, on) if subjects else ()
