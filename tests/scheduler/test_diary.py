"""Somebody's own days and the private feeds of them, over the wire, on a real database."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from permanence.scheduler.v1 import diary_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.meeting_pb2 import Attendee

from .conftest import (
    CHILD,
    DEMO,
    MANAGER,
    MOTHER,
    OFFICER,
    PARENT,
    SECOND,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    named,
    refusal,
)
from .test_capacity import FAR, bring, busy, day, works

MONDAY = date(2026, 3, 16)
KIND = wire.DiaryEntryKind
OWN = "oid-manager"
STAFF = (
    "business-support", "business-support-manager", "team-manager", "social-worker", "reviewing-officer", "panel-chair",
    "performance-officer",
)  # fmt: skip
OTHERS = ("case-system", "meetings", "feed", "service-panels", "service-notifications", "nobody")


def diary(first: date = MONDAY, last: date | None = None, person: str = "") -> wire.GetDiaryRequest:
    return wire.GetDiaryRequest(parent=PARENT, person=person, from_date=day(first), until_date=day(last or first))


async def read(world: World, request: wire.GetDiaryRequest, role: str = "team-manager", oid: str = OWN) -> wire.Diary:
    return (await world.diary.GetDiary(request, metadata=world.as_(role, oid=oid))).diary


def told(entries: object) -> list[tuple[str, str, str]]:
    """Kind and London's wall times (which are UTC's in March's third week)."""
    return [
        (
            KIND.Name(one.kind).removeprefix("DIARY_ENTRY_KIND_"),
            one.start_time.ToDatetime(UTC).strftime("%H:%M"),
            one.end_time.ToDatetime(UTC).strftime("%H:%M"),
        )
        for one in entries  # type: ignore[attr-defined]
    ]


async def code(world: World, method: str, request: Message, role: str, oid: str = OWN, **more: object) -> str:
    app = {"scp": None, "idtyp": "app"} if role in OTHERS[:5] or role.startswith("service-") else {}
    try:
        await getattr(world.diary, method)(request, metadata=world.as_(role, oid=oid, **app, **more))  # type: ignore[arg-type]
    except grpc.aio.AioRpcError as error:
        return error.code().name
    return "OK"


@pytest.fixture
async def booked(world: World) -> str:
    """The manager chairs a meeting on Tuesday at ten and comes to one on Tuesday at two; their reference."""
    world.cases.accounts.update({OWN: MANAGER, "oid-worker": WORKER})
    await bring(world, *works("TM1"), FAR, busy("TM1", "2026-03-17T12:00", "2026-03-17T13:00"))
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    meeting = await world.book(plan, at(days_from_monday(1, 10)))
    return meeting.reference


async def test_a_day_is_meetings_what_else_stands_there_and_the_gaps(world: World, booked: str) -> None:
    found = await read(world, diary(MONDAY + timedelta(days=1)))
    assert (found.person, found.own, found.hours_known) == (MANAGER, True, True)
    (tuesday,) = found.days
    assert told(tuesday.entries) == [
        ("GAP", "09:00", "10:00"),
        ("MEETING", "10:00", "11:30"),
        ("GAP", "11:30", "12:00"),
        ("ELSEWHERE", "12:00", "13:00"),
        ("GAP", "13:00", "17:00"),
    ]
    meeting = tuesday.entries[1].meeting
    assert (meeting.reference, meeting.chair, meeting.role, meeting.session) == (booked, True, "team-manager", 0)


async def test_time_kept_after_a_meeting_stands_in_it(world: World, booked: str) -> None:
    sql = "update reservation set during = tstzrange(lower(during), upper(during) + interval '20 min')"
    async with world.database.transaction(DEMO.council_id) as tx:
        await tx.execute(sql)
    (tuesday,) = (await read(world, diary(MONDAY + timedelta(days=1)))).days
    assert told(tuesday.entries)[1:4] == [
        ("MEETING", "10:00", "11:30"),
        ("WRITE_UP", "11:30", "11:50"),
        ("GAP", "11:50", "12:00"),
    ]


async def test_what_nobody_read_is_not_known_and_a_closed_day_says_why(world: World, booked: str) -> None:
    last_read = date(2026, 7, 31)
    after = await read(world, diary(last_read, last_read + timedelta(days=1)))
    assert told(after.days[0].entries) == [("GAP", "08:00", "09:00"), ("NOT_KNOWN", "09:00", "16:00")], "in UTC"
    assert after.days[1].closed == "Saturday" and not after.days[1].hours
    good_friday = (await read(world, diary(date(2026, 4, 3)))).days[0]
    assert good_friday.closed == "Good Friday" and not good_friday.entries
    nobody = await read(world, diary(), "social-worker", "oid-worker")
    assert not nobody.hours_known and not nobody.days[0].entries


async def test_wall_hours_hold_across_both_changes_of_the_clocks(world: World) -> None:
    world.cases.accounts[OWN] = MANAGER
    await bring(world, *works("TM1"), busy("SW1", "2026-11-30T09:00", "2026-11-30T10:00"))
    for friday, before, after in ((date(2026, 3, 27), "09:00", "08:00"), (date(2026, 10, 23), "08:00", "09:00")):
        days = (await read(world, diary(friday, friday + timedelta(days=3)))).days
        starts = [told(one.entries)[0][1] for one in (days[0], days[3])]
        assert starts == [before, after] and not days[1].entries and not days[2].entries


async def test_a_colleague_is_not_told_of_a_meeting_that_they_may_not_know_of(world: World, booked: str) -> None:
    asked = diary(MONDAY + timedelta(days=1), person=MANAGER)
    seen = (await read(world, asked, "business-support", "oid-b")).days[0].entries[1]
    assert seen.meeting.reference == booked
    world.cases.hidden |= {("oid-b", CHILD), (OWN, CHILD)}
    found = await read(world, asked, "business-support", "oid-b")
    hidden = found.days[0].entries[1]
    # Not even that it is a meeting: only that the time is taken.
    assert told([hidden]) == [("ELSEWHERE", "10:00", "11:30")] and not hidden.HasField("meeting") and not found.own
    own = (await read(world, diary(MONDAY + timedelta(days=1)))).days[0].entries[1]
    assert own.meeting.reference == booked, "whoever is asked to a meeting knows of it"


async def test_a_mothers_diary_is_answered_like_nobodys(world: World, booked: str) -> None:
    people = [chair(MANAGER, "team-manager"), Attendee(person=MOTHER, role="mother")]
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=people)
    await world.book(plan, at(days_from_monday(2, 9)))
    answers = set()
    for person in (MOTHER, named("people", "nobody")):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.diary.GetDiary(diary(person=person), metadata=world.as_("business-support", oid="oid-b"))
        status = refused.value
        answers.add((status.code(), str(status.details()).replace(person, "")))
    assert len(answers) == 1 and answers.pop()[0] == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("role", [*STAFF, *OTHERS, "service-web"])
async def test_who_reads_whose_diary_and_ends_whose_feeds(world: World, booked: str, role: str) -> None:
    own = "OK" if role in STAFF else "PERMISSION_DENIED"
    assert await code(world, "GetDiary", diary(), role) == own
    assert await code(world, "ListDiaryFeeds", wire.ListDiaryFeedsRequest(parent=PARENT), role) == own
    create = wire.CreateDiaryFeedRequest(parent=PARENT, request_id=str(uuid4()))
    assert await code(world, "CreateDiaryFeed", create, role) == own
    others = "OK" if role in ("business-support", "business-support-manager", "team-manager") else "NOT_FOUND"
    assert await code(world, "GetDiary", diary(person=WORKER), role) == others
    made = (
        await world.diary.CreateDiaryFeed(_create(), metadata=world.as_("social-worker", oid="oid-worker"))
    ).diary_feed
    ends = "OK" if role == "business-support-manager" else "NOT_FOUND"
    asked = wire.ListDiaryFeedsRequest(parent=PARENT, person=WORKER)
    assert await code(world, "ListDiaryFeeds", asked, role) == ends
    revoke = wire.RevokeDiaryFeedRequest(name=made.name, request_id=str(uuid4()))
    assert await code(world, "RevokeDiaryFeed", revoke, role) == ends
    reads = wire.ReadDiaryFeedRequest(parent=PARENT, token="a" * 43)
    assert await code(world, "ReadDiaryFeed", reads, role) == "NOT_FOUND"


async def test_the_feeds_of_whoever_has_left_are_found_and_ended_by_a_manager(world: World, booked: str) -> None:
    as_worker = world.as_("social-worker", oid="oid-worker")
    made = (await world.diary.CreateDiaryFeed(_create(), metadata=as_worker)).diary_feed
    await world.diary.CreateDiaryFeed(_create(), metadata=world.as_("team-manager", oid=OWN))
    left = wire.ListDiaryFeedsRequest(parent=PARENT, of_leavers=True)
    theirs = wire.ListDiaryFeedsRequest(parent=PARENT, person=WORKER)
    manager = world.as_("business-support-manager", oid="oid-manager")
    assert not (await world.diary.ListDiaryFeeds(left, metadata=manager)).diary_feeds, "nobody has left"
    for known in (world.cases.people, world.cases.accounts):
        for key in [key for key, person in known.items() if person == WORKER]:
            del known[key]
    for asked in (left, theirs):
        found = (await world.diary.ListDiaryFeeds(asked, metadata=manager)).diary_feeds
        assert [one.name for one in found] == [made.name]
    assert await code(world, "ListDiaryFeeds", left, "business-support") == "PERMISSION_DENIED"
    both = wire.ListDiaryFeedsRequest(parent=PARENT, person=WORKER, of_leavers=True)
    assert await code(world, "ListDiaryFeeds", both, "business-support-manager") == "INVALID_ARGUMENT"
    revoke = wire.RevokeDiaryFeedRequest(name=made.name, request_id=str(uuid4()))
    assert await code(world, "RevokeDiaryFeed", revoke, "business-support-manager") == "OK"
    assert not (await world.diary.ListDiaryFeeds(left, metadata=manager)).diary_feeds


async def test_whoever_is_not_on_the_list_of_staff_is_told_so(world: World) -> None:
    for method, request in (
        ("GetDiary", diary()),
        ("CreateDiaryFeed", _create()),
        ("ListDiaryFeeds", wire.ListDiaryFeedsRequest(parent=PARENT)),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await getattr(world.diary, method)(request, metadata=world.as_("panel-chair", oid="oid-nobody"))
        assert refusal(refused.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_ON_STAFF_LIST")
    wanted = diary(MONDAY, MONDAY + timedelta(days=31))
    assert await code(world, "GetDiary", wanted, "team-manager") == "INVALID_ARGUMENT"


def _create() -> wire.CreateDiaryFeedRequest:
    return wire.CreateDiaryFeedRequest(parent=PARENT, request_id=str(uuid4()))


async def _feed(world: World, token: str, council: str = "demo") -> list[wire.DiaryEntry]:
    of = SECOND if council == "second" else DEMO
    request = wire.ReadDiaryFeedRequest(parent=f"councils/{council}", token=token)
    as_itself = world.as_("service-web", oid="web", council=of, scp=None, idtyp="app")
    return list((await world.diary.ReadDiaryFeed(request, metadata=as_itself)).entries)


async def _refused(world: World, token: str, council: str = "demo") -> tuple[object, str]:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _feed(world, token, council)
    return refused.value.code(), str(refused.value.details()).replace(council, "-")


async def test_a_feed_holds_its_owners_meetings_and_its_secret_is_kept_nowhere(world: World, booked: str) -> None:
    as_me = world.as_("team-manager", oid=OWN)
    request = _create()
    made = await world.diary.CreateDiaryFeed(request, metadata=as_me)
    assert [one.meeting.reference for one in await _feed(world, made.token)] == [booked]
    again = await world.diary.CreateDiaryFeed(request, metadata=as_me)
    assert again.diary_feed.name == made.diary_feed.name and not again.token
    async with world.database.transaction(DEMO.council_id) as tx:
        tables = await tx.fetch("select tablename from pg_tables where schemaname = 'public'")
        for row in tables:
            held = await tx.fetchval(f"select string_agg(t::text, ' ') from {row['tablename']} t")
            assert made.token not in str(held) and made.token.encode().hex() not in str(held), row["tablename"]
    listed = (await world.diary.ListDiaryFeeds(wire.ListDiaryFeedsRequest(parent=PARENT), metadata=as_me)).diary_feeds
    assert [one.name for one in listed] == [made.diary_feed.name]
    assert listed[0].last_read_time.ToDatetime(UTC) == datetime(2026, 3, 16, 9, tzinfo=UTC)


async def test_a_secret_that_is_no_good_is_answered_like_one_that_never_was(world: World, booked: str) -> None:
    as_me = world.as_("team-manager", oid=OWN)
    revoked = await world.diary.CreateDiaryFeed(_create(), metadata=as_me)
    ended = [
        (await world.diary.RevokeDiaryFeed(asked, metadata=as_me)).diary_feed.revoke_time
        for asked in (
            wire.RevokeDiaryFeedRequest(name=revoked.diary_feed.name, request_id=str(uuid4())) for _ in range(2)
        )
    ]
    assert ended[0] == ended[1] and ended[0].seconds
    lapsed = await world.diary.CreateDiaryFeed(_create(), metadata=as_me)
    unknown = await _refused(world, "b" * 43)
    assert unknown[0] is grpc.StatusCode.NOT_FOUND
    assert await _refused(world, revoked.token) == unknown
    assert await _refused(world, lapsed.token, "second") == unknown, "another council's is nobody's here"
    world.at(days_from_monday(364, 8))
    assert await _feed(world, lapsed.token) == []
    world.at(days_from_monday(365, 10))
    assert await _refused(world, lapsed.token) == unknown


async def test_five_feeds_and_no_more_and_a_revoked_one_makes_room(world: World, booked: str) -> None:
    as_me = world.as_("team-manager", oid=OWN)
    made = [await world.diary.CreateDiaryFeed(_create(), metadata=as_me) for _ in range(5)]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.diary.CreateDiaryFeed(_create(), metadata=as_me)
    assert refusal(refused.value)[1] == "TOO_MANY_FEEDS"
    revoke = wire.RevokeDiaryFeedRequest(name=made[0].diary_feed.name, request_id=str(uuid4()))
    await world.diary.RevokeDiaryFeed(revoke, metadata=as_me)
    await world.diary.CreateDiaryFeed(_create(), metadata=as_me)


async def test_what_is_done_and_read_is_audited_without_the_secret(world: World, booked: str) -> None:
    made = await world.diary.CreateDiaryFeed(_create(), metadata=world.as_("team-manager", oid=OWN))
    await _feed(world, made.token)
    await read(world, diary())
    async with world.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select action, object_name from audit_event order by 1")
    seen = {row["action"]: row["object_name"] for row in rows}
    assert seen["CreateDiaryFeed"] == seen["ReadDiaryFeed"] == made.diary_feed.name
    assert seen["GetDiary"] == MANAGER and OFFICER not in seen.values()
