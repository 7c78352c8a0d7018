"""The arithmetic of weeks: bank holidays, both changes of the clocks, and nothing unknown that is free."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.working_days import england_and_wales
from services.scheduler.domain.capacity_week import (
    Asked,
    Taken,
    Weeks,
    WeekState,
    all_together,
    count_weeks,
    monday_of,
)
from services.scheduler.domain.diary import WorkingHours, wall_spans
from services.scheduler.domain.diary_day import merged_spans
from services.scheduler.domain.grains import Span

CALENDAR = england_and_wales()
HOURS = tuple(WorkingHours(weekday, 9 * 60, 17 * 60) for weekday in range(5))
FAR = datetime(2030, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def weeks(first: date, count: int = 1, now: datetime = LONG_AGO) -> Weeks:
    return Weeks.of(first, count, now, CALENDAR)


def wall(day: date, start: str, end: str) -> Span:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return wall_spans(day, [(first, last)])[0]


@pytest.mark.parametrize(
    ("monday", "hours_in_week"),
    [(date(2025, 3, 24), 167), (date(2025, 10, 20), 169), (date(2026, 3, 9), 168)],
)
def test_a_week_in_which_the_clocks_change_has_its_own_length_and_as_much_work(
    monday: date, hours_in_week: int
) -> None:
    one = weeks(monday, 2)
    assert (one.bounds[1] - one.bounds[0]) == hours_in_week * 60
    after = monday + timedelta(weeks=1)
    nine = wall(after, "09:00", "10:00")
    found = count_weeks(Taken(HOURS, FAR, elsewhere=[nine]), {}, one, 60)
    assert [week.working for week in found] == [2400, 2400]
    assert [week.elsewhere for week in found] == [0, 60], "nine o'clock is nine o'clock on both sides of the change"


def test_a_meeting_at_the_edge_belongs_to_the_week_in_which_it_begins() -> None:
    monday = date(2026, 3, 30)
    late, early = wall(monday - timedelta(days=1), "23:00", "23:55"), wall(monday, "00:00", "01:00")
    taken = Taken(HOURS, FAR, meetings=[late, early], begins=[late[0], early[0]])
    before, after = count_weeks(taken, {}, weeks(monday - timedelta(weeks=1), 2), 60)
    assert (before.meetings, before.meeting, after.meetings, after.meeting) == (1, 55, 1, 60)
    assert (before.free, after.free) == (2400, 4 * 480), "outside working hours nothing is used up; Good Friday is off"


def test_a_week_of_nothing_but_holidays_or_leave_is_away_and_over_as_soon_as_something_is_due() -> None:
    monday = date(2026, 12, 21)
    days = [monday + timedelta(days=n) for n in range(4)]
    leave = [wall(day, "09:00", "17:00") for day in days]
    taken = Taken(HOURS, FAR, elsewhere=leave)
    (away,) = count_weeks(taken, {}, weeks(monday), 60)
    assert (away.working, away.available, away.state) == (4 * 480, 0, WeekState.AWAY)
    (over,) = count_weeks(taken, {0: Asked(1, 90)}, weeks(monday), 60)
    assert over.state is WeekState.OVER


@pytest.mark.parametrize(
    ("read_until", "state"),
    [
        (None, WeekState.DIARY_NOT_READ),
        (datetime(2026, 3, 20, 16, 55, tzinfo=UTC), WeekState.DIARY_NOT_READ),
        (datetime(2026, 3, 20, 17, tzinfo=UTC), WeekState.FITS),
    ],
)
def test_a_diary_must_be_read_to_the_end_of_the_weeks_last_working_time(
    read_until: datetime | None, state: WeekState
) -> None:
    (found,) = count_weeks(Taken(HOURS, read_until), {}, weeks(date(2026, 3, 16)), 60)
    assert found.state is state and (found.free == 0) == (state is WeekState.DIARY_NOT_READ)


def test_what_is_in_both_diaries_counts_once_as_a_meeting() -> None:
    both = wall(date(2026, 3, 17), "10:00", "11:30")
    (found,) = count_weeks(Taken(HOURS, FAR, [both], [both], [both[0]]), {}, weeks(date(2026, 3, 16)), 60)
    assert (found.elsewhere, found.meeting, found.available, found.free) == (0, 90, 2400, 2310)


def test_rooms_together_are_over_only_where_nothing_unknown_could_help() -> None:
    monday = date(2026, 3, 16)
    full = [wall(monday + timedelta(days=n), "09:00", "17:00") for n in range(5)]
    (known,) = (count_weeks(Taken(HOURS, FAR, full), {}, weeks(monday), 60),)
    unread = count_weeks(Taken(HOURS, None), {}, weeks(monday), 60)
    asked = {0: Asked(1, 90)}
    assert all_together([known], asked, weeks(monday), 60)[0].state is WeekState.OVER
    assert all_together([known, unread], asked, weeks(monday), 60)[0].state is WeekState.DIARY_NOT_READ
    free = count_weeks(Taken(HOURS, FAR), {}, weeks(monday), 60)
    assert all_together([known, unread, free], asked, weeks(monday), 60)[0].state is WeekState.FITS


def test_late_ones_need_their_time_now() -> None:
    now = datetime(2026, 3, 18, 12, tzinfo=UTC)
    one = weeks(date(2026, 3, 16), 2, now)
    dues = (date(2025, 1, 1), date(2026, 3, 17), date(2026, 3, 29), date(2026, 3, 30))
    assert [one.number_of(due) for due in dues] == [0, 0, 1, None]
    saturday = datetime(2026, 3, 21, 12, tzinfo=UTC)
    assert weeks(date(2026, 3, 16), 2, saturday).number_of(date(2026, 3, 17)) == 1, "nothing of this week is left"
    later = weeks(date(2026, 3, 23), 2, now)
    assert later.number_of(date(2026, 3, 17)) is None, "they are counted where they are, and not in every grid"


_MONDAYS = st.dates(date(2026, 1, 1), date(2027, 12, 1)).map(monday_of)
_SPELLS = st.lists(st.tuples(st.integers(0, 21 * 288), st.integers(1, 100)), max_size=25)


@settings(deadline=None, max_examples=40)
@given(monday=_MONDAYS, busy=_SPELLS, meetings=_SPELLS, need=st.integers(0, 3000))
def test_sums_hold_whatever_stands_in_a_diary(
    monday: date, busy: list[tuple[int, int]], meetings: list[tuple[int, int]], need: int
) -> None:
    one = weeks(monday, 3)
    spans = [
        [(one.bounds[0] + 5 * at, one.bounds[0] + 5 * (at + length)) for at, length in spells]
        for spells in (busy, meetings)
    ]
    taken = Taken(HOURS, FAR, *spans, begins=[start for start, _ in spans[1]])
    for number, found in enumerate(count_weeks(taken, {1: Asked(1, need)}, one, 60)):
        first, last = one.bounds[number], one.bounds[number + 1]
        working = [
            span
            for n in range(7)
            if CALENDAR.is_working(day := found.week + timedelta(days=n))
            for span in wall_spans(day, [(540, 1020)])
        ]
        assert found.working == _length(working)
        assert found.elsewhere == _length(working) - _length(_minus(working, _minus(spans[0], spans[1])))
        assert found.free == _length(_minus(working, [*spans[0], *spans[1]])) <= found.available
        assert found.meeting == _length([(max(a, first), min(b, last)) for a, b in spans[1] if a < last and b > first])
        asked = need if number == 1 else 0
        assert (found.state is WeekState.OVER) == (asked > found.free)


def _length(spans: list[Span]) -> int:
    return sum(last - first for first, last in merged_spans(spans))


def _minus(spans: list[Span], taken: list[Span]) -> list[Span]:
    """Minute by minute: slow, and plain to see."""
    gone = {minute for first, last in taken for minute in range(first, last)}
    return [(minute, minute + 1) for first, last in spans for minute in range(first, last) if minute not in gone]
