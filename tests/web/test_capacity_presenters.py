"""Weeks in words: the first to break first, a word in every cell, and nothing unknown that reads as free or as 0."""

import csv
import io
from datetime import date

import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import capacity_service_pb2 as pb

from web.csv_file import csv_bytes
from web.journeys.capacity.asked import Asked, asked_of, monday_in
from web.journeys.capacity.presenters import COLUMNS, numbers_of, roles_in, rows_of, table_of, weeks_that_break
from web.people import People

TODAY = date(2026, 3, 18)
KEYS = [f"01a214cb-f959-77dd-817a-00000000000{n}" for n in range(4)]
NAMES = [f"councils/demo/people/{key}" for key in KEYS]
FITS, OVER, FULL = pb.CAPACITY_STATE_FITS, pb.CAPACITY_STATE_OVER, pb.CAPACITY_STATE_FULL
UNREAD, NO_HOURS = pb.CAPACITY_STATE_DIARY_NOT_READ, pb.CAPACITY_STATE_HOURS_NOT_KNOWN
PEOPLE = People({NAMES[0]: "Wren Workwell", NAMES[1]: "=Ash", NAMES[2]: "Bay"})


def cell(day: int, state: pb.CapacityState.ValueType, **numbers: int) -> pb.CapacityCell:
    return pb.CapacityCell(week=Date(year=2026, month=3, day=day), state=state, **numbers)  # type: ignore[arg-type]


def row(resource: str, *cells: pb.CapacityCell, roles: tuple[str, ...] = ("reviewing-officer",)) -> pb.CapacityRow:
    return pb.CapacityRow(resource=resource, cells=cells, roles=roles if resource else ())


ROWS = [
    row(NAMES[0], cell(16, FITS, available_minutes=2400, meeting_minutes=90, free_minutes=2310), cell(23, FITS)),
    row(NAMES[1], cell(16, FITS), cell(23, OVER, available_minutes=600, unbooked_meetings=2, unbooked_minutes=180)),
    row(NAMES[2], cell(16, OVER), cell(23, UNREAD, working_minutes=2400, meeting_minutes=90), roles=("team-manager",)),
    row("", cell(16, NO_HOURS, unbooked_meetings=1, unbooked_minutes=90), cell(23, NO_HOURS)),
]


def test_who_breaks_first_stands_first_and_nobodys_stays_last() -> None:
    rows = rows_of(ROWS, PEOPLE, "", lead_on=True)
    assert [one.name for one in rows] == ["Bay", "=Ash", "Wren Workwell", "No chair known"]
    broken = weeks_that_break(rows)
    assert [(one.week.day, [name for name, _ in one.whose]) for one in broken] == [(16, ["Bay"]), (23, ["=Ash"])]
    assert broken[0].whose[0][1] == f"/capacity/people/{KEYS[2]}?week=2026-03-16"
    assert not any(cell.path for one in rows_of(ROWS, PEOPLE, "", lead_on=False) for cell in one.cells)


def test_a_role_narrows_and_what_has_no_chair_is_never_left_out() -> None:
    assert [one.name for one in rows_of(ROWS, PEOPLE, "team-manager", lead_on=True)] == ["Bay", "No chair known"]
    assert roles_in(ROWS) == [("reviewing-officer", "Reviewing officer"), ("team-manager", "Team manager")]


def test_every_cell_has_a_word_and_an_unknown_one_says_why_and_is_not_free() -> None:
    bay, ash, wren, nobody = rows_of(ROWS, PEOPLE, "", lead_on=True)
    unread = bay.cells[1]
    assert (unread.word, unread.free, unread.taken) == ("Not known", "", "1h 30m taken")
    assert unread.why == "diary not read so far ahead" and nobody.cells[0].why == "working hours not known"
    assert (ash.cells[1].word, ash.cells[1].to_book) == ("Over", "+ 2 meetings to book, 3h")
    assert (wren.cells[0].taken, wren.cells[0].free) == ("1h 30m of 40h", "38h 30m free")
    told = dict(numbers_of(ROWS[2].cells[1], room=False))
    assert told["Still free"] == told["Taken elsewhere"] == "Not known" and told["Working hours"] == "40h"
    assert "To be booked" not in dict(numbers_of(ROWS[0].cells[0], room=True))
    assert "Chairs" not in told, "nobody has said how many"
    some = cell(16, FITS, meetings=8, chaired_meetings=7, most_chaired_meetings=15)
    assert dict(numbers_of(some, room=False))["Chairs"] == "7 of at most 15 meetings"


def test_a_state_that_a_later_release_may_add_is_not_known() -> None:
    odd = row(NAMES[0], cell(16, pb.CAPACITY_STATE_UNSPECIFIED))
    assert rows_of([odd], PEOPLE, "", lead_on=True)[0].cells[0].word == "Not known"


def test_the_file_runs_nothing_and_leaves_empty_what_is_not_known() -> None:
    table = list(csv.reader(io.StringIO(csv_bytes(table_of(ROWS, PEOPLE, "")).decode("utf-8-sig"))))
    assert table[0] == list(COLUMNS) and len(table) == 1 + 8
    by_name = {(line[0], line[2]): dict(zip(COLUMNS, line, strict=True)) for line in table[1:]}
    assert ("'=Ash", "2026-03-23") in by_name
    unread = by_name["Bay", "2026-03-23"]
    assert (unread["free_minutes"], unread["available_minutes"], unread["working_minutes"]) == ("", "", "2400")
    assert by_name["No chair known", "2026-03-16"]["working_minutes"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_whatever_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert next(csv.reader(io.StringIO(csv_bytes([[text, "-", 5]]).decode("utf-8-sig"), newline="")))[0] == f"'{text}"


@pytest.mark.parametrize(
    ("query", "first", "weeks"),
    [
        ({}, "2026-03-16", "8"),
        ({"from": "2026-04-08", "weeks": "26"}, "2026-04-06", "26"),
        ({"from": "2025-01-01", "weeks": "1000", "of": "x"}, "2026-03-16", "8"),
        ({"from": "nonsense"}, "2026-03-16", "8"),
        ({"from": "9999-12-31"}, "2026-03-16", "8"),
    ],
)
def test_an_address_that_says_it_wrongly_says_nothing(query: dict[str, str], first: str, weeks: str) -> None:
    found = asked_of(query, TODAY)
    assert (found.first.isoformat(), found.weeks, found.of) == (first, weeks, "chairs")
    assert asked_of({"role": "a&b"}, TODAY).role == "" and asked_of({"of": "rooms", "role": "carer"}, TODAY).role == ""


def test_at_the_weekend_the_next_week_leads() -> None:
    firsts = [asked_of({}, date(2026, 3, day)).first.day for day in (20, 21, 22, 23)]
    assert firsts == [16, 23, 23, 23]
    assert asked_of({"from": "2026-03-16"}, date(2026, 3, 21)).first.day == 16


def test_no_week_before_the_present_one_is_led_to() -> None:
    asked = Asked("chairs", date(2026, 3, 30), "8")
    assert asked.moved(-8, date(2026, 3, 16)).first == date(2026, 3, 16)
    assert monday_in("2026-03-22") == date(2026, 3, 16)
