"""Tells which of a plan's people must not meet, as cases says now. Never kept: it may end, or begin, any day."""

from datetime import date, datetime

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.kept_apart import MustNotMeetPair, pairs_asked
from services.scheduler.domain.meeting import Plan, civil_day


async def tell_kept_apart(
    around: Surroundings, caller: Caller, plan: Plan, start: datetime | None
) -> tuple[MustNotMeetPair, ...]:
    """The pairs among the plan's people on the day of `start`. For a caller who may know of all the plan's subjects."""
    on = day_in_question(around, start)
    return pairs_asked(plan, await around.cases.must_not_meet(caller, plan.subjects, on))


def day_in_question(around: Surroundings, start: datetime | None) -> date:
    """The day of the start that was chosen; today where there is none or it has passed."""
    today = around.clock.today()
    return max(today, civil_day(start)) if start else today
