"""The bit sets against a plain search, over changes of the clocks too; and the pure rules beside them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.pack import load_pack
from rulebook.rule import MeetingKindId
from rulebook.working_days import england_and_wales
from services.scheduler.domain.diary import NOTHING, Busy, Capacity, Diary, Room, WorkingHours
from services.scheduler.domain.errors import MustNotMeet
from services.scheduler.domain.grains import Grid, Span, before, positions, ready_bits, ready_bytes, runs, span
from services.scheduler.domain.kept_apart import MustNotMeetPair, check_kept_apart, keep_apart
from services.scheduler.domain.meeting import Attendee, DiaryState, Plan, civil_day, wall_time
from services.scheduler.domain.plan_filling import Involvement, fill_attendees
from services.scheduler.domain.series_dates import at_equal_distances, sitting_days
from services.scheduler.domain.slot_search import Search, prepare_search
from services.scheduler.domain.suggestion import Question, suggest

settings.register_profile("scheduler", deadline=None)
settings.load_profile("scheduler")
LONDON = ZoneInfo("Europe/London")
CALENDAR = england_and_wales()
# Around both changes of the clocks of 2026, and Easter between.
FIRST_DAYS = [date(2026, 3, 26), date(2026, 4, 1), date(2026, 10, 22)]
FULL_WEEK = tuple(WorkingHours(day, 540, 1020) for day in range(5))


def slow_starts(plan: Plan, capacity: Capacity, window: tuple[date, date]) -> list[datetime]:
    """Every half-hour of the window, looked at one by one."""
    found, day = [], window[0]
    while day <= window[1]:
        for half_hour in range(48):
            start = datetime(day.year, day.month, day.day, half_hour // 2, half_hour % 2 * 30, tzinfo=LONDON)
            if CALENDAR.is_working(day) and _would_do(plan, capacity, start):
                found.append(start.astimezone(UTC))
        day += timedelta(days=1)
    return found


def _would_do(plan: Plan, capacity: Capacity, start: datetime) -> bool:
    chair = plan.chair
    assert chair is not None
    low, high = (8 * 60, 19 * 60) if capacity.diary(chair.person).hours is not None else (9 * 60, 17 * 60)
    first = start.hour * 60 + start.minute
    if first < low or first + plan.span_minutes > high:
        return False
    people = all(_comes(plan, one, capacity.diary(one.person), start) for one in plan.attendees if one.required)
    begin, _ = span(start, start)
    end = begin + plan.span_minutes
    room = any(_free(room.busy, begin, end) and room.fits(plan.seats(), plan.room_features) for room in capacity.rooms)
    return people and (room or not plan.needs_room)


def _comes(plan: Plan, one: Attendee, diary: Diary, start: datetime) -> bool:
    begin = span(start, start)[0]
    for offset, minutes in plan.parts(one):
        local = start.hour * 60 + start.minute + offset
        works = diary.hours is None or any(
            hours.weekday == start.weekday() and hours.from_minute <= local and local + minutes <= hours.until_minute
            for hours in diary.hours
        )
        if not works or not _free(diary.busy, begin + offset, begin + offset + minutes):
            return False
    return True


def _free(busy: Busy, begin: int, end: int) -> bool:
    # No bit set's own arithmetic in the reference: ready bits are read out one by one.
    ready = busy.ready
    spells = list(busy.spells)
    if ready is not None:
        spells += [(ready.origin + grain * 5, ready.origin + grain * 5 + 5) for grain in positions(ready.bits)]
    return not any(first < end and begin < last for first, last in spells)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Plan, Capacity, tuple[date, date]]:
    first = draw(st.sampled_from(FIRST_DAYS))
    origin = span(datetime(first.year, first.month, first.day, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))[0]

    def spells(begin: int, most: int) -> tuple[Span, ...]:
        drawn = draw(st.lists(st.tuples(st.integers(begin, 8 * 288), st.integers(1, 40)), max_size=most))
        return tuple((origin + start * 5, origin + (start + length) * 5) for start, length in drawn)

    def busy() -> Busy:
        # What was made ready may begin weeks before the window.
        made = spells(draw(st.sampled_from([0, -4000])), 15)
        return Busy(spells(0, 10), ready_bits(made) if made else None)

    hours = st.one_of(
        st.none(),
        st.just(FULL_WEEK),
        st.lists(st.sampled_from(range(7)), unique=True, max_size=5).map(
            lambda days: tuple(WorkingHours(day, 8 * 60 + 30, 18 * 60) for day in days)
        ),
    )
    sessions = draw(st.sampled_from([(60,), (90,), (45, 30)]))
    numbers = [(), (1,), (len(sessions),)]
    attendees = tuple(
        Attendee(f"p{n}", "social-worker", n != 3, n == 0, () if n == 0 else draw(st.sampled_from(numbers)))
        for n in range(draw(st.integers(1, 5)))
    )
    plan = Plan("ppm", attendees=attendees, session_minutes=sessions, needs_room=draw(st.booleans()))
    diaries = {one.person: Diary(draw(hours), busy(), None) for one in attendees if draw(st.booleans())}
    rooms = tuple(Room(f"r{n}", f"R{n}", draw(st.sampled_from([2, 9])), frozenset(), busy()) for n in range(2))
    return plan, Capacity(diaries, rooms), (first, first + timedelta(days=6))


def starts(search: Search) -> list[datetime]:
    return [search.grid.instant(grain) for grain in positions(search.starts)]


@given(questions())
@settings(max_examples=150)
def test_bit_sets_find_what_a_plain_search_finds(question: tuple[Plan, Capacity, tuple[date, date]]) -> None:
    plan, capacity, window = question
    assert starts(prepare_search(plan, capacity, window, CALENDAR)) == slow_starts(plan, capacity, window)


@given(questions())
@settings(max_examples=60)
def test_every_day_of_the_window_has_a_slot_or_a_reason(question: tuple[Plan, Capacity, tuple[date, date]]) -> None:
    plan, capacity, window = question
    found = suggest(Question(plan, window, {}, 0, 500), capacity, CALENDAR)
    days = {window[0] + timedelta(days=n) for n in range(7)}
    with_slots, without = {civil_day(slot.start) for slot in found.slots}, {day.on_date for day in found.days_without}
    assert with_slots | without == days and not with_slots & without
    assert found == suggest(Question(plan, window, {}, 0, 500), capacity, CALENDAR)


@given(st.sets(st.integers(0, 600)), st.integers(1, 40))
def test_runs_and_positions(bits: set[int], length: int) -> None:
    mask = sum(1 << bit for bit in bits)
    assert list(positions(mask)) == sorted(bits)
    expected = [bit for bit in range(601) if all(bit + n in bits for n in range(length))]
    assert list(positions(runs(mask, length))) == expected


@given(st.sets(st.integers(0, 300)), st.integers(0, 40))
def test_what_is_kept_before_something_is_taken_too(bits: set[int], count: int) -> None:
    mask = sum(1 << bit for bit in bits)
    assert set(positions(before(mask, count))) == {bit - n for bit in bits for n in range(count + 1) if bit >= n}


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 900)), min_size=1, max_size=8), st.integers(-5, 5))
def test_ready_bits_say_what_the_spells_say(drawn: list[tuple[int, int]], days: int) -> None:
    first = date(2026, 3, 27)
    origin = Grid(first, 1).origin
    spells = [(origin + start * 5, origin + (start + length) * 5) for start, length in drawn]
    made = ready_bits(spells)
    stored = ready_bytes(made)
    assert len(stored) % 36 == 0 and int.from_bytes(stored, "little") == made.bits
    grid = Grid(first + timedelta(days=days), 9)
    assert Busy((), made).on(grid) == Busy(spells).on(grid)
    for begin in range(origin - 20, origin + 4100 * 5, 635):
        assert Busy((), made).meets(begin, begin + 60) == Busy(spells).meets(begin // 5 * 5, -(-(begin + 60) // 5) * 5)


def test_nine_stays_nine_across_both_changes_of_the_clocks() -> None:
    plan = Plan("ppm", attendees=(Attendee("tm", "team-manager", True, True),), session_minutes=(60,))
    capacity = Capacity({"tm": Diary(FULL_WEEK)})
    for friday, monday in ((date(2026, 3, 27), date(2026, 3, 30)), (date(2026, 10, 23), date(2026, 10, 26))):
        found = starts(prepare_search(plan, capacity, (friday, monday), CALENDAR))
        walls = [wall_time(start) for start in found]
        assert walls[0] == f"{friday}T09:00" and f"{monday}T09:00" in walls and walls[-1] == f"{monday}T16:00"
        assert len(walls) == 30


def test_unknown_is_never_free() -> None:
    plan = Plan("ppm", attendees=(Attendee("tm", "team-manager", True, True),), session_minutes=(60,))
    until = datetime(2026, 3, 18, 12, tzinfo=UTC)
    capacity = Capacity({"tm": Diary(FULL_WEEK, NOTHING, until)})
    window = (date(2026, 3, 18), date(2026, 3, 18))
    found = suggest(Question(plan, window, {}, 0, 50), capacity, CALENDAR)
    unread = {slot.start.hour for slot in found.slots if slot.not_checked}
    assert unread == {11, 12, 13, 14, 15, 16} and all(
        slot.start.minute == 30 for slot in found.slots if slot.start.hour == 11 and slot.not_checked
    )
    diary = capacity.diary("tm")
    assert diary.state_at(until - timedelta(hours=1), until, CALENDAR) is DiaryState.FREE
    assert diary.state_at(until, until + timedelta(hours=1), CALENDAR) is DiaryState.UNKNOWN
    assert Diary().state_at(until, until + timedelta(hours=1), CALENDAR) is DiaryState.UNKNOWN
    easter = datetime(2026, 4, 6, 10, tzinfo=UTC)
    assert diary.state_at(easter, easter + timedelta(hours=1), CALENDAR) is DiaryState.NOT_WORKING


def test_where_no_slot_fits_the_nearest_is_given() -> None:
    people = (Attendee("tm", "team-manager", True, True), Attendee("sw", "social-worker", True))
    plan, friday = Plan("ppm", attendees=people, session_minutes=(60,)), (WorkingHours(4, 540, 1020),)
    window = (date(2026, 3, 16), date(2026, 3, 18))
    capacity = Capacity({"tm": Diary(FULL_WEEK), "sw": Diary(friday)})
    found = suggest(Question(plan, window, {"o": date(2026, 3, 18)}, 0, 5), capacity, CALENDAR)
    assert not found.slots and found.nearest is not None
    assert civil_day(found.nearest.start) == date(2026, 3, 20) and found.nearest.breaches == ("o",)
    assert {day.reason for day in found.days_without} == {"REQUIRED_AWAY"}
    never = Capacity({"tm": Diary(FULL_WEEK), "sw": Diary(())})
    away = suggest(Question(plan, window, {}, 0, 5), never, CALENDAR).nearest
    assert away is not None and [clash.person for clash in away.clashes] == ["sw"]
    assert "REQUIRED_AWAY" in {reason.reason for reason in away.reasons}


@given(
    st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=4),
    st.integers(1, 6),
)
def test_whoever_must_not_meet_is_parted_or_refused(pairs: set[tuple[str, str]], count: int) -> None:
    roles = ["team-manager", "social-worker", "mother", "father", "parent", "advocate"]
    attendees = tuple(Attendee("abcdef"[n], roles[n], chair=n == 0) for n in range(count))
    plan = Plan("ppm", attendees=attendees, session_minutes=(90,))
    apart = [MustNotMeetPair(one, other) for one, other in sorted(pairs) if one != other]
    try:
        parted, told = keep_apart(plan, apart)
    except MustNotMeet:
        # Only the chair, who is at every session, cannot be parted from anybody.
        assert any("a" in (pair.person, pair.other) for pair in apart)
        return
    check_kept_apart(parted, apart)
    assert all(parted.parts(one) for one in parted.attendees)
    assert bool(told) == (len(parted.session_minutes) > 1)


def test_a_household_that_must_not_be_met_is_every_carer() -> None:
    people = (Attendee("tm", "team-manager", chair=True), Attendee("f", "father"), Attendee("c", "carer"))
    pair = MustNotMeetPair("f", "councils/demo/carerHouseholds/1", court_ordered=True)
    with pytest.raises(MustNotMeet):
        check_kept_apart(Plan("ppm", attendees=people, session_minutes=(60,)), [pair])
    parted, _ = keep_apart(Plan("ppm", attendees=people, session_minutes=(90,)), [pair])
    assert [one.sessions for one in parted.attendees] == [(), (2,), (1,)] and parted.session_minutes == (90, 45)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.sampled_from("xyz"),
            st.sampled_from(["team-manager", "mother", "school", "friend"]),
        )
    )
)
def test_siblings_bring_the_union_of_their_people(parts: list[tuple[str, str, str]]) -> None:
    kind = load_pack("bcp").meeting_kinds[MeetingKindId("ppm")]
    around = [Involvement("tm", "x", "team-manager"), *(Involvement(*part) for part in parts)]
    wanted = {str(role) for role in (kind.chair_role, *kind.required_roles, *kind.optional_roles)}
    found = fill_attendees(kind, around)
    assert {one.person for one in found} == {one.person for one in around if one.role in wanted}
    assert [one.chair for one in found] == [True] + [False] * (len(found) - 1)
    assert found[0].role == "team-manager"


def test_sittings_step_round_days_off_within_the_limit() -> None:
    days = list(sitting_days(at_equal_distances(date(2026, 4, 3), 14, 4), CALENDAR))
    # The first has no sitting before it: it may move later. Its successor is then less than fourteen days away.
    assert [(one.day, one.reason) for one in days] == [
        (date(2026, 4, 7), "Good Friday"), (date(2026, 4, 17), ""), (date(2026, 5, 1), ""), (date(2026, 5, 15), ""),
    ]  # fmt: skip
    (_, moved, *_rest) = sitting_days(at_equal_distances(date(2026, 3, 20), 14, 3), CALENDAR)
    assert (moved.day, moved.reason) == (date(2026, 4, 2), "Good Friday")


def test_a_grid_is_whole_days() -> None:
    grid = Grid(date(2026, 3, 28), 2)
    assert grid.size == 576 and grid.instant(288) == datetime(2026, 3, 29, tzinfo=UTC)
    assert grid.mask([(0, 10**9)]) == grid.everything and grid.mask([(0, 5)]) == 0
