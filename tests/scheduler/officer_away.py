"""An officer who is away and her meetings: booked, seen, started, taken back, for the tests of bulk moves."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

from google.type.date_pb2 import Date
from permanence.feed.v1 import event_feed_pb2
from permanence.scheduler.v1 import bulk_move_pb2 as moves
from permanence.scheduler.v1 import bulk_moves_service_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2, scheduler_events_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from tests.servicekit.eventually import eventually

from .conftest import (
    CHILD,
    DEMO,
    MONDAY,
    OFFICER,
    PARENT,
    WORKER,
    World,
    at,
    chair,
    named,
    sitting,
)

PROPOSED, CANNOT, HELD, MOVED, UNDONE, LEFT = (
    moves.BULK_MOVE_MEETING_STATE_PROPOSED,
    moves.BULK_MOVE_MEETING_STATE_CANNOT_MOVE,
    moves.BULK_MOVE_MEETING_STATE_HELD,
    moves.BULK_MOVE_MEETING_STATE_MOVED,
    moves.BULK_MOVE_MEETING_STATE_UNDONE,
    moves.BULK_MOVE_MEETING_STATE_LEFT,
)
# She is away from 23 March for a fortnight; new times lie in the three weeks after Easter.
AWAY = (datetime(2026, 3, 23, tzinfo=MONDAY.tzinfo), datetime(2026, 4, 4, tzinfo=MONDAY.tzinfo))
WINDOW = (Date(year=2026, month=4, day=7), Date(year=2026, month=4, day=24))
IN_TIME, TOO_SOON = date(2026, 6, 30), date(2026, 4, 2)
# Her meetings are reviews: she was asked before they are moved.
WORD = meeting_pb2.DateDecision(person=OFFICER, consent_date=Date(year=2026, month=3, day=16))
_OUTSIDE = (
    "select * from meeting order by id",
    "select * from meeting_session order by meeting_id, number",
    "select * from meeting_attendee order by meeting_id, place",
    "select * from meeting_obligation order by meeting_id, obligation",
    "select * from reservation where state <> 'released' order by id",
    # Without its place on the feed, which the relay gives it a moment later.
    "select to_jsonb(o) - 'feed_position' from outbox o order by ordinal",
)


def child(number: int) -> str:
    return named("children", f"bulk-{number}")


def starts(count: int) -> list[datetime]:
    """Working days of her fortnight, seven hours each."""
    days = [AWAY[0] + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10)]
    hours = [day.replace(hour=hour) for day in days for hour in (8, 9, 10, 11, 12, 13, 14, 15)]
    return hours[:count]


def review(number: int, worker: str, **more: object) -> scheduler.MeetingPlan:
    people = [
        chair(OFFICER, "reviewing-officer"),
        meeting_pb2.Attendee(person=worker, role="social-worker", required=True),
    ]
    return scheduler.MeetingPlan(
        meeting_kind="cic_review", subjects=[child(number)], attendees=people, session_minutes=[60], **more  # type: ignore[arg-type]
    )  # fmt: skip


async def book_reviews(world: World, count: int, dues: dict[int, date] | None = None) -> list[meeting_pb2.Meeting]:
    """So many reviews, each of another child with a clock and a worker of their own."""
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    for number in range(count):
        world.cases.tell_subject(child(number), f"R-{number:03d}")
        due = (dues or {}).get(number, IN_TIME)
        world.cases.tell_obligation(named("obligations", f"bulk-{number}"), child(number), due, "cic_review")
    await world.follow()
    booked = []
    for number, start in enumerate(starts(count)):
        plan = review(number, named("people", f"worker-{number}"), needs_room=True)
        booked.append(await world.book(plan, at(start), room))
    return booked


async def another_kind(world: World) -> meeting_pb2.Meeting:
    """A meeting of hers that is no review."""
    plan = scheduler.MeetingPlan(
        meeting_kind="ppm", subjects=[CHILD], attendees=[chair(OFFICER, "team-manager")], session_minutes=[60]
    )
    return await world.book(plan, at(AWAY[0] + timedelta(days=9, hours=9)))


def asked(**changes: object) -> wire.PreviewBulkMoveRequest:
    fields: dict[str, object] = {
        "parent": PARENT, "person": OFFICER, "from_time": at(AWAY[0]), "until_time": at(AWAY[1]),
        "cause": moves.BULK_MOVE_CAUSE_ABSENCE, "reason": "The officer is away.", "window_from_date": WINDOW[0],
        "window_until_date": WINDOW[1], "request_id": str(uuid4()),
    }  # fmt: skip
    return wire.PreviewBulkMoveRequest(**{**fields, **changes})  # type: ignore[arg-type]


async def preview(world: World, *roles: str, oid: str = "anna", **changes: object) -> moves.BulkMove:
    return (await world.bulk_moves.PreviewBulkMove(asked(**changes), metadata=world.as_(*roles, oid=oid))).bulk_move


async def start(world: World, move: moves.BulkMove, *roles: str, oid: str = "anna", **more: object) -> moves.BulkMove:
    fields: dict[str, object] = {
        "name": move.name,
        "etag": move.etag,
        "request_id": str(uuid4()),
        "date_decision": WORD,
    }
    request = wire.StartBulkMoveRequest(**{**fields, **more})  # type: ignore[arg-type]
    return (await world.bulk_moves.StartBulkMove(request, metadata=world.as_(*roles, oid=oid))).bulk_move


async def undo(world: World, move: moves.BulkMove) -> moves.BulkMove:
    request = wire.UndoBulkMoveRequest(name=move.name, etag=move.etag, request_id=str(uuid4()))
    return (await world.bulk_moves.UndoBulkMove(request, metadata=world.as_(oid="anna"))).bulk_move


async def get(world: World, name: str, oid: str = "anna") -> moves.BulkMove:
    request = wire.GetBulkMoveRequest(name=name)
    return (await world.bulk_moves.GetBulkMove(request, metadata=world.as_(oid=oid))).bulk_move


async def meeting(world: World, name: str) -> meeting_pb2.Meeting:
    return (await world.stub.GetMeeting(scheduler.GetMeetingRequest(name=name), metadata=world.as_())).meeting


async def time_is_over(world: World, move: moves.BulkMove, now: datetime | None = None) -> moves.BulkMove:
    """The two minutes are over and the worker has done what it can."""
    world.at(now or MONDAY + timedelta(minutes=2))

    async def done() -> bool:
        return (await get(world, move.name)).state == moves.BULK_MOVE_STATE_MOVED

    # Sixty-two meetings, a transaction each, on a machine that others use too.
    await eventually(done, seconds=40)
    return await get(world, move.name)


async def outside(world: World) -> list[list[tuple[object, ...]]]:
    """All that anybody but the move itself can see, row by row."""
    async with world.database.transaction(DEMO.council_id) as tx:
        return [[tuple(row.values()) for row in await tx.fetch(sql)] for sql in _OUTSIDE]


async def rescheduled(world: World) -> list[str]:
    """The meetings of which the feed says that they were moved, once for each time it says so."""

    async def all_fed() -> bool:
        async with world.database.transaction(DEMO.council_id) as tx:
            return await tx.fetchval("select count(*) from outbox where feed_position is null") == 0

    await eventually(all_fed)
    found, told = [], scheduler_events_pb2.MeetingRescheduled()
    service = world.as_("service-notifications", oid="n", scp=None, idtyp="app")
    reply = await world.feed.Pull(event_feed_pb2.PullRequest(parent=PARENT, max_events=500), metadata=service)
    for event in reply.events:
        if event.fact.Unpack(told):
            found.append(told.meeting)
    return found


def states(move: moves.BulkMove) -> Counter[int]:
    return Counter(one.state for one in move.meetings)


def reasons(move: moves.BulkMove, *wanted: int) -> Counter[str]:
    return Counter(one.reason_code for one in move.meetings if one.state in wanted)


async def sixty_five(world: World) -> list[meeting_pb2.Meeting]:
    """62 that can move; one whose clock runs out before, one whose worker is never there, and a sitting."""
    booked = await book_reviews(world, 63, {62: TOO_SOON})
    lines = "\n".join(
        f"busy,person,SW1{',' * 9}2026-04-{day:02d}T00:00,2026-04-{day:02d}T23:59" for day in range(7, 25)
    )
    await import_lines(world, lines)
    world.cases.tell_subject(CHILD, "R-900")
    last = starts(70)
    plan = scheduler.MeetingPlan(
        meeting_kind="cic_review", subjects=[CHILD], session_minutes=[60], attendees=review(0, WORKER).attendees
    )
    booked.append(await world.book(plan, at(last[63])))
    booked.append(await world.book(sitting(chair(OFFICER, "service-director"), session_minutes=[60]), at(last[64])))
    return booked


async def import_lines(world: World, lines: str) -> None:
    columns = "kind,resource_kind,resource_source_id,weekday,from,until,room_name,seats,features,language,email"
    content = f"{columns},busy_start,busy_end\n{lines}\n".encode()
    request = scheduler.ImportCapacityRequest(parent=PARENT, content=content, request_id=str(uuid4()))
    reply = await world.stub.ImportCapacity(request, metadata=world.as_())
    assert not reply.refused_rows, reply
