"""Somebody's days as pages, and the feed that a calendar program reads; the services are played."""

import io
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

import icalendar
import pytest
import vobject
from aiohttp.test_utils import TestClient, TestServer
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.council_pb2 import Council as CouncilMessage
from permanence.scheduler.v1 import capacity_service_pb2 as capacity_pb
from permanence.scheduler.v1 import diary_service_pb2 as pb
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb

from servicekit import log
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal, Unavailable
from tests.web.headers import faults_of_headers
from tests.web.made_app import made_app
from tests.web.test_figures_site import Played, Site
from tests.web.test_site import SignedInAlready, _config
from web.desk import Desk, Refused
from web.feed_peer import FEED_GATE
from web.guard import ENTRA, SESSIONS

KEY = "01a214cb-f959-77dd-817a-c6ebdb329a52"
PERSON = f"councils/demo/people/{KEY}"
SECRET = "s" * 43
FEED = f"/diary/feed/demo.{SECRET}.ics"


def at(text: str) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.fromisoformat(text).replace(tzinfo=UTC))
    return stamp


def meeting(start: str, end: str, **more: Any) -> pb.DiaryEntry:
    about = pb.DiaryMeeting(
        meeting=f"councils/demo/meetings/{KEY}",
        title="Child in care review",
        reference="M-000412",
        role="reviewing-officer",
        chair=True,
        state=meeting_pb2.MEETING_STATE_BOOKED,
        revision=2,
        **more,
    )
    kind = pb.DIARY_ENTRY_KIND_MEETING
    return pb.DiaryEntry(kind=kind, start_time=at(start), end_time=at(end), meeting=about)


def entry(kind: pb.DiaryEntryKind.ValueType, start: str, end: str) -> pb.DiaryEntry:
    return pb.DiaryEntry(kind=kind, start_time=at(start), end_time=at(end))


def a_day(*entries: pb.DiaryEntry, closed: str = "") -> pb.DiaryDay:
    hours = [pb.WorkingStretch(start_time=at("2026-03-16T09:00"), end_time=at("2026-03-16T17:00"))]
    return pb.DiaryDay(date=Date(year=2026, month=3, day=16), hours=hours, entries=entries, closed=closed)


class Feeds:
    """The scheduler as the site asks it as itself."""

    def __init__(self) -> None:
        self.entries: list[pb.DiaryEntry] = [meeting("2026-03-16T10:00", "2026-03-16T11:30")]
        self.asked: list[tuple[Message, Any]] = []
        self.away = False

    async def call(self, peer: Peer, method: object, request: Message, caller: object = None, **more: Any) -> Message:
        self.asked.append((request, more.get("council")))
        if self.away:
            raise Unavailable(service="scheduler")
        assert isinstance(request, pb.ReadDiaryFeedRequest) and caller is None
        if request.token != SECRET:
            raise RemoteRefusal("NOT_FOUND", "NOT_FOUND", {}, [])
        return pb.ReadDiaryFeedResponse(entries=self.entries)


@pytest.fixture
def feeds(monkeypatch: pytest.MonkeyPatch) -> Feeds:
    found = Feeds()

    async def call(peer: Peer, *args: Any, **more: Any) -> Message:
        return await found.call(peer, *args, **more)

    monkeypatch.setattr(Peer, "call", call)
    return found


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch, feeds: Feeds) -> AsyncIterator[Site]:
    played = Played()
    diary = pb.Diary(person=PERSON, own=True, hours_known=True, days=[a_day(*feeds.entries)])
    made = pb.DiaryFeed(name=f"councils/demo/diaryFeeds/{KEY}", create_time=at("2026-03-16T09:00"))
    made.expire_time.CopyFrom(at("2027-03-16T09:00"))
    played.replies |= {
        "GetCouncilRequest": cases_pb.GetCouncilResponse(council=CouncilMessage(display_name="Northmoor")),
        "GetDiaryRequest": pb.GetDiaryResponse(diary=diary),
        "ListRoomsRequest": scheduler_pb.ListRoomsResponse(),
        "ListDiaryFeedsRequest": pb.ListDiaryFeedsResponse(diary_feeds=[made]),
        "CreateDiaryFeedRequest": pb.CreateDiaryFeedResponse(diary_feed=made, token=SECRET),
        "RevokeDiaryFeedRequest": pb.RevokeDiaryFeedResponse(diary_feed=made),
        "GetCapacityRequest": capacity_pb.GetCapacityResponse(as_of_time=at("2026-03-16T09:00")),
    }

    async def ask(_: Desk, service: str, method: Callable[..., Any], request: Message, **options: Any) -> Any:
        reply = played.of(request)
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 3, 18))
    app = made_app(_config())
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as client:
        found = Site(client, played)
        found.as_role("reviewing-officer")
        yield found


async def post(site: Site, path: str, **fields: str) -> str:
    session = next(iter(site.client.app[SESSIONS]._open.values()))  # type: ignore[index]
    form = {"form_token": session.form_token, "request_id": KEY, **fields}
    async with site.client.post(path, data=form, allow_redirects=False) as answer:
        assert answer.status == HTTPStatus.SEE_OTHER, await answer.text()
        return answer.headers["Location"]


async def test_a_week_and_a_day_by_links_alone(site: Site) -> None:
    text = await site.get("/diary")
    asked = site.played.last("GetDiaryRequest")
    assert (asked.from_date.day, asked.until_date.day, asked.person) == (16, 22, "")
    assert "My diary" in text and "Works 9am to 5pm" in text and "Child in care review, M-000412" in text
    assert 'href="/diary?view=week&amp;on=2026-03-23"' in text and 'href="/diary?view=day&amp;on=2026-03-16"' in text
    await site.get("/diary?view=day&on=2026-03-20")
    asked = site.played.last("GetDiaryRequest")
    assert asked.from_date.day == asked.until_date.day == 20
    for nonsense in ("0001-01-01", "9999-12-31", "x", "2026-02-30"):
        await site.get(f"/diary?on={nonsense}&view=x&person=y")
        assert site.played.last("GetDiaryRequest").from_date.day == 16


async def test_what_is_not_known_is_said_and_a_hidden_meeting_has_no_details(site: Site) -> None:
    hidden = pb.DIARY_ENTRY_KIND_MEETING
    entries = [
        entry(hidden, "2026-03-16T10:00", "2026-03-16T11:00"),
        entry(pb.DIARY_ENTRY_KIND_WRITE_UP, "2026-03-16T11:00", "2026-03-16T11:20"),
        entry(pb.DIARY_ENTRY_KIND_ELSEWHERE, "2026-03-16T12:00", "2026-03-16T13:00"),
        entry(pb.DIARY_ENTRY_KIND_NOT_KNOWN, "2026-03-16T13:00", "2026-03-16T17:00"),
    ]
    diary = pb.Diary(person=PERSON, hours_known=True, days=[a_day(*entries), a_day(closed="Good Friday")])
    site.played.replies["GetDiaryRequest"] = pb.GetDiaryResponse(diary=diary)
    site.played.replies["LookUpStaffRequest"] = cases_pb.LookUpStaffResponse()
    site.as_role("business-support")
    text = await site.get(f"/diary?person={KEY}")
    assert site.played.last("GetDiaryRequest").person == PERSON and "Diary of a colleague" in text
    assert "<strong>A meeting</strong>: you may not know of it" in text and "Writing up" in text and "20m" in text
    assert "nobody has read the diary so far ahead" in text and "No working day: Good Friday" in text
    assert "/meetings/" not in text.partition("<main")[2], "nothing leads to what may not be known"
    diary.hours_known = False
    site.played.replies["GetDiaryRequest"] = pb.GetDiaryResponse(diary=diary)
    assert "Working hours not known" in await site.get(f"/diary?person={KEY}")


async def test_whoever_is_not_on_the_list_of_staff_is_told_whom_to_ask(site: Site) -> None:
    site.as_role("performance-officer")
    for path, request in (("/diary", "GetDiaryRequest"), ("/diary/feeds", "ListDiaryFeedsRequest")):
        site.played.replies[request] = Refused("NOT_ON_STAFF_LIST", {}, ())  # type: ignore[assignment]
        assert "does not hold your account" in await site.get(path)


async def test_an_address_is_shown_once_and_to_nobody_else(site: Site) -> None:
    assert await post(site, "/diary/feeds") == "/diary/feeds"
    site.played.replies["CreateDiaryFeedRequest"] = pb.CreateDiaryFeedResponse()
    assert await post(site, "/diary/feeds") == "/diary/feeds", "pressed twice: the first answer's is shown"
    text = await site.get("/diary/feeds")
    assert f"http://127.0.0.1:8080{FEED}" in text and "shown this once" in text
    assert SECRET not in await site.get("/diary/feeds")
    assert await post(site, f"/diary/feeds/{KEY}/end", person=KEY) == f"/diary/feeds?person={KEY}"
    assert site.played.last("RevokeDiaryFeedRequest").name == f"councils/demo/diaryFeeds/{KEY}"


async def read_feed(site: Site, path: str = FEED) -> tuple[int, str, dict[str, str]]:
    async with site.client.get(path, allow_redirects=False) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert faults_of_headers(path, answer.status, headers) == []
        return answer.status, await answer.text(), headers


async def test_the_feed_is_read_without_signing_in_and_tells_when_and_nothing_else(site: Site, feeds: Feeds) -> None:
    site.client.session.cookie_jar.clear()
    feeds.entries.append(meeting("2026-07-06T09:00", "2026-07-06T10:00", session=2, room=f"councils/demo/rooms/{KEY}"))
    feeds.entries.append(meeting("2026-10-25T00:30", "2026-10-25T01:30"))
    status, text, headers = await read_feed(site)
    assert status == HTTPStatus.OK and headers["content-type"].startswith("text/calendar")
    assert headers["cache-control"] == "private"
    assert [council.slug for _, council in feeds.asked] == ["demo"]
    calendar = icalendar.Calendar.from_ical(text)
    winter, summer, twice = calendar.walk("VEVENT")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert str(winter["SUMMARY"]) == "Child in care review M-000412"
    assert str(summer["SUMMARY"]) == "Child in care review M-000412, part 2"
    assert winter["DTSTART"].params["TZID"] == "Europe/London" and winter["DTSTART"].dt.hour == 10
    assert summer["DTSTART"].dt.hour == 10, "nine in UTC is ten in July"
    assert twice["DTSTART"].dt == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the hour that is there twice, in UTC"
    assert {name for event in (winter, summer) for name in event} == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS", "TRANSP",
    }  # fmt: skip
    assert winter["UID"] != summer["UID"] and KEY in winter["UID"] and "rooms" not in text
    # A second reader, which shares no code with the first.
    again = vobject.readOne(text)
    starts = [event.dtstart.value.astimezone(UTC) for event in again.vevent_list]
    assert starts == [one.start_time.ToDatetime(UTC) for one in feeds.entries]
    assert {event.summary.value for event in again.vevent_list} == {str(e["SUMMARY"]) for e in (winter, summer)}


async def test_an_empty_feed_is_a_calendar_too(site: Site, feeds: Feeds) -> None:
    feeds.entries.clear()
    _, text, _ = await read_feed(site)
    assert not icalendar.Calendar.from_ical(text).walk("VEVENT")


def _plain(text: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", text)


async def test_every_address_that_opens_nothing_gives_the_same_page(site: Site, feeds: Feeds) -> None:
    site.client.session.cookie_jar.clear()
    answers = set()
    unknown, foreign, other = f"demo.{'r' * 43}", f"second.{SECRET}", f"DEMO.{SECRET}"
    for token in (unknown, foreign, other, f"demo.{SECRET}x", "demo.short", "nonsense"):
        status, text, _ = await read_feed(site, f"/diary/feed/{token}.ics")
        answers.add((status, _plain(text)))
    status, text, _ = await read_feed(site, "/diary/feed/")
    answers.add((status, _plain(text)))
    assert len(answers) == 1 and answers.pop()[0] == HTTPStatus.NOT_FOUND


async def test_a_service_that_is_away_and_a_flood_are_told_to_come_again(site: Site, feeds: Feeds) -> None:
    site.client.session.cookie_jar.clear()
    feeds.away = True
    assert (await read_feed(site))[0] == HTTPStatus.SERVICE_UNAVAILABLE
    gate, before = site.client.app[FEED_GATE], len(feeds.asked)  # type: ignore[index]
    while not gate.locked():
        await gate.acquire()
    status, _, headers = await read_feed(site)
    assert (status, headers["retry-after"]) == (HTTPStatus.TOO_MANY_REQUESTS, "60") and len(feeds.asked) == before


async def test_the_secret_stands_in_no_log(site: Site, feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    with monkeypatch.context() as patched:
        # The log writes to what was standard output when it was set up, whichever test did that.
        patched.setattr(sys, "stdout", heard)
        log.configure("web", "test")
        patched.setattr(logging.getLogger(), "level", logging.DEBUG)
        for path in (FEED, f"/diary/feed/demo.{'q' * 43}.ics"):
            await read_feed(site, path)
    log.configure("web", "test")
    assert "/diary/feed/{token}.ics" in heard.getvalue()
    assert SECRET not in heard.getvalue() and "q" * 43 not in heard.getvalue()


@pytest.mark.parametrize(
    ("role", "counts"),
    [
        ("business-support", True),
        ("business-support-manager", True),
        ("team-manager", True),
        ("performance-officer", True),
        ("reviewing-officer", False),
        ("panel-chair", False),
        ("social-worker", False),
    ],
)
async def test_each_role_has_its_doors(site: Site, role: str, counts: bool) -> None:
    site.as_role(role)
    text = await site.get("/accessibility")
    assert ('href="/capacity"' in text) == counts and 'href="/diary"' in text
    for path in ("/capacity", "/capacity/file", "/capacity?of=rooms"):
        await site.get(path, HTTPStatus.OK if counts else HTTPStatus.NOT_FOUND)
    if not counts or role == "performance-officer":
        await site.get(f"/capacity/people/{KEY}", HTTPStatus.NOT_FOUND)
