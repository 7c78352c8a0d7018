"""Field checks.

Every violation at once, another council's name is not found, nothing unknown is let through.
"""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from google.protobuf import timestamp_pb2
from google.type import date_pb2

from servicekit.errors import InvalidRequest, NotFound
from servicekit.page import next_token, open_page
from servicekit.validate import Check

from .messages import Ask

PATTERN = "councils/{council}/things/{thing}"


def test_a_good_request_gives_its_values() -> None:
    thing = uuid4()
    request = Ask(
        request_id=str(thing), note=" hello ", thing=f"councils/north/things/{thing}", colour=1,
        due=date_pb2.Date(year=2026, month=4, day=15), start=timestamp_pb2.Timestamp(seconds=60), page_size=3,
    )  # fmt: skip
    check = Check(request, council="north")
    assert check.uuid("request_id") == thing
    assert check.text("note", 10) == "hello"
    assert check.resource_name("thing", PATTERN) == {"council": "north", "thing": thing}
    assert check.enum("colour") == 1
    assert check.date("due") == date(2026, 4, 15)
    assert check.instant("start") == datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    assert check.page() == (3, "")
    assert check.require("note")
    check.raise_if_any()


def test_every_violation_is_listed_at_once() -> None:
    request = Ask(
        note="x" * 11 + "\x00", thing="councils/north/things/1", due=date_pb2.Date(year=2026, month=2, day=30),
        start=timestamp_pb2.Timestamp(seconds=10**12), page_size=-1,
    )  # fmt: skip
    check = Check(request, council="north")
    check.uuid("request_id")
    check.text("note", 10)
    check.resource_name("thing", PATTERN)
    check.enum("colour")
    check.date("due")
    check.instant("start")
    check.page()
    check.require("inner")
    with pytest.raises(InvalidRequest) as caught:
        check.raise_if_any()
    fields = [violation.field for violation in caught.value.violations]
    assert fields == ["request_id", "note", "note", "thing", "colour", "due", "start", "page_size", "inner"]


def test_unknown_fields_and_enum_numbers_are_refused_at_any_depth() -> None:
    nested = b"\x4a\x02\x20\x63" + b"\x4a\x03\xa0\x06\x01"  # inner { colour: 99 } inner { unknown field 100 }
    with pytest.raises(InvalidRequest) as caught:
        Check(Ask.FromString(nested), council="north").raise_if_any()
    assert [violation.field for violation in caught.value.violations] == ["inner.#100", "inner.colour"]


def test_another_councils_name_is_not_found_but_only_after_violations() -> None:
    name = f"councils/south/things/{UUID(int=1)}"
    check = Check(Ask(thing=name), council="north")
    assert check.resource_name("thing", PATTERN) == {}
    with pytest.raises(NotFound, match="NOT_FOUND") as caught:
        check.raise_if_any()
    assert caught.value.resource == name


def test_optional_fields_may_be_absent() -> None:
    check = Check(Ask(), council="north")
    assert check.date("due", required=False) is None
    assert check.instant("start", required=False) is None
    assert check.uuid("request_id", required=False) is None
    assert check.resource_name("thing", PATTERN, required=False) == {}
    assert check.enum("colour", required=False) == 0
    check.raise_if_any()


def test_page_tokens_are_good_for_their_own_list_only() -> None:
    token = next_token("north things", ["2026-03-16", "id-1"])
    assert open_page(0, token, "north things").after == ("2026-03-16", "id-1")
    assert (open_page(0, "", "x").size, open_page(9999, "", "x").size, open_page(7, "", "x").size) == (50, 500, 7)
    for bad, bound_to in ((token, "south things"), ("nonsense", "north things"), ("W10", "north things")):
        with pytest.raises(InvalidRequest):
            open_page(0, bad, bound_to)
    with pytest.raises(InvalidRequest):
        open_page(-1, "", "x")
