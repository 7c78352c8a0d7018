"""The days of a search as months, and why some offer nothing: the calendar below a list of times. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from permanence.scheduler.v1.meeting_pb2 import DayWithout, Slot

from web.times import NOT_A_WORKING_DAY
from web.words import civil, count_words, london

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORK_DAYS = 5
_SHORT = {
    "CHAIR_BUSY": "chair is busy",
    "CHAIR_HAS_ENOUGH": "chair has enough meetings",
    "CHAIR_NOT_WORKING": "chair is not working",
    "REQUIRED_BUSY": "somebody needed is busy",
    "REQUIRED_AWAY": "somebody needed is not working",
    "CONTACT_TIME": "contact time",
    "NO_COMMON_TIME": "never all free at once",
    "NO_ROOM": "no room",
    "TOO_FAR": "no room near enough",
    "TOO_LATE_TODAY": "too late today",
}


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar. `inside`: it was looked at; `words`: `3 times` or `none: chair is busy`."""

    day: date
    inside: bool
    times: bool = False
    words: str = ""

    @property
    def spoken(self) -> str:
        """`Tuesday 24 March`, before the words."""
        return f"{self.day:%A} {self.day.day} {self.day:%B}"


@dataclass(frozen=True)
class Month:
    """A month's weeks, each with a cell for every one of `weekdays`; None before its first and after its last day."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True)
class WhyNot:
    """A reason and the days that offer nothing because of it."""

    reason: str
    days: str


def months_of(
    slots: Sequence[Slot], without: Iterable[DayWithout], first: date, last: date, *, every: bool
) -> list[Month]:
    """The months from `first` to `last`. `every`: `slots` are all there are, so that a day's number is exact."""
    counts: dict[date, int] = {}
    for slot in slots:
        day = london(slot.start_time).date()
        counts[day] = counts.get(day, 0) + 1
    reasons = {civil(one.on_date): one for one in without}
    cells = {day: _cell(day, counts, reasons, every) for day in _days(first, last)}
    width = 7 if any(cell.times and day.weekday() >= _WORK_DAYS for day, cell in cells.items()) else _WORK_DAYS
    months = sorted({(day.year, day.month) for day in cells})
    found = [_month(year, month, cells, width) for year, month in months]
    return [month for month in found if month.weeks]


def why_not(without: Iterable[DayWithout]) -> list[WhyNot]:
    """The days that offer nothing, by reason in the order in which the reasons first come up; weekends once."""
    grouped: dict[str, list[date]] = {}
    off: list[str] = []
    for one in without:
        day = civil(one.on_date)
        assert day is not None
        if one.reason != NOT_A_WORKING_DAY:
            grouped.setdefault(one.text, []).append(day)
        elif day.weekday() < _WORK_DAYS:
            off.append(f"{_short_day(day)} ({one.text.rstrip('.')})")
        elif "Saturdays and Sundays" not in off:
            off.insert(0, "Saturdays and Sundays")
    found = [WhyNot(text, ", ".join(map(_short_day, days))) for text, days in grouped.items()]
    return found + ([WhyNot("Not a working day.", ", ".join(off))] if off else [])


def _cell(day: date, counts: Mapping[date, int], reasons: Mapping[date | None, DayWithout], every: bool) -> DayCell:
    if day in reasons:
        return DayCell(day, inside=True, words=f"none: {_why_short(reasons[day])}")
    count = counts.get(day, 0)
    if every:
        return DayCell(day, inside=True, times=count > 0, words=count_words(count, "time") if count else "none")
    return DayCell(day, inside=True, times=True, words=f"{max(1, count)} or more times")


def _why_short(without: DayWithout) -> str:
    if without.reason == NOT_A_WORKING_DAY:
        day = civil(without.on_date)
        return "weekend" if day and day.weekday() >= _WORK_DAYS else without.text.rstrip(".")
    return _SHORT.get(without.reason, without.text.rstrip(".").lower())


def _month(year: int, month: int, cells: Mapping[date, DayCell], width: int) -> Month:
    inside = sorted(day for day in cells if (day.year, day.month) == (year, month))
    monday = inside[0] - timedelta(days=inside[0].weekday())
    weeks = []
    while monday <= inside[-1]:
        week = tuple(_in_month(monday + timedelta(days=n), year, month, cells) for n in range(width))
        if any(cell is not None and cell.inside for cell in week):
            weeks.append(week)
        monday += timedelta(days=7)
    return Month(f"{inside[0]:%B %Y}", WEEKDAYS[:width], tuple(weeks))


def _in_month(day: date, year: int, month: int, cells: Mapping[date, DayCell]) -> DayCell | None:
    if (day.year, day.month) != (year, month):
        return None
    return cells.get(day, DayCell(day, inside=False))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _short_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
