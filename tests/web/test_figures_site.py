"""Tracker, scorecard and returns as pages: empty, without data, refused, and as files; the services are played."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import msal
import pytest
from aiohttp.test_utils import TestClient, TestServer
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1 import obligation_pb2, returns_service_pb2, subject_pb2
from permanence.cases.v1 import performance_pb2 as wire
from permanence.cases.v1 import performance_service_pb2 as pb
from permanence.cases.v1.council_pb2 import Council as CouncilMessage
from permanence.cases.v1.council_pb2 import StaffMember
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb

from servicekit.caller import Caller, CallerKind
from tests.web.headers import faults_of_headers
from tests.web.made_app import made_app
from tests.web.test_site import COUNCIL, SignedInAlready, _config
from web.desk import Absent, Desk
from web.guard import ENTRA, SESSIONS

CHILD = "01a214cb-f959-77dd-817a-c6ebdb329a52"
CLOCK = "01a214cb-f959-77dd-817a-000000000001"
OTHER = "01a214cb-f959-77dd-817a-000000000002"
NAME = f"councils/demo/children/{CHILD}"
DAY = Date(year=2026, month=3, day=16)
PERIOD = "from=2025-03-01&until=2026-02-28"


class Played:
    """Replies by RPC; `asked` is what the site asked for."""

    def __init__(self) -> None:
        self.replies: dict[str, Message | list[Message]] = {
            "GetCouncilRequest": cases_pb.GetCouncilResponse(council=CouncilMessage(display_name="Northmoor")),
            "ListTrackedSubjectsRequest": pb.ListTrackedSubjectsResponse(as_of_date=DAY),
            "LookUpStaffRequest": cases_pb.LookUpStaffResponse(
                staff=[StaffMember(person=f"councils/demo/people/{OTHER}", display_name="Wren <b>Workwell")]
            ),
            "GetScorecardRequest": pb.GetScorecardResponse(as_of_date=DAY, measures=list(measures()), children=600),
            "ListLateRequest": pb.ListLateResponse(),
            "ExportScorecardRequest": pb.ExportScorecardResponse(file_name="scorecard.csv", content=b"set\r\n"),
            "GetTimetableRequest": cases_pb.GetTimetableResponse(
                subject=subject_pb2.Subject(name=NAME, reference="NM-0412", kind=subject_pb2.SUBJECT_KIND_CHILD),
                obligations=list(clocks()),
            ),
            "ListMeetingsRequest": scheduler_pb.ListMeetingsResponse(),
            "ListUnarrangedObligationsRequest": scheduler_pb.ListUnarrangedObligationsResponse(),
            "ListBodiesRequest": panels_pb.ListBodiesResponse(),
            "ListSittingsRequest": panels_pb.ListSittingsResponse(),
            "ExportReturnRequest": [],
        }
        self.asked: list[Message] = []

    def of(self, request: Message) -> Any:
        self.asked.append(request)
        reply = self.replies.get(type(request).__name__)
        if reply is None:
            raise Absent
        return reply

    def last(self, name: str) -> Any:
        return [one for one in self.asked if type(one).__name__ == name][-1]


def measures() -> list[wire.Measure]:
    months = [
        wire.MonthFigure(
            from_date=Date(year=2026, month=number, day=1),
            until_date=Date(year=2026, month=number, day=28),
            figure=wire.Figure(numerator=number, denominator=4, value=number / 4),
        )
        for number in (1, 2)
    ]
    whole = wire.Figure(numerator=3, denominator=8, value=3 / 8, not_judged=1)
    kept = wire.Measure(key="reviews_in_time", counts="Reviews held in time", figure=whole, months=months)
    kept.set, kept.direction, kept.unit = wire.MEASURE_SET_TIMELINESS, wire.MEASURE_DIRECTION_MORE, 1
    left = wire.Measure(key="left_by_adoption", counts="Left by adoption", figure=wire.Figure(denominator=0))
    missing = wire.Measure(key="outcome_leisure", counts="Leisure", missing="no fact about leisure is kept here")
    return [kept, left, missing]


def clocks() -> list[obligation_pb2.Obligation]:
    met = obligation_pb2.OBLIGATION_STATE_MET
    return [
        obligation_pb2.Obligation(name=f"councils/demo/obligations/{key}", title=f"Clock {key[-1]}", state=state)
        for key, state in ((CLOCK, obligation_pb2.OBLIGATION_STATE_OPEN), (OTHER, met))
    ]


class Site:
    """Somebody of a role at the site, with played services behind it."""

    def __init__(self, client: TestClient[Any, Any], played: Played) -> None:
        self.client, self.played = client, played

    def as_role(self, role: str) -> None:
        caller = Caller(COUNCIL.council_id, "demo", "oid", CallerKind.USER, frozenset({role}))
        key, _ = self.client.app[SESSIONS].begin(caller, "Somebody", msal.SerializableTokenCache(), {})
        self.client.session.cookie_jar.update_cookies({"session": key})

    async def get(self, path: str, status: int = HTTPStatus.OK) -> str:
        async with self.client.get(path, allow_redirects=False) as answer:
            text = await answer.text()
            assert answer.status == status, (answer.status, text[:2000])
            headers = {name.lower(): value for name, value in answer.headers.items()}
            assert faults_of_headers(path, answer.status, headers) == []
            return answer.headers.get("Location", "") or text


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    played = Played()

    async def ask(_: Desk, service: str, method: Callable[..., Any], request: Message, **options: Any) -> Any:
        return played.of(request)

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setattr(Desk, "ask_all", ask)
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 3, 16))
    app = made_app(_config())
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as client:
        found = Site(client, played)
        found.as_role("performance-officer")
        yield found


async def test_nobody_to_track_is_said_in_words_and_filters_go_to_the_service(site: Site) -> None:
    text = await site.get("/tracker")
    assert "No clock is running for anybody that you can see" in text and "<table" not in text
    assert "Wren &lt;b&gt;Workwell" in text
    text = await site.get(f"/tracker?reviewing_officer={OTHER}&team_manager=x&kind=unborn&late=yes")
    asked = site.played.last("ListTrackedSubjectsRequest")
    assert asked.reviewing_officer == f"councils/demo/people/{OTHER}" and not asked.team_manager
    assert asked.kind == subject_pb2.SUBJECT_KIND_UNBORN_CHILD and asked.late_only
    assert "Nobody that you can see is like this" in text and "Show all children" in text


async def test_the_scorecard_tells_no_data_from_nothing_to_count(site: Site) -> None:
    text = await site.get("/scorecard")
    asked = site.played.last("GetScorecardRequest")
    assert (asked.from_date.year, asked.from_date.month, asked.until_date.day) == (2025, 3, 28)
    assert "No data: no fact about leisure is kept here" in text and "Nothing to count" in text
    assert "38%" in text and "5 cases" in text and "600 children" in text
    assert f'href="/scorecard/file?{PERIOD.replace("&", "&amp;")}" download' in text
    assert text.index("numbers from 1 to 5") < text.index("Download the figures"), "said before it is pressed"


async def test_a_measure_has_a_picture_a_table_and_its_cases(site: Site) -> None:
    item = wire.LateItem(subject=NAME, reference="NM-0412", obligation=f"councils/demo/obligations/{CLOCK}")
    site.played.replies["ListLateRequest"] = pb.ListLateResponse(late_items=[item], next_page_token="more&more")
    text = await site.get(f"/scorecard/reviews-in-time?{PERIOD}")
    assert site.played.last("ListLateRequest").measure == "reviews_in_time"
    assert "Median 38%" in text and "January 2026" in text and "3 of 8" in text
    assert f"/children/{CHILD}?clock={CLOCK}#clock-{CLOCK}" in text and "Not known: nothing on record tells why" in text
    assert "page=more%26more#cases" in text
    describes = await site.get("/scorecard/left-by-adoption")
    assert "This measure describes" in describes and "<svg" not in describes
    assert "No data: no fact" in await site.get("/scorecard/outcome-leisure")
    await site.get("/scorecard/no-such-measure", HTTPStatus.NOT_FOUND)


async def test_a_period_that_is_none_counts_nothing_and_says_why(site: Site) -> None:
    sent = "first-day=1&first-month=2&first-year=2026&last-day=1&last-month=1&last-year=2026"
    before = len(site.played.asked)
    text = await site.get(f"/scorecard?{sent}", HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "Until must not be before the first day" in text and "Nothing was counted" in text
    await site.get("/scorecard/reviews-in-time?from=2026-02-01&until=2026-01-01", HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not any(isinstance(one, pb.GetScorecardRequest) for one in site.played.asked[before:])
    good = sent.replace("first-year=2026", "first-year=2025")
    assert await site.get(f"/scorecard?{good}", HTTPStatus.SEE_OTHER) == "/scorecard?from=2025-02-01&until=2026-01-01"


async def test_files_are_saved_under_the_services_names_and_kept_by_nobody(site: Site) -> None:
    piece = returns_service_pb2.ReturnPiece(file_name="reviews.csv", content=b"CHILD\r\n1\r\n")
    site.played.replies["ExportReturnRequest"] = [returns_service_pb2.ExportReturnResponse(piece=piece)]
    for path, name in (
        (f"/scorecard/file?{PERIOD}", "scorecard.csv"),
        (f"/returns/yearly-reviews/file?{PERIOD}", "reviews.csv"),
    ):
        async with site.client.get(path) as answer:
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
            headers = {key.lower(): value for key, value in answer.headers.items()}
            assert answer.status == HTTPStatus.OK and faults_of_headers(path, 200, headers) == []
    assert "Every row is complete" in await site.get(f"/returns/yearly-reviews?{PERIOD}")
    await site.get(f"/returns/nonsense?{PERIOD}", HTTPStatus.NOT_FOUND)


async def test_findings_are_paged_by_reason_and_lead_to_the_case(site: Site) -> None:
    def finding(reason: str, row: int) -> returns_service_pb2.ExportReturnResponse:
        one = returns_service_pb2.ReturnFinding(
            subject=NAME, reference=f"NM-{row:04d}", row=row, reason=reason, message=f"{reason} <b>is wrong"
        )
        return returns_service_pb2.ExportReturnResponse(finding=one)

    site.played.replies["ExportReturnRequest"] = [finding("RARE", 0), *(finding("OFTEN", row) for row in range(2, 155))]
    first = await site.get(f"/returns/yearly-reviews?{PERIOD}")
    assert "153 reviews" in first and "1 review<" in first and "154 things" in first
    assert "NM-0002" in first and "NM-0154" not in first and "OFTEN &lt;b&gt;is wrong" in first
    assert f"{PERIOD.replace('&', '&amp;')}&amp;reason=often&amp;page=2#reviews" in first
    second = await site.get(f"/returns/yearly-reviews?{PERIOD}&reason=often&page=2")
    assert "NM-0154" in second and "NM-0002" not in second
    rare = await site.get(f"/returns/yearly-reviews?{PERIOD}&reason=rare&page=9")
    assert "Left out" in rare and f'href="/children/{CHILD}"' in rare and "NM-0002" not in rare


@pytest.mark.parametrize(
    ("role", "front", "open_"),
    [
        ("performance-officer", "/scorecard", {"/tracker", "/scorecard", "/returns"}),
        ("business-support-manager", "/to-arrange", {"/tracker", "/scorecard", "/returns"}),
        ("reviewing-officer", "/to-arrange", {"/tracker", "/scorecard"}),
        ("panel-chair", "/sittings", {"/tracker", "/scorecard"}),
        ("business-support", "/to-arrange", {"/tracker"}),
        ("social-worker", "/meetings", {"/tracker"}),
    ],
)
async def test_each_role_has_its_doors_and_a_closed_one_is_not_there(
    site: Site, role: str, front: str, open_: set[str]
) -> None:
    site.as_role(role)
    assert await site.get("/", HTTPStatus.SEE_OTHER) == front
    text = await site.get("/accessibility")
    doors = {"/tracker", "/scorecard", "/returns"}
    assert {door for door in doors if f'href="{door}"' in text} == open_
    for door in doors:
        await site.get(door, HTTPStatus.OK if door in open_ else HTTPStatus.NOT_FOUND)
    await site.get(f"/returns/dataset-reviews/file?{PERIOD}", 200 if "/returns" in open_ else HTTPStatus.NOT_FOUND)


async def test_one_clock_is_led_to_and_one_that_is_no_more_is_said_to_be(site: Site) -> None:
    text = await site.get(f"/children/{CHILD}?clock={OTHER}")
    assert text.count(' led-to"') == 1 and "You were led here" in text
    assert (
        'id="over" class="govuk-details" open' in text and 'class="govuk-details govuk-!-margin-bottom-0" open' in text
    )
    assert '<h2 class="govuk-heading-m">Meetings' not in text, "a performance officer is told of no meeting"
    site.as_role("business-support")
    text = await site.get(f"/children/{CHILD}?clock={CHILD}")
    assert "is not among these any more" in text and "You were led here" not in text
    assert "is not among these" not in await site.get(f"/children/{CHILD}")
