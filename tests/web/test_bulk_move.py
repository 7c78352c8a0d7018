"""A bulk move as people read and send it: whose, when, both dates of a clock, and how much time is left."""

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.scheduler.v1 import bulk_move_pb2 as wire
from permanence.scheduler.v1.meeting_pb2 import Clash, Room

from web.journeys.bulk_move.forms import ChooseForm, StartForm
from web.journeys.bulk_move.presenters import (
    left_words,
    missing_reasons,
    rows_of,
    standing_of,
    started_lately,
    whose_choices,
)
from web.people import People
from web.words import LONDON

ONE, OTHER = ("01a214cb-f959-77dd-817a-c6ebdb329a5" + end for end in "12")
OAK = f"councils/demo/rooms/{ONE}"
ROOMS = {OAK: Room(name=OAK, display_name="Oak")}
NOW = datetime(2026, 3, 16, 10, 40, tzinfo=LONDON)
HELD, CANNOT = wire.BULK_MOVE_MEETING_STATE_HELD, wire.BULK_MOVE_MEETING_STATE_CANNOT_MOVE
PROPOSED = wire.BULK_MOVE_MEETING_STATE_PROPOSED


class _Form(MultiDict[str]):
    def getlist(self, name: str) -> list[str]:
        return self.getall(name, [])


def chosen(**changes: str) -> ChooseForm:
    fields = {
        "whose": f"people/{ONE}", "first-day": "28", "first-month": "3", "first-year": "2026", "last-day": "29",
        "last-month": "3", "last-year": "2026", "cause": "absence", "earliest-day": "7", "earliest-month": "4",
        "earliest-year": "2026", "latest-day": "24", "latest-month": "4", "latest-year": "2026",
    }  # fmt: skip
    return ChooseForm(_Form({**fields, **changes}))


def at(day: int, hour: int) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime(2026, 4, day, hour, tzinfo=UTC))
    return stamp


def part(state: wire.BulkMoveMeetingState.ValueType, **more: object) -> wire.BulkMoveMeeting:
    return wire.BulkMoveMeeting(
        meeting=f"councils/demo/meetings/{ONE}", reference="M-000001", title="Review", state=state,
        before_start_time=at(1, 8), before_end_time=at(1, 9), before_room=OAK, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_both_days_are_meant_whole_also_where_the_clocks_change() -> None:
    form = chosen()
    assert form.validate() and (form.person, form.room) == (ONE, "")
    first, until = form.stretch
    assert until.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=47)
    assert form.reason == "Somebody who has to be there is away."


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"whose": f"rooms/{ONE}x"}, "Choose whose meetings are to be moved"),
        ({"whose": ""}, "Choose whose meetings are to be moved"),
        ({"last-day": "27"}, "The last day must be the first day or later"),
        ({"latest-day": "6"}, "The last day for new times must be the first or later"),
        ({"cause": "other"}, "Say in your own words why"),
        ({"cause": "boredom"}, "Choose why they are moved"),
        ({"first-month": ""}, "First day of the meetings to be moved must include a month"),
    ],
)
def test_a_fault_says_what_to_do(changes: dict[str, str], fault: str) -> None:
    form = chosen(**changes)
    assert not form.validate() and [one.text for one in form.faults] == [fault]


def test_a_date_is_missed_with_a_reason_of_its_own_or_of_all() -> None:
    form = StartForm(_Form([("ticked", ONE), ("ticked", "made-up"), (f"reason-{ONE}", " ill "), ("reason-x", "y")]))
    assert form.validate() and (form.keys, form.reason_of(ONE), form.reason_of(OTHER)) == ([ONE], "ill", "")
    form.check_reasons({ONE: "M-1", OTHER: "M-2"}, form.keys)
    assert not form.faults
    form.check_reasons({OTHER: "M-2"}, [OTHER])
    assert [(one.text, one.href) for one in form.faults] == [
        ("Say why the date of M-2 may be missed, or leave it out", f"#reason-{OTHER}")
    ]
    assert StartForm(_Form([("reason_for_all", "snow")])).reason_of(OTHER) == "snow"


def test_the_laws_date_and_ours_are_told_apart_and_what_is_not_known_is_said() -> None:
    clock = wire.TouchedObligation(
        subject_reference="NM-0412", statutory_due_date=Date(year=2026, month=4, day=30),
        local_due_date=Date(year=2026, month=4, day=8), misses_local=True, missed_before=True,
    )  # fmt: skip
    moved = part(
        PROPOSED, after_start_time=at(9, 8), after_end_time=at(9, 9), after_room="gone", obligations=[clock],
        needs_breach_reason=True, clashes=[Clash(person="p")], not_checked=["q", "r"],
    )  # fmt: skip
    (row,) = rows_of(wire.BulkMove(meetings=[moved]), ROOMS, PROPOSED)
    assert [(one.text, one.broken) for one in row.clocks] == [
        ("NM-0412, the law's date 30 Apr 2026: kept", False),
        ("NM-0412, our date 8 Apr 2026: missed", True),
        ("NM-0412: late already before the move", False),
    ]
    assert (row.before, row.before_where) == ("Wednesday 1 April 2026, 9am to 10am", "Oak")
    assert (row.after, row.after_where) == ("Thursday 9 April 2026, 9am to 10am", "Room not known just now")
    assert row.remarks == ("1 person asked cannot come then", "The diary of 2 people could not be read that far")
    assert missing_reasons(wire.BulkMove(meetings=[moved])) == {ONE: "M-000001"}
    (kept,) = rows_of(wire.BulkMove(meetings=[part(CANNOT, obligations=[clock], reason_text="Why.")]), ROOMS, CANNOT)
    assert kept.clocks[0].text == "NM-0412, the law's date 30 Apr 2026" and (kept.after, kept.why) == ("", "Why.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(120, "2 minutes"), (80, "1 minute and 20 seconds"), (61, "1 minute and 1 second"), (59, "59 seconds"), (0, "")],
)
def test_the_time_left_is_said_in_words(seconds: int, words: str) -> None:
    assert left_words(NOW + timedelta(seconds=seconds), NOW) == words


def test_the_heading_says_what_happens_when_and_who_needs_somebody() -> None:
    release = Timestamp()
    release.FromDatetime((NOW + timedelta(minutes=2)).astimezone(UTC))
    parts = [part(HELD, after_start_time=at(9, 8), after_end_time=at(9, 9)) for _ in range(62)]
    move = wire.BulkMove(state=wire.BULK_MOVE_STATE_HELD, meetings=parts + [part(CANNOT)] * 3, release_time=release)
    found = standing_of(move, ROOMS, NOW)
    assert (found.heading, found.left) == ("62 meetings will be moved at 10:42am, 3 need you", "2 minutes")
    assert (len(found.going), len(found.need_you)) == (62, 3)
    move.state = wire.BULK_MOVE_STATE_UNDONE
    taken_back = standing_of(move, ROOMS, NOW)
    assert (taken_back.heading, taken_back.left) == ("Taken back: 62 meetings stand where they stood", "")


def test_what_was_started_lately_can_be_found_again() -> None:
    release = Timestamp()
    release.FromDatetime(NOW.astimezone(UTC))
    states = (wire.BULK_MOVE_STATE_HELD, wire.BULK_MOVE_STATE_MOVED, wire.BULK_MOVE_STATE_UNDONE)
    moves = [wire.BulkMove(name=ONE, state=one, room=OAK, release_time=release) for one in states]
    assert [one.text for one in started_lately(moves, People(), ROOMS)] == [
        "Meetings in Oak: will be moved on Monday 16 March 2026, 10:40am",
        "Meetings in Oak: moved on Monday 16 March 2026, 10:40am",
        "Meetings in Oak: taken back",
    ]


def test_what_could_not_be_looked_up_is_not_offered() -> None:
    assert whose_choices(None, None, ROOMS) == [
        ("", "Choose"), ("all", "All meetings of the council"), (f"rooms/{ONE}", "Room: Oak"),
    ]  # fmt: skip
