"""The days of a body's sittings: at equal distances, stepping round days that are not working days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class SittingDay:
    """`reason` says why it is not the regular day; empty where it is."""

    regular: date
    day: date
    reason: str


def sitting_days(first: date, interval_days: int, count: int, calendar: WorkingDays) -> Iterator[SittingDay]:
    """A sitting on a day off moves to the next working day, unless more than `interval_days` would then lie between it
    and the sitting before: then to the working day before. The regular days after it stay where they are."""
    before: date | None = None
    for number in range(count):
        regular = first + timedelta(days=number * interval_days)
        day = _moved(regular, before, interval_days, calendar)
        yield SittingDay(regular, day, calendar.name_of_non_working(regular) or "")
        before = day


def _moved(regular: date, before: date | None, interval_days: int, calendar: WorkingDays) -> date:
    later = calendar.next_working_on_or_after(regular)
    if before is None or (later - before).days <= interval_days:
        return later
    earlier = calendar.last_working_on_or_before(regular)
    return earlier if earlier > before else later
