"""The times of a page: a meeting that is moved is never offered the time and room it has."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Slot

from web.desk import Desk
from web.people import People
from web.time_search import FEW, Question, Times, outlook_words, search_times
from web.times import value_of
from web.words import timestamp

FIRST = datetime(2026, 3, 24, 10, tzinfo=UTC)
ROOM, OTHER_ROOM = (f"councils/demo/rooms/{name}" for name in ("one", "two"))
MOVED = "councils/demo/meetings/m"


def slot(hours: int, room: str = ROOM) -> Slot:
    start = FIRST + timedelta(hours=hours)
    return Slot(start_time=timestamp(start), end_time=timestamp(start + timedelta(hours=1)), room=room)


class SchedulerDesk:
    """The scheduler, which has these times, the best first."""

    parent = "councils/demo"

    def __init__(self, *slots: Slot) -> None:
        self.slots = slots
        self.scheduler = cast("Any", type("Stub", (), {"SuggestSlots": None}))

    def today(self) -> date:
        return date(2026, 3, 16)

    async def ask(self, service: str, method: object, request: pb.SuggestSlotsRequest) -> pb.SuggestSlotsResponse:
        return pb.SuggestSlotsResponse(slots=self.slots[: request.max_slots], plan=request.plan)


async def searched(*slots: Slot, present: Slot | None = None, query: dict[str, str] | None = None) -> Times:
    value = value_of(present.start_time, present.room) if present else ""
    question = Question(pb.MeetingPlan(), (), People(), {}, moving=MOVED if present else "", present=value)
    return await search_times(cast("Desk", SchedulerDesk(*slots)), question, query or {})


async def test_the_best_time_is_suggested_for_a_new_meeting() -> None:
    times = await searched(*(slot(hours) for hours in range(9)))
    assert len(times.options) == FEW
    assert times.picked("") == times.options[0].value


@pytest.mark.parametrize("at", [0, 3, 8])
async def test_a_moved_meeting_is_offered_other_times_and_none_is_chosen_for_it(at: int) -> None:
    slots = [slot(hours) for hours in range(9)]
    times = await searched(*slots, present=slots[at])
    others = [value_of(one.start_time, one.room) for one in slots if one is not slots[at]]
    assert [one.value for one in times.options] == others[:FEW]
    assert times.picked("") == ""
    assert times.picked(others[1]) == others[1], "what was ticked stays ticked"


async def test_the_same_time_in_another_room_is_offered() -> None:
    times = await searched(slot(0, OTHER_ROOM), present=slot(0))
    assert [one.value for one in times.options] == [value_of(slot(0).start_time, OTHER_ROOM)]


async def test_where_only_its_own_time_would_do_no_other_is_told() -> None:
    times = await searched(slot(0), present=slot(0))
    assert not times.offered
    assert times.empty.startswith("No other time between ")
    assert not any(cell.times for month in times.months for week in month.weeks for cell in week if cell)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (None, ""),
        (datetime(2026, 3, 16, 10, 42, tzinfo=UTC), "Outlook was read at 10:42am."),
        (datetime(2026, 3, 15, 16, 5, tzinfo=UTC), "Outlook was read at 4:05pm on Sunday 15 March 2026."),
    ],
)
def test_how_old_what_is_known_of_outlook_is(read: datetime | None, told: str) -> None:
    found = pb.SuggestSlotsResponse(outlook_read_time=timestamp(read) if read else None)
    assert outlook_words(found, date(2026, 3, 16)) == told
