"""Lists the clocks for which no meeting is booked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from servicekit.page import PageRequest, fill_page, next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import ANYBODY, ClockFilter, PartsWanted, Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import civil_day


@dataclass(frozen=True, slots=True)
class UnarrangedClock:
    """`working_days_left` until the earlier date; negative when late."""

    clock: ClockToKeep
    title: str
    working_days_left: int


async def list_unarranged_obligations(
    around: Surroundings, caller: Caller, wanted: ClockFilter, page_size: int, page_token: str
) -> tuple[list[UnarrangedClock], str]:
    """A page, fewest working days first, and the next one's token. What the caller may not know of leaves no gap."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListUnarrangedObligations", parent, may_know=True)
    bound_to = f"{parent} ListUnarrangedObligations {wanted}"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        today = civil_day(unit.now())
        await unit.audit(caller, "ListUnarrangedObligations", wanted.subject or parent)

    async def read(step: PageRequest) -> Sequence[ClockToKeep]:
        async with around.begin(caller) as unit:
            return await unit.clocks.unarranged(wanted.meeting_kind, wanted.subject, step.size, step.after)

    async def visible(found: Sequence[ClockToKeep]) -> Sequence[ClockToKeep]:
        subjects = await _shown(around, caller, {one.subject for one in found}, wanted.parts)
        return [one for one in found if one.subject in subjects]

    shown, last = await fill_page(page, read, visible, lambda one: (str(one.due), one.obligation))
    token = next_token(bound_to, last) if last else ""
    return [unarranged_clock(around, caller, one, today) for one in shown], token


async def _shown(around: Surroundings, caller: Caller, subjects: set[str], parts: PartsWanted) -> Collection[str]:
    """Those that the caller may know of and that are wanted. Who has a part around them is known by cases alone."""
    if parts == ANYBODY:
        return subjects - await hidden_subjects(around, caller, subjects)
    return await around.cases.shown_to(caller, sorted(subjects), parts) if subjects else ()


def unarranged_clock(around: Surroundings, caller: Caller, clock: ClockToKeep, today: date) -> UnarrangedClock:
    """A clock with its kind spelled out and the working days left to its earlier date, which it must have."""
    assert clock.due is not None
    kind = around.pack_of(caller.council).meeting_kinds.get(MeetingKindId(clock.meeting_kind))
    left = around.calendar.count_between(today, clock.due)
    return UnarrangedClock(clock, kind.title if kind else clock.meeting_kind, left)
