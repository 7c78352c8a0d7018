"""A body's sittings by a rule: the days it gives, what is refused, what steps round what, a look before booking."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import grpc
import pytest
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.open_days import open_days
from rulebook.pack import load_pack
from rulebook.working_days import england_and_wales
from services.scheduler.domain.series_dates import MOST_SITTINGS, at_equal_distances, sitting_days
from services.scheduler.rpc.recurrence_rule import LONGEST_TEXT, RuleRefused, days_of

from .conftest import DEMO, MANAGER, PARENT, World, at, chair, named, refusal, sitting

CALENDAR = england_and_wales()
TEN = time(10)
TUESDAY = date(2026, 12, 1)


def days(rule: str, first: date = TUESDAY) -> list[str]:
    return [day.isoformat() for day in days_of(rule, first, TEN)]


def faults(rule: str, first: date = TUESDAY) -> str:
    with pytest.raises(RuleRefused) as refused:
        days_of(rule, first, TEN)
    return " ".join(refused.value.faults)


def test_rules_give_their_days() -> None:
    assert days("FREQ=WEEKLY;INTERVAL=2;COUNT=3") == ["2026-12-01", "2026-12-15", "2026-12-29"]
    assert days("rrule:freq=monthly;byday=2tu;until=20270301") == ["2026-12-08", "2027-01-12", "2027-02-09"]
    # The second working weekday of the month, and a day that not every month has.
    assert days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2;COUNT=2") == ["2026-12-02", "2027-01-04"]
    assert days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2") == ["2026-12-31", "2027-01-31"]
    # A whole day counts to its end, an instant to the minute: ten in London is ten in UTC in winter.
    assert days("FREQ=WEEKLY;UNTIL=20261208") == ["2026-12-01", "2026-12-08"]
    assert days("FREQ=WEEKLY;UNTIL=20261208T100000Z") == ["2026-12-01", "2026-12-08"]
    assert days("FREQ=WEEKLY;UNTIL=20261208T095959Z") == ["2026-12-01"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=WEEKLY", "needs an end"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "needs an end"),
        ("FREQ=HOURLY;COUNT=3", "FREQ must be"),
        ("COUNT=3", "FREQ is required"),
        ("FREQ=WEEKLY;COUNT=1000000000", "COUNT must lie between 1 and 60"),
        (f"FREQ=WEEKLY;COUNT={'9' * 150}", "COUNT must lie between 1 and 60"),
        ("FREQ=WEEKLY;COUNT=0", "COUNT must lie between 1 and 60"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=2", "INTERVAL must be"),
        ("FREQ=MONTHLY;COUNT=60", "reaches beyond"),
        ("FREQ=DAILY;UNTIL=20270301", "gives more than 60"),
        ("FREQ=WEEKLY;UNTIL=20301231", "two years"),
        ("FREQ=WEEKLY;UNTIL=20261131", "no day of the calendar"),
        ("FREQ=WEEKLY;UNTIL=20261130", "gives no day"),
        ("FREQ=WEEKLY;COUNT=2;COUNT=3", "COUNT twice"),
        ("FREQ=WEEKLY;COUNT=2;BYHOUR=3", "no body sits by"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=2", "weekdays alone"),
        ("DTSTART:20261201T100000\nRRULE:FREQ=WEEKLY;COUNT=3", "no body sits by"),
        ("FREQ=WEEKLY;COUNT=2;", "must be parts"),
        ("every other Friday", "must be parts"),
        # What the library would look for up to the year 9999.
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31;COUNT=2", "either BYDAY or BYMONTHDAY"),
        ("FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=2;COUNT=2", "BYSETPOS needs"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=2", "BYDAY does not go"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "no body sits by"),
        (f"FREQ=WEEKLY;COUNT=2;BYDAY={'MO,' * LONGEST_TEXT}MO", "characters long"),
    ],
)
def test_what_no_body_can_sit_by_is_refused(rule: str, says: str) -> None:
    assert says in faults(rule)


def test_a_rule_that_never_matches_is_answered() -> None:
    assert "gives no day" in faults("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;UNTIL=20280101", date(2027, 2, 1))


@given(
    st.text(max_size=60) | st.from_regex(r"(FREQ|COUNT|UNTIL|BYDAY|INTERVAL)=[A-Z0-9,+-]{0,9}(;[A-Z]+=[A-Z0-9]*){0,4}")
)
def test_any_text_gives_few_days_or_says_what_is_wrong(rule: str) -> None:
    try:
        found = days_of(rule, TUESDAY, TEN)
    except RuleRefused as refused:
        assert refused.faults
    else:
        assert 1 <= len(found) <= MOST_SITTINGS


@given(
    st.dates(date(2026, 1, 1), date(2035, 1, 1)),
    st.sampled_from(["FREQ=WEEKLY;COUNT=30", "FREQ=WEEKLY;INTERVAL=2;COUNT=26", "FREQ=MONTHLY;BYDAY=1MO;COUNT=20",
                     "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=30", "FREQ=DAILY;COUNT=40"]),
)  # fmt: skip
def test_every_sitting_is_on_a_working_day_of_its_own(first: date, rule: str) -> None:
    regular = days_of(rule, first, TEN)
    found = list(sitting_days(regular, CALENDAR))
    assert [one.regular for one in found] == list(regular)
    assert len({one.day for one in found}) == len(regular) and all(CALENDAR.is_working(one.day) for one in found)
    assert all((one.day == one.regular) == (not one.reason) for one in found)


def test_a_series_steps_round_the_councils_own_closures_and_no_clock_does() -> None:
    closed = {date(2026, 12, day): "Offices closed" for day in range(24, 32)}
    with closures(closed):
        calendar = open_days(load_pack("bcp"))
    found = list(sitting_days(at_equal_distances(date(2026, 12, 11), 14, 3), calendar))
    # Christmas Day itself keeps its own name; the sitting goes to the last open day, so that no fortnight is longer.
    assert [(one.day, one.reason) for one in found] == [
        (date(2026, 12, 11), ""), (date(2026, 12, 23), "Christmas Day"), (date(2027, 1, 8), ""),
    ]  # fmt: skip
    assert calendar.name_of_non_working(date(2026, 12, 29)) == "Offices closed"
    assert CALENDAR.is_working(date(2026, 12, 29)), "the law's working days have changed"


@contextmanager
def closures(closed: dict[date, str]) -> Iterator[None]:
    """The pack of the tests' councils, closed on these days."""
    with patch.dict(load_pack("bcp").closures, closed):
        yield


def request(**changes: object) -> wire.CreateSeriesRequest:
    asked = wire.CreateSeriesRequest(
        parent=PARENT, body=sitting().body, meeting_kind="tracking_panel", local_start="10:00", minutes=180,
        first_date=Date(year=2026, month=3, day=20), recurrence_rule="FREQ=WEEKLY;INTERVAL=2;COUNT=4",
        attendees=[chair(MANAGER)], request_id=str(uuid4()),
    )  # fmt: skip
    asked.MergeFrom(wire.CreateSeriesRequest(**changes))  # type: ignore[arg-type]
    return asked


def shown(days: list[meeting_pb2.SittingDay]) -> list[tuple[str, str]]:
    return [(f"{one.on_date.day}.{one.on_date.month}.", one.reason) for one in days]


async def test_what_is_looked_at_is_what_is_booked_and_looking_keeps_nothing(world: World) -> None:
    with closures({date(2026, 5, 1): "Offices closed"}):
        seen = await world.stub.CreateSeries(request(validate_only=True), metadata=world.as_())
        async with world.database.transaction(DEMO.council_id) as tx:
            assert await tx.fetchval("select count(*) from series") == 0
        booked = await world.stub.CreateSeries(request(), metadata=world.as_())
    assert shown(list(seen.days)) == shown(list(booked.days)) == [
        ("20.3.", ""), ("2.4.", "Good Friday"), ("17.4.", ""), ("30.4.", "Offices closed"),
    ]  # fmt: skip
    assert (seen.series.name, len(seen.series.meetings)) == ("", 0)
    assert [one.local_start for one in booked.series.meetings] == [
        "2026-03-20T10:00", "2026-04-02T10:00", "2026-04-17T10:00", "2026-04-30T10:00",
    ]  # fmt: skip
    async with world.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select start_at, local_start from meeting")
    london = ZoneInfo("Europe/London")
    assert {row["start_at"].astimezone(london).strftime("%Y-%m-%dT%H:%M") for row in rows} == {
        row["local_start"] for row in rows
    }, "a change of the clocks moved a sitting"


async def test_a_look_tells_what_is_taken_who_is_away_and_whose_diary_is_not_known(world: World) -> None:
    await world.import_capacity()
    oak, stranger = (await world.rooms())["Oak"], named("people", "nobody's diary")
    member = meeting_pb2.Attendee(person=stranger, role="health")
    first, weekly = Date(year=2026, month=3, day=17), "FREQ=WEEKLY;COUNT=3"
    asked = request(validate_only=True, room=oak, first_date=first, recurrence_rule=weekly, attendees=[member])
    other = sitting(chair(named("people", "another")), session_minutes=[60])
    await world.book(other, at(datetime(2026, 3, 24, 11, tzinfo=ZoneInfo("UTC"))), oak)
    days = (await world.stub.CreateSeries(asked, metadata=world.as_())).days
    assert [one.taken for one in days] == ["", "room", ""]
    # The chair has an outside appointment on the first day; that is a warning, as for every meeting.
    assert [[each.person for each in one.clashes] for one in days] == [[MANAGER], [], []]
    assert all(list(one.not_checked) == [stranger] for one in days)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recurrence_rule": "FREQ=SECONDLY;COUNT=4"}, "recurrence_rule"),
        ({"interval_days": 14, "count": 4}, "recurrence_rule"),
        ({"first_date": Date(year=2032, month=3, day=20)}, "first_date"),
        ({"first_date": Date(year=9999, month=12, day=31)}, "first_date"),
        ({"recurrence_rule": "FREQ=WEEKLY;UNTIL=00010101T000000Z"}, "recurrence_rule"),
    ],
)
async def test_a_wrong_rule_is_refused_by_the_name_of_its_field(
    world: World, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.CreateSeries(request(**changes), metadata=world.as_())
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert field in str(refused.value.trailing_metadata())


@pytest.mark.parametrize("year", [2026, 9999])
async def test_sittings_by_distance_may_not_reach_beyond_the_calendar(world: World, year: int) -> None:
    asked = request(interval_days=366, count=60, first_date=Date(year=year, month=12, day=11))
    asked.recurrence_rule = ""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.CreateSeries(asked, metadata=world.as_())
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_all_or_none_and_the_first_day_that_is_taken_is_named(world: World) -> None:
    await world.book(
        sitting(chair(MANAGER), session_minutes=[60]), at(datetime(2026, 4, 17, 9, tzinfo=ZoneInfo("UTC")))
    )
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.CreateSeries(request(), metadata=world.as_())
    assert refusal(refused.value)[1] == "TIME_TAKEN" and "17 April 2026" in (refused.value.details() or "")
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from meeting") == 1
