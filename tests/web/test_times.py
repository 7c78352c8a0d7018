"""Times in words: nobody whose diary nobody can read is shown as free, no date is missed in silence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from permanence.scheduler.v1.meeting_pb2 import (
    DIARY_STATE_BUSY,
    DIARY_STATE_FREE,
    DIARY_STATE_NOT_WORKING,
    DIARY_STATE_UNSPECIFIED,
    Attendee,
    Clash,
    DayWithout,
    Slot,
    SlotReason,
)

from web.calendar_of_times import months_of, why_not
from web.time_search import WindowForm
from web.times import (
    Asked,
    Choosing,
    Clock,
    asked_of,
    chosen,
    clock_words,
    default_window,
    diary_words,
    distance_words,
    empty_words,
    misses_a_clock,
    shared_not_checked,
    suggested,
    time_option,
    value_of,
)

TODAY = date(2026, 3, 16)
ROOM = "councils/demo/rooms/0b1f9a2e-0000-4000-8000-000000000001"
WEEKEND = frozenset({date(2026, 3, 21), date(2026, 3, 22)})


def stamp(text: str) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(datetime.fromisoformat(text).replace(tzinfo=UTC))
    return found


def person(number: int, *, needed: bool = True, name: str = "") -> Asked:
    return Asked(f"councils/demo/people/{number}", name or f"Person {number}", "social-worker", needed)


def choosing(*asked: Asked, clocks: tuple[Clock, ...] = (), last: date = date(2026, 3, 30)) -> Choosing:
    return Choosing(asked, {ROOM: "Room 2"}, clocks, TODAY + timedelta(days=1), last, TODAY, WEEKEND)


def slot(**given_: object) -> Slot:
    times = {"start_time": stamp("2026-03-24T09:30"), "end_time": stamp("2026-03-24T11:00"), "room": ROOM}
    return Slot(**{**times, **given_})


def test_an_option_tells_day_time_and_room() -> None:
    option = time_option(slot(), choosing(person(1)))
    assert (option.label, option.place) == ("Tuesday 24 March 2026, 9:30am to 11am", "Room 2")
    assert option.free == ("Everybody needed is free (1 of 1)",)


def test_who_is_away_is_told_by_name_role_and_reason() -> None:
    away = [
        Clash(person="councils/demo/people/1", diary=DIARY_STATE_BUSY),
        Clash(person="councils/demo/people/2", diary=DIARY_STATE_NOT_WORKING),
    ]
    option = time_option(slot(clashes=away), choosing(person(1), person(2, needed=False), person(3)))
    assert option.against == (
        "Person 1 (social worker) has something else then",
        "Person 2 (social worker) is away or not working then",
    )
    assert option.free[0] == "1 of 2 people needed is known to be free"
    assert option.takes == (
        "Person 1 (social worker) would have to come free from something else, or join by telephone",
    )


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["free", "away", "unread"])), min_size=1, max_size=12),
)
def test_a_diary_that_nobody_can_read_is_never_shown_as_free(people: list[tuple[bool, str]]) -> None:
    asked = tuple(person(number, needed=needed) for number, (needed, _) in enumerate(people))
    names = {
        kind: [one for one, (_, is_) in zip(asked, people, strict=True) if is_ == kind] for kind in ("away", "unread")
    }
    option = time_option(
        slot(
            clashes=[Clash(person=one.person, diary=DIARY_STATE_BUSY) for one in names["away"]],
            not_checked=[one.person for one in names["unread"]],
        ),
        choosing(*asked),
    )
    assert option.not_checked == tuple(one.who for one in names["unread"])
    counted = sum(int(line.partition(" of ")[0].rpartition("(")[2]) for line in option.free)
    assert counted == sum(kind == "free" for _, kind in people)
    for needed, whole in ((True, "Everybody needed"), (False, "Everybody else")):
        unread = any(kind == "unread" and is_needed is needed for is_needed, kind in people)
        assert not (unread and any(line.startswith(whole) for line in option.free))


@pytest.mark.parametrize("state", [DIARY_STATE_UNSPECIFIED, DIARY_STATE_FREE, 99])
def test_what_is_no_clash_is_not_called_one_and_not_called_free(state: int) -> None:
    assert diary_words(state) == "is not checked: nobody can read this diary"


def test_without_a_name_the_role_is_said() -> None:
    [one] = asked_of([Attendee(person="p", role="reviewing-officer", required=True)], {})
    assert one.who == "the reviewing officer"


def test_both_dates_are_told_and_never_merged() -> None:
    clocks = (Clock("o", date(2026, 3, 27), date(2026, 3, 23)),)
    assert clock_words(date(2026, 3, 20), choosing(clocks=clocks)) == (
        "5 working days before the law's date, Friday 27 March 2026",
        "1 working day before our date, Monday 23 March 2026",
    )


@pytest.mark.parametrize(
    ("day", "due", "words"),
    [
        (date(2026, 3, 23), date(2026, 3, 23), "on our date, Monday 23 March 2026 itself"),
        (date(2026, 3, 24), date(2026, 3, 23), "misses our date, Monday 23 March 2026, by 1 working day"),
        (date(2026, 3, 24), date(2026, 3, 2), "our date, Monday 2 March 2026, has passed already"),
        (date(2026, 3, 24), date(2026, 4, 24), "31 days before our date, Friday 24 April 2026"),
    ],
)
def test_how_a_day_stands_to_a_date(day: date, due: date, words: str) -> None:
    assert distance_words(day, due, "our date", choosing()) == words


def test_a_time_that_misses_a_date_is_nobodys_suggestion() -> None:
    late, fine = (
        time_option(slot(breaches=breaches, start_time=stamp(f"2026-03-24T{hour}:00")), choosing(person(1)))
        for breaches, hour in ((["o"], "09"), ([], "13"))
    )
    assert suggested([late, fine]) == fine.value
    assert suggested([late]) == ""
    assert "A manager would have to accept, with a reason, that a date is missed" in late.takes


def test_the_earlier_of_the_two_dates_counts() -> None:
    clock = Clock("o", date(2026, 3, 27), date(2026, 3, 23))
    assert misses_a_clock(datetime(2026, 3, 24, 9, tzinfo=UTC), [clock])
    assert not misses_a_clock(datetime(2026, 3, 23, 17, tzinfo=UTC), [clock])


def test_the_usual_days_end_with_the_earliest_date_or_after_eight_weeks() -> None:
    clocks = [Clock("a", date(2026, 4, 2), None), Clock("b", None, date(2026, 3, 27))]
    assert default_window(TODAY, clocks) == (date(2026, 3, 17), date(2026, 3, 27))
    assert default_window(TODAY, [Clock("late", None, date(2026, 3, 2))]) == (date(2026, 3, 17), date(2026, 5, 12))


def test_a_value_comes_back_and_nothing_else_does() -> None:
    value = value_of(stamp("2026-03-24T09:30"), ROOM)
    assert chosen(value) == (stamp("2026-03-24T09:30"), "0b1f9a2e-0000-4000-8000-000000000001")
    assert chosen(value_of(stamp("2026-03-24T09:30"), "")) == (stamp("2026-03-24T09:30"), "")
    assert [chosen(other) for other in ("", "x.y", "12", "-1.x", "9" * 12 + ".", "²." + ROOM)] == [None] * 6


def test_only_what_this_page_does_not_say_itself_is_taken_from_the_scheduler() -> None:
    reasons = [
        SlotReason(reason="NOT_CHECKED", text="2 people not checked", cost=6),
        SlotReason(reason="WITHIN_SCHOOL_HOURS", text="Within school hours", cost=15),
        SlotReason(reason="ALL_REQUIRED_FREE", text="Everybody is free", cost=0),
    ]
    assert time_option(slot(reasons=reasons), choosing(person(1))).against == (
        "This time is in school hours, unless it is a school holiday. Look whether the child would miss school",
    )


def test_what_is_not_checked_for_any_time_is_said_once() -> None:
    both = choosing(person(1), person(2))
    one = time_option(slot(not_checked=["councils/demo/people/1", "councils/demo/people/2"]), both)
    other = time_option(slot(not_checked=["councils/demo/people/2"]), both)
    assert shared_not_checked([one, other]) == ("Person 2 (social worker)",)
    assert shared_not_checked([]) == ()


def test_no_time_says_between_which_days_and_for_whom() -> None:
    words = empty_words(choosing(person(1), person(2), person(3, needed=False)), room=True)
    assert words == (
        "No time between Tuesday 17 March 2026 and Monday 30 March 2026 suits all 2 people needed and leaves a room."
    )


def without(day: date, reason: str, text: str) -> DayWithout:
    return DayWithout(on_date=Date(year=day.year, month=day.month, day=day.day), reason=reason, text=text)


def test_a_day_of_the_calendar_says_how_many_times_or_why_none() -> None:
    busy = without(date(2026, 3, 25), "CHAIR_BUSY", "The chair (team manager) has no stretch long enough left.")
    [month] = months_of([slot(), slot()], [busy], date(2026, 3, 24), date(2026, 3, 25), every=True)
    tuesday, wednesday, thursday = month.weeks[0][1:4]
    assert tuesday and (tuesday.spoken, tuesday.words, tuesday.times) == ("Tuesday 24 March", "2 times", True)
    assert wednesday and (wednesday.words, wednesday.times) == ("none: chair is busy", False)
    assert thursday and not thursday.inside


def test_where_not_all_times_are_known_no_number_is_made_up() -> None:
    [month] = months_of([slot(), slot()], [], date(2026, 3, 24), date(2026, 3, 25), every=False)
    tuesday, wednesday = month.weeks[0][1:3]
    assert tuesday and tuesday.words == "2 or more times"
    assert wednesday and (wednesday.words, wednesday.times) == ("1 or more times", True)


def test_weekends_have_columns_only_where_they_offer_something() -> None:
    saturday = slot(start_time=stamp("2026-03-28T09:30"))
    days = (date(2026, 3, 23), date(2026, 3, 29))
    assert len(months_of([slot()], [], *days, every=True)[0].weekdays) == 5
    assert len(months_of([saturday], [], *days, every=True)[0].weekdays) == 7
    assert months_of([], [], date(2026, 3, 28), date(2026, 3, 29), every=True) == []


def test_reasons_are_grouped_and_weekends_said_once() -> None:
    days = [
        without(date(2026, 4, 2), "NO_ROOM", "No fitting room is free."),
        without(date(2026, 4, 3), "NOT_A_WORKING_DAY", "Good Friday."),
        without(date(2026, 4, 4), "NOT_A_WORKING_DAY", "Saturday."),
        without(date(2026, 4, 5), "NOT_A_WORKING_DAY", "Sunday."),
        without(date(2026, 4, 7), "NO_ROOM", "No fitting room is free."),
    ]
    assert [(one.reason, one.days) for one in why_not(days)] == [
        ("No fitting room is free.", "Thu 2 Apr, Tue 7 Apr"),
        ("Not a working day.", "Saturdays and Sundays, Fri 3 Apr (Good Friday)"),
    ]


def test_a_room_without_a_known_name_is_not_no_room() -> None:
    assert "not known" in time_option(slot(room="councils/demo/rooms/x"), choosing()).place
    assert time_option(slot(room=""), choosing()).place == "no room"


@pytest.mark.parametrize(("day", "month", "year"), [("1", "9", "9999"), ("31", "12", "9999"), ("1", "1", "2030")])
def test_days_beyond_every_diary_are_not_looked_for(day: str, month: str, year: str) -> None:
    today = date(2026, 3, 16)
    form = WindowForm(MultiDict({"first-day": day, "first-month": month, "first-year": year}))
    assert not form.check(today)
    assert [fault.text for fault in form.faults] == ["First day must be within two years"]
