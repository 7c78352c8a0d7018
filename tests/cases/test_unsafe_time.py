"""When nobody may write to a person, as an extract says it."""

from uuid import uuid4

import pytest

from services.cases.domain.names import PersonId
from services.cases.domain.person import Channel, Person
from services.cases.domain.unsafe_time import UnsafeTime, is_whole_week, read_unsafe_times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("", []),
        ("sat", [(6, 0, 1440)]),
        ("Mon-Tue 9:00-17:30", [(1, 540, 1050), (2, 540, 1050)]),
        ("sun 22:00-06:00", [(1, 0, 360), (7, 1320, 1440)]),
        ("fri 18:00-00:00", [(5, 1080, 1440)]),
        ("wed 18:00-24:00; wed 18:00-24:00 ;", [(3, 1080, 1440)]),
        ("sat-mon", [(1, 0, 1440), (6, 0, 1440), (7, 0, 1440)]),
    ],
)
def test_what_is_written(text: str, times: list[tuple[int, int, int]]) -> None:
    assert read_unsafe_times(text) == tuple(UnsafeTime(*one) for one in times)


@pytest.mark.parametrize(
    "text",
    ["when he is in", "mon 9-17", "mon 25:00-26:00", "mon 09:60-10:00", "mon 10:00-10:00", "day 1:00-2:00", "mon-"],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):
        read_unsafe_times(text)


def test_where_every_hour_is_unsafe_no_channel_is_safe() -> None:
    whole = read_unsafe_times("mon-sun 08:00-20:00; mon-sun 20:00-08:00")
    assert is_whole_week(whole) and not is_whole_week(whole[1:])
    person = Person(PersonId(uuid4()), "F1", False, channel=Channel.TEXT, unsafe_times=whole)
    assert person.safe_channel is None
