"""How a clock stands for whoever has to look after it: running, due, late, escalated, or met."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from rulebook.counting import LONDON
from rulebook.working_days import WorkingDays

# What has been late for so many working days goes to the one above.
ESCALATED_AFTER: Final = 2


class Standing(StrEnum):
    """As a list shows it; NOT_STARTED where what the clock counts from has not come."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    DUE_TODAY = "due-today"
    LATE = "late"
    ESCALATED = "escalated"
    MET = "met"
    MET_LATE = "met-late"


def standing_of_day(due: date | None, met: date | None, today: date, days: WorkingDays) -> Standing:
    """Of a clock that runs out with the end of a civil day."""
    if met is not None:
        return Standing.MET if due is None or met <= due else Standing.MET_LATE
    if due is None:
        return Standing.NOT_STARTED
    if today > due:
        return Standing.ESCALATED if days.count_between(due, today) > ESCALATED_AFTER else Standing.LATE
    return Standing.DUE_TODAY if today == due else Standing.RUNNING


def standing_of_hour(due: datetime, met: datetime | None, now: datetime, days: WorkingDays) -> Standing:
    """Of a clock that runs out at an instant; it is due today within its last civil day in England."""
    if met is not None:
        return Standing.MET if met <= due else Standing.MET_LATE
    today, due_day = now.astimezone(LONDON).date(), due.astimezone(LONDON).date()
    if now > due:
        return Standing.ESCALATED if days.count_between(due_day, today) > ESCALATED_AFTER else Standing.LATE
    return Standing.DUE_TODAY if today == due_day else Standing.RUNNING


def day_after(due: date) -> datetime:
    """The instant from which a clock that runs out with `due` is late: midnight in England, in UTC."""
    return datetime.combine(due + timedelta(days=1), time(), LONDON).astimezone(UTC)
