"""Patterns, terms and absences as bits, against a model that looks at every minute; and the pure rules beside them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rulebook.working_days import england_and_wales
from services.scheduler.domain.absence import AbsenceKind, Away, away_of, fault_of_away
from services.scheduler.domain.capacity_file import read_capacity
from services.scheduler.domain.capacity_week import Taken, Weeks, WeekState, count_weeks
from services.scheduler.domain.diary import Capacity, Diary, Term, WorkingHours
from services.scheduler.domain.diary_day import EntryKind, diary_days
from services.scheduler.domain.grains import Grid, positions
from services.scheduler.domain.meeting import LONDON, Attendee, DiaryState, Plan
from services.scheduler.domain.slot_search import days_without, prepare_search
from services.scheduler.domain.suggestion import Question, suggest
from services.scheduler.domain.working_time import WorkingPattern, faults_of, merged_stretches, patterns_of

CALENDAR = england_and_wales()
# Around both changes of the clocks, and Easter.
FIRST_DAYS = [date(2026, 3, 26), date(2026, 4, 1), date(2026, 10, 22)]
CHAIR = Attendee("tm", "team-manager", True, True)
READ = datetime(2030, 1, 1, tzinfo=UTC)


def days_from(first: date, low: int = -3, high: int = 12) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda n: first + timedelta(days=n))


@st.composite
def stretches_of_days(draw: st.DrawFn, first: date) -> Term:
    begin = draw(days_from(first))
    return begin, begin + timedelta(days=draw(st.integers(0, 6)))


@st.composite
def peoples_time(draw: st.DrawFn) -> tuple[date, list[WorkingPattern], list[Term], list[Away]]:
    first = draw(st.sampled_from(FIRST_DAYS))
    # Nobody works in the hour that is there twice or not at all.
    hour = st.integers(3, 23)
    day = st.tuples(st.integers(0, 6), hour, st.integers(1, 10)).map(
        lambda one: (one[0], one[1] * 60 + 5, min(24 * 60, (one[1] + one[2]) * 60))
    )
    pattern = st.builds(
        WorkingPattern,
        st.lists(day, min_size=1, max_size=5).map(merged_stretches),
        st.none() | days_from(first),
        st.none() | days_from(first),
        st.booleans(),
    )
    terms = draw(st.lists(stretches_of_days(first), max_size=2).map(sorted))
    away = st.builds(
        lambda days, begin, end: Away(AbsenceKind.LEAVE, *days, begin, end),
        stretches_of_days(first),
        st.none() | st.sampled_from([4 * 60, 9 * 60, 13 * 60 + 25]),
        st.none() | st.sampled_from([5 * 60, 13 * 60, 17 * 60]),
    ).filter(lambda one: not fault_of_away(one, one.first_day))
    patterns: list[WorkingPattern] = []
    for one in draw(st.lists(pattern, min_size=1, max_size=3)):
        patterns += [one] if not faults_of([*patterns, one]) else []
    assume(patterns)
    return first, patterns, terms, draw(st.lists(away, max_size=2))


def speaks(pattern: WorkingPattern, terms: list[Term], day: date) -> bool:
    """Whether the pattern says anything of the day."""
    if pattern.first_day and pattern.first_day > day or pattern.last_day and pattern.last_day < day:  # noqa: RUF021
        return False
    return not pattern.term_time_only or (bool(terms) and min(terms)[0] <= day <= max(terms)[1])


def at_minute(moment: datetime, patterns: list[WorkingPattern], terms: list[Term], absences: list[Away]) -> str:
    """away, works, off or unknown, by looking at the wall clock."""
    wall = moment.astimezone(LONDON)
    day, minute = wall.date(), wall.hour * 60 + wall.minute
    for away in absences:
        begins = (away.first_day, away.from_minute or 0)
        ends = (away.last_day, 1440 if away.until_minute is None else away.until_minute)
        if begins <= (day, minute) < ends:
            return "away"
    told = [one for one in patterns if speaks(one, terms, day)]
    if not told:
        return "unknown"
    held = [one for one in told if not one.term_time_only or any(first <= day <= last for first, last in terms)]
    hours = (stretch for one in held for stretch in one.stretches)
    return "works" if any(at == day.weekday() and low <= minute < high for at, low, high in hours) else "off"


@given(peoples_time())
@settings(max_examples=40, deadline=None)
def test_a_search_knows_each_minute_as_a_look_at_the_wall_clock_does(
    drawn: tuple[date, list[WorkingPattern], list[Term], list[Away]],
) -> None:
    first, patterns, terms, absences = drawn
    hours = tuple(one for pattern in patterns for one in pattern.hours(terms))
    diary = Diary(hours, known_until=READ, away=tuple(one.span for one in absences))
    plan = Plan("ppm", attendees=(CHAIR,), session_minutes=(5,))
    window = (first, first + timedelta(days=8))
    search = prepare_search(plan, Capacity({"tm": diary}), window, CALENDAR)
    (person,) = search.people
    for grain in range(288, search.grid.size - 288):
        told = at_minute(search.grid.instant(grain), patterns, terms, absences)
        free = bool(person.free >> grain & 1)
        assert free == (told in ("works", "unknown")), (search.grid.instant(grain), told)
        if free:
            assert person.known_at(grain, 1) == (told == "works"), (search.grid.instant(grain), told)


@given(peoples_time())
@settings(max_examples=60, deadline=None)
def test_what_is_said_of_a_start_is_what_the_wall_clock_says(
    drawn: tuple[date, list[WorkingPattern], list[Term], list[Away]],
) -> None:
    first, patterns, terms, absences = drawn
    hours = tuple(one for pattern in patterns for one in pattern.hours(terms))
    diary = Diary(hours, known_until=READ, away=tuple(one.span for one in absences))
    found = suggest(Question(Plan("ppm", (), (CHAIR,), (30,)), (first, first + timedelta(days=8)), {}, 0, 500),
                    Capacity({"tm": diary}), CALENDAR)  # fmt: skip
    for slot in found.slots:
        said = {at_minute(slot.start + timedelta(minutes=n), patterns, terms, absences) for n in range(30)}
        assert "away" not in said and "off" not in said
        # Of nobody is it told that they are free on a day of which nothing is known.
        assert bool(slot.not_checked) == (said == {"unknown"}), (slot.start, said)
        assert diary.state_at(slot.start, slot.start + timedelta(minutes=30), CALENDAR) is (
            DiaryState.UNKNOWN if said == {"unknown"} else DiaryState.FREE
        )


@given(peoples_time())
@settings(max_examples=40, deadline=None)
def test_a_week_and_a_day_add_up_to_what_the_wall_clock_says(
    drawn: tuple[date, list[WorkingPattern], list[Term], list[Away]],
) -> None:
    first, patterns, terms, absences = drawn
    hours = tuple(one for pattern in patterns for one in pattern.hours(terms))
    taken = Taken(hours, READ, away=[one.span for one in absences])
    weeks = Weeks.of(first - timedelta(days=first.weekday()), 1, datetime(2026, 1, 1, tzinfo=UTC), CALENDAR)
    grid = Grid(weeks.first - timedelta(days=1), 9)
    said = [
        at_minute(grid.instant(grain), patterns, terms, absences)
        for grain in range(grid.size)
        if weeks.begin <= grid.instant(grain) < weeks.until
        and CALENDAR.is_working(grid.instant(grain).astimezone(LONDON).date())
    ]
    (week,) = count_weeks(taken, {}, weeks, 60)
    unknown_days = any(
        CALENDAR.is_working(day) and not any(speaks(one, terms, day) for one in patterns)
        for day in (weeks.first + timedelta(days=n) for n in range(7))
    )
    assert (week.state is WeekState.HOURS_NOT_KNOWN) == unknown_days
    if not unknown_days:
        assert week.free == said.count("works") * 5
    days = diary_days(weeks.first, weeks.first + timedelta(days=6), taken, (), CALENDAR)
    gaps = sum((one.end - one.start).total_seconds() // 60 for day in days for one in day.entries
               if one.kind in (EntryKind.GAP, EntryKind.NOT_KNOWN))  # fmt: skip
    assert gaps == said.count("works") * 5
    assert [day.hours_known for day in days] == [any(speaks(one, terms, day.day) for one in patterns) for day in days]


@given(st.data(), st.sampled_from(FIRST_DAYS))
def test_an_absence_is_read_as_it_was_recorded(data: st.DataObject, first: date) -> None:
    days = data.draw(stretches_of_days(first))
    begin = data.draw(st.none() | st.integers(1, 1439))
    end = data.draw(st.none() | st.integers(1, 1439))
    # The hour that is there twice, or not at all, has no wall time of its own.
    away = Away(AbsenceKind.TRAINING, *days, begin, end)
    if fault_of_away(away, first) or any(at is not None and 60 <= at < 120 for at in (begin, end)):
        return
    assert away_of("training", *away.span) == away


def test_part_of_a_day_away_leaves_the_rest_and_is_not_called_busy() -> None:
    monday = date(2026, 3, 16)
    pattern = WorkingPattern(tuple((day, 540, 1020) for day in range(5)))
    away = Away(AbsenceKind.LEAVE, monday, monday, 13 * 60, None), Away(AbsenceKind.LEAVE, date(2026, 3, 17), monday)
    diary = Diary(pattern.hours(()), known_until=READ, away=(away[0].span,))
    plan = Plan("ppm", (), (CHAIR,), (60,))
    search = prepare_search(plan, Capacity({"tm": diary}), (monday, monday), CALENDAR)
    walls = [search.grid.instant(grain).strftime("%H:%M") for grain in positions(search.starts)]
    assert walls == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]
    two = datetime(2026, 3, 16, 14, tzinfo=UTC)
    assert diary.state_at(two, two + timedelta(hours=1), CALENDAR) is DiaryState.NOT_WORKING
    whole = Diary(pattern.hours(()), known_until=READ, away=(Away(AbsenceKind.LEAVE, monday, monday).span,))
    (day,) = days_without(prepare_search(plan, Capacity({"tm": whole}), (monday, monday), CALENDAR), CALENDAR)
    assert (day.reason, day.text) == ("CHAIR_NOT_WORKING", "The chair (team manager) is away or does not work then.")


@pytest.mark.parametrize(
    ("first", "last", "times", "reason", "field"),
    [
        (date(2026, 3, 17), date(2026, 3, 16), (), "ENDS_BEFORE_IT_BEGINS", "until_date"),
        (date(2026, 3, 16), date(2026, 3, 16), (600, 600), "ENDS_BEFORE_IT_BEGINS", "local_until"),
        (date(2026, 3, 16), date.max, (), "TOO_LONG", "until_date"),
        (date.min, date.max, (), "TOO_LONG", "until_date"),
        (date.max, date.max, (), "TOO_FAR_AHEAD", "from_date"),
        (date(2028, 3, 18), date(2028, 3, 18), (), "TOO_FAR_AHEAD", "from_date"),
        (date(2028, 3, 17), date(2028, 3, 17), (), "", ""),
        (date.min, date.min, (), "", ""),
    ],
)  # fmt: skip
def test_an_absence_that_cannot_be_says_why_up_to_the_ends_of_the_calendar(
    first: date, last: date, times: tuple[int, ...], reason: str, field: str
) -> None:
    fault = fault_of_away(Away(AbsenceKind.LEAVE, first, last, *times), date(2026, 3, 16))
    assert ((fault.reason, fault.field) if fault else ("", "")) == (reason, field)


def test_a_pattern_that_has_run_out_is_not_known_and_its_chair_is_looked_for_from_nine_to_five() -> None:
    friday, monday = date(2026, 3, 20), date(2026, 3, 23)
    hours = WorkingPattern(((4, 8 * 60, 19 * 60),), None, friday).hours(())
    found = suggest(
        Question(Plan("ppm", (), (CHAIR,), (60,)), (friday, monday), {}, 0, 500),
        Capacity({"tm": Diary(hours, known_until=READ)}), CALENDAR,
    )  # fmt: skip
    known = [slot for slot in found.slots if not slot.not_checked]
    unknown = [slot for slot in found.slots if slot.not_checked]
    assert {slot.start.date() for slot in known} == {friday} and known[0].start.hour == 8
    assert {slot.start.date() for slot in unknown} == {monday}
    assert (min(one.start.hour for one in unknown), max(one.start.hour for one in unknown)) == (9, 16)


PATTERNS = st.builds(
    WorkingPattern,
    st.just(((0, 540, 1020),)),
    st.none() | st.integers(1, 20).map(lambda n: date(2026, 3, n)),
    st.none() | st.integers(1, 20).map(lambda n: date(2026, 3, n)),
)


@given(PATTERNS, PATTERNS)
def test_two_patterns_overlap_where_there_is_a_day_of_which_both_speak(
    one: WorkingPattern, other: WorkingPattern
) -> None:
    days = [date(2026, 2, 1) + timedelta(days=n) for n in range(80)]
    assert one.overlaps(other) == any(speaks(one, [], day) and speaks(other, [], day) for day in days)


def test_each_fault_of_a_pattern_names_its_field() -> None:
    good = WorkingPattern(((0, 540, 1020),), None, date(2026, 3, 31))
    faults = faults_of(
        [
            good,
            WorkingPattern(((0, 540, 1020),), date(2026, 3, 31)),
            WorkingPattern(((0, 540, 540), (1, 540, 720), (1, 700, 800)), date(2026, 5, 2), date(2026, 5, 1)),
            WorkingPattern((), date(2025, 1, 1), date(2025, 1, 1)),
        ]
    )
    assert [path for path, _ in faults] == [
        "patterns[2].until_date", "patterns[2].hours[0].local_until", "patterns[2].hours[2].local_from",
        "patterns[3].hours", "patterns[1].from_date", "patterns[3].from_date",
    ]  # fmt: skip
    assert faults_of([good, WorkingPattern(((0, 540, 1020),), date(2026, 4, 1))]) == []


def test_rows_of_one_pattern_are_put_together() -> None:
    days = (date(2026, 4, 1), None, True)
    rows = [(1, 540, 720, None, date(2026, 3, 31), False), (0, 540, 1020, *days), (1, 540, 1020, *days)]
    assert patterns_of(rows) == (
        WorkingPattern(((1, 540, 720),), None, date(2026, 3, 31)),
        WorkingPattern(((0, 540, 1020), (1, 540, 1020)), *days),
    )


HEADER = "kind,resource_kind,resource_source_id,weekday,from,until,from_day,until_day,term_time_only,absence_kind"


def test_the_file_has_dates_terms_and_absences_and_each_row_that_cannot_be_says_why() -> None:
    found = read_capacity("\n".join([
        HEADER,
        "working_pattern,person,A,monday,09:00,17:00,,2026-03-31,,",
        "working_pattern,person,A,monday,09:00,12:00,2026-04-01,,yes,",
        "working_pattern,person,A,tuesday,09:00,12:00,2026-04-01,,yes,",
        "working_pattern,person,A,friday,09:00,12:00,2026-03-31,,,",
        "working_pattern,person,A,friday,09:00,12:00,2026-03-31,2026-03-30,,",
        "working_pattern,person,A,friday,12:00,12:00,2026-04-01,,yes,",
        "working_pattern,person,A,friday,09:00,12:00,2026-04-01,,maybe,",
        "working_pattern,person,A,friday,09:00,12:00,1 April,,,",
        "term,term,spring,,,,2026-01-05,2026-03-27,,",
        "term,term,summer,,,,2026-03-20,2026-07-20,,",
        "term,term,autumn,,,,2026-09-01,,,",
        "absence,person,A,,,,2026-05-04,2026-05-08,,leave",
        "absence,person,A,,13:00,,2026-06-01,2026-06-01,,training",
        "absence,person,A,,13:00,12:00,2026-06-02,2026-06-02,,training",
        "absence,person,A,,,,2026-06-01,2026-06-01,,holiday",
        "absence,person,A,,,,2026-06-01,9999-12-31,,leave",
        "absence,person,A,,,,9999-12-31,9999-12-31,,leave",
    ]).encode(), date(2026, 3, 16))  # fmt: skip
    assert [(one.row, one.reason) for one in found.refused] == [
        (5, "PATTERNS_OVERLAP"), (6, "ENDS_BEFORE_IT_BEGINS"), (7, "ENDS_BEFORE_IT_BEGINS"), (8, "NOT_YES_OR_NO"),
        (9, "BAD_DATE"), (11, "TERMS_OVERLAP"), (12, "BAD_DATE"), (15, "ENDS_BEFORE_IT_BEGINS"),
        (16, "UNKNOWN_ABSENCE"), (17, "TOO_LONG"), (18, "TOO_FAR_AHEAD"),
    ]  # fmt: skip
    key = ("person", "A")
    assert set(found.patterns[key].values()) == {
        WorkingPattern(((0, 540, 1020),), None, date(2026, 3, 31)),
        WorkingPattern(((0, 540, 720), (1, 540, 720)), date(2026, 4, 1), None, True),
    }
    assert found.terms == {"spring": (date(2026, 1, 5), date(2026, 3, 27))}
    assert found.absences[key] == {
        Away(AbsenceKind.LEAVE, date(2026, 5, 4), date(2026, 5, 8)),
        Away(AbsenceKind.TRAINING, date(2026, 6, 1), date(2026, 6, 1), 13 * 60),
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00", "2026-03-16T10:00"),
        ("2026-03-16T10:00", "9999-12-31T23:59"),
        ("0001-01-01T00:00+01:00",) * 2,
    ],
)
def test_a_busy_time_at_the_ends_of_the_calendar_is_refused(start: str, end: str) -> None:
    header = "kind,resource_kind,resource_source_id,busy_start,busy_end"
    found = read_capacity(f"{header}\nbusy,person,A,{start},{end}\n".encode(), date(2026, 3, 16))
    assert [one.reason for one in found.refused] == ["BAD_TIME"] and not found.busy


def test_hours_that_always_hold_say_something_of_every_day() -> None:
    always, until = WorkingHours(0, 540, 1020), WorkingHours(0, 540, 1020, None, date(2026, 3, 31))
    assert always.always and not until.always
    assert until.covers(date(2026, 3, 31)) and not until.covers(date(2026, 4, 1))
    holidays = WorkingHours(0, 540, 1020, None, None, ())
    assert not holidays.covers(date(2026, 3, 16)), "where no term is known, nothing is"


def test_a_week_away_needs_nobody_to_read_its_diary() -> None:
    monday = date(2026, 3, 16)
    weeks = Weeks.of(monday, 1, datetime(2026, 1, 1, tzinfo=UTC), CALENDAR)
    hours = WorkingPattern(tuple((day, 540, 1020) for day in range(5))).hours(())
    away = Away(AbsenceKind.LEAVE, monday, monday + timedelta(days=4)).span
    (unread,) = count_weeks(Taken(hours), {}, weeks, 60)
    (week,) = count_weeks(Taken(hours, away=[away]), {}, weeks, 60)
    assert (unread.state, week.state) == (WeekState.DIARY_NOT_READ, WeekState.AWAY)
    assert (week.working, week.elsewhere, week.free) == (2400, 2400, 0)
