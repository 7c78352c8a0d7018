"""Dates offered as pages: what staff read, and the page of whoever was asked; the services are played."""

import io
import logging
import re
import sys
from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer
from google.protobuf.message import Message
from permanence.notifications.v1.notification_pb2 import (
    DATE_QUESTION_STATE_SENT,
    DATE_QUESTION_STATE_TO_BE_ASKED,
    DateQuestion,
)
from permanence.scheduler.v1 import date_offer_pb2 as wire
from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Room

from servicekit import log
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal, Unavailable
from tests.web.headers import faults_of_headers
from tests.web.made_app import made_app
from tests.web.test_diary_site import at
from tests.web.test_site import SignedInAlready, _config
from web.desk import Desk
from web.feed_peer import ANSWER_GATE
from web.guard import ENTRA
from web.journeys.arrange.offer_step import end_of, usual_until
from web.journeys.date_offer import presenters as show
from web.journeys.date_offer.forms import SEND_AGAIN, AnswersForm

SECRET = "s" * 43
PAGE = f"/answer/demo.{SECRET}"
MOTHER, NURSE = (f"councils/demo/people/01a214cb-f959-77dd-817a-00000000000{number}" for number in (1, 2))
CAN, RATHER_NOT, CANNOT = wire.OFFER_ANSWER_CAN_COME, wire.OFFER_ANSWER_RATHER_NOT, wire.OFFER_ANSWER_CANNOT


def sheet(state: int = wire.DATE_OFFER_STATE_OPEN, *answers: int) -> pb.AnswerSheet:
    found = pb.AnswerSheet(state=state, expire_time=at("2026-03-20T17:00"))  # type: ignore[arg-type]
    if state == wire.DATE_OFFER_STATE_OPEN:
        for number, day in enumerate(("24", "31"), 1):
            found.dates.add(
                number=number,
                start_time=at(f"2026-03-{day}T10:00"),
                end_time=at(f"2026-03-{day}T11:00"),
                answer=answers[number - 1] if answers else 0,  # type: ignore[arg-type]
            )
    if answers:
        found.answer_time.CopyFrom(at("2026-03-17T09:00"))
    return found


class Links:
    """The scheduler as the site asks it as itself."""

    def __init__(self) -> None:
        self.sheet = sheet()
        self.asked: list[Message] = []
        self.fault: Exception | None = None

    async def call(self, request: Message, caller: object) -> Message:
        assert caller is None, "as itself, never as somebody"
        self.asked.append(request)
        if self.fault:
            raise self.fault
        if request.token != SECRET or request.parent != "councils/demo":  # type: ignore[attr-defined]
            raise RemoteRefusal("NOT_FOUND", "NOT_FOUND", {}, [])
        if isinstance(request, pb.AnswerOfferedDatesRequest):
            self.sheet = sheet(wire.DATE_OFFER_STATE_OPEN, *(one.answer for one in request.answers))
            return pb.AnswerOfferedDatesResponse(answer_sheet=self.sheet)
        return pb.ReadOfferedDatesResponse(answer_sheet=self.sheet)


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> Links:
    found = Links()

    async def call(peer: Peer, method: object, request: Message, caller: object = None, **more: Any) -> Message:
        return await found.call(request, caller)

    monkeypatch.setattr(Peer, "call", call)
    return found


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch, links: Links) -> AsyncIterator[TestClient[Any, Any]]:
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 3, 18))
    app = made_app(_config())
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as made:
        yield made


async def seen(client: TestClient[Any, Any], path: str = PAGE, **fields: str) -> tuple[int, str, dict[str, str]]:
    """A page; posted where fields are given."""
    sent = client.post if fields else client.get
    options: dict[str, Any] = {"data": urlencode(fields)} if fields else {}
    if fields:
        options["headers"] = {"Content-Type": "application/x-www-form-urlencoded"}
    async with sent(path, allow_redirects=False, **options) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert faults_of_headers(path, answer.status, headers) == []
        assert "set-cookie" not in headers
        return answer.status, await answer.text(), headers


FORM = {"request_id": "01a214cb-f959-77dd-817a-c6ebdb329a52"}


async def test_whoever_has_the_link_sees_dates_and_nothing_that_tells_of_whom(
    client: TestClient[Any, Any], links: Links
) -> None:
    status, text, headers = await seen(client)
    assert status == HTTPStatus.OK and headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "Tuesday 24 March 2026, 10am to 11am" in text and "in person" in text
    assert "Tuesday 31 March 2026, 11am to midday" in text, "summer time has begun"
    assert "Sign" not in text and 'href="/"' not in text, "nothing leads to the staff site"
    assert not re.findall(r"councils/|/meetings/|/children/", text)


async def test_answers_are_sent_once_and_shown_again(client: TestClient[Any, Any], links: Links) -> None:
    status, _, headers = await seen(client, **FORM, answer_1="can-come", answer_2="rather-not")
    assert (status, headers["location"]) == (HTTPStatus.SEE_OTHER, PAGE)
    sent = links.asked[-1]
    assert isinstance(sent, pb.AnswerOfferedDatesRequest) and sent.request_id == FORM["request_id"]
    assert [(one.number, one.answer) for one in sent.answers] == [(1, CAN), (2, RATHER_NOT)]
    _, text, _ = await seen(client)
    assert "We have your answers" in text and "Change my answers" in text and text.count(" checked") == 2


async def test_a_date_left_out_is_named_and_what_was_chosen_stays(client: TestClient[Any, Any], links: Links) -> None:
    status, text, _ = await seen(client, **FORM, answer_2="cannot")
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY and "<title>Error: " in " ".join(text.split())
    assert "Choose an answer for Tuesday 24 March 2026, 10am to 11am" in text and text.count(" checked") == 1
    status, _, _ = await seen(client, **FORM, answer_1="maybe", answer_2="cannot")
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not any(isinstance(one, pb.AnswerOfferedDatesRequest) for one in links.asked)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (wire.DATE_OFFER_STATE_TAKEN, "A date has been settled"),
        (wire.DATE_OFFER_STATE_WITHDRAWN, "These dates are no longer offered"),
        (wire.DATE_OFFER_STATE_EXPIRED, "The time for answering has passed"),
    ],
)
async def test_what_is_over_is_said_in_plain_words(
    client: TestClient[Any, Any], links: Links, state: int, words: str
) -> None:
    links.sheet = sheet(state)
    for fields in ({}, {**FORM, "answer_1": "can-come", "answer_2": "can-come"}):
        status, text, _ = await seen(client, **fields)
        assert status == HTTPStatus.OK and words in text and "2026" not in text
    assert not any(isinstance(one, pb.AnswerOfferedDatesRequest) for one in links.asked)


async def test_an_offer_closed_in_the_very_moment_is_said_on_the_page_that_follows(
    client: TestClient[Any, Any], links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def closed(request: Message, caller: object) -> Message:
        if isinstance(request, pb.AnswerOfferedDatesRequest):
            raise RemoteRefusal("FAILED_PRECONDITION", "DATE_OFFER_CLOSED", {"state": "taken"}, [])
        return pb.ReadOfferedDatesResponse(answer_sheet=sheet())

    monkeypatch.setattr(links, "call", closed)
    status, _, headers = await seen(client, **FORM, answer_1="can-come", answer_2="cannot")
    assert (status, headers["location"]) == (HTTPStatus.SEE_OTHER, PAGE)


@pytest.mark.parametrize("reason", ["REQUEST_ID_REUSED", "INVALID_ARGUMENT"])
async def test_a_page_that_was_sent_before_is_shown_to_be_sent_again(
    client: TestClient[Any, Any], links: Links, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    played = links.call

    async def once(request: Message, caller: object) -> Message:
        if isinstance(request, pb.AnswerOfferedDatesRequest) and request.request_id == FORM["request_id"]:
            raise RemoteRefusal("INVALID_ARGUMENT", reason, {}, [])
        return await played(request, caller)

    monkeypatch.setattr(links, "call", once)
    status, text, _ = await seen(client, **FORM, answer_1="can-come", answer_2="cannot")
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY and SEND_AGAIN in text and text.count(" checked") == 2
    found = re.search(r'name="request_id" value="([^"]+)"', text)
    assert found and found[1] != FORM["request_id"]
    status, _, headers = await seen(client, request_id=found[1], answer_1="can-come", answer_2="cannot")
    assert (status, headers["location"]) == (HTTPStatus.SEE_OTHER, PAGE)
    assert [one.answer for one in links.sheet.dates] == [CAN, CANNOT]


async def test_every_link_that_opens_nothing_gives_the_same_page(client: TestClient[Any, Any], links: Links) -> None:
    answers = set()
    for token in (f"demo.{'r' * 43}", f"second.{SECRET}", f"DEMO.{SECRET}", f"demo.{SECRET}x", "demo.short", "x", ""):
        status, text, _ = await seen(client, f"/answer/{token}")
        answers.add((status, re.sub(r'nonce="[^"]+"', "", text)))
    assert len(answers) == 1 and answers.pop()[0] == HTTPStatus.NOT_FOUND


async def test_while_the_scheduler_is_away_the_answers_are_kept_in_the_page(
    client: TestClient[Any, Any], links: Links
) -> None:
    links.fault = Unavailable(service="scheduler")
    assert (await seen(client))[0] == HTTPStatus.SERVICE_UNAVAILABLE
    status, text, headers = await seen(client, **FORM, answer_1="can-come", answer_2="cannot")
    assert (status, headers["retry-after"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "60")
    for name, value in {**FORM, "answer_1": "can-come", "answer_2": "cannot"}.items():
        assert f'name="{name}" value="{value}"' in text


async def test_a_flood_is_told_to_come_again_and_asks_nobody(client: TestClient[Any, Any], links: Links) -> None:
    gate = client.app[ANSWER_GATE]  # type: ignore[index]
    while not gate.locked():
        await gate.acquire()
    for fields in ({}, {**FORM, "answer_1": "can-come"}):
        status, _, headers = await seen(client, **fields)
        assert (status, headers["retry-after"]) == (HTTPStatus.TOO_MANY_REQUESTS, "60")
    assert not links.asked


async def test_the_secret_stands_in_no_log(
    client: TestClient[Any, Any], links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", heard)
        log.configure("web", "test")
        patched.setattr(logging.getLogger(), "level", logging.DEBUG)
        await seen(client)
        await seen(client, **FORM, answer_1="can-come", answer_2="cannot")
        links.fault = RuntimeError(SECRET)
        assert (await seen(client))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
        await seen(client, f"/answer/demo.{'q' * 43}")
    log.configure("web", "test")
    assert "/answer/{token}" in heard.getvalue()
    assert SECRET not in heard.getvalue() and "q" * 43 not in heard.getvalue()


async def test_whoever_is_signed_in_answers_by_the_link_and_not_as_themselves(
    client: TestClient[Any, Any], links: Links
) -> None:
    client.session.cookie_jar.update_cookies({"session": "x"})
    status, text, _ = await seen(client)
    assert status == HTTPStatus.OK and "Sign out" not in text


def offer(**changes: Any) -> wire.DateOffer:
    """Two dates; a mother who answered and a nurse who has not."""
    made = wire.DateOffer(
        name="councils/demo/dateOffers/01a214cb-f959-77dd-817a-c6ebdb329a52",
        state=wire.DATE_OFFER_STATE_OPEN,
        expire_time=at("2026-03-20T17:00"),
        **changes,
    )
    for number, day in enumerate(("24", "31"), 1):
        made.dates.add(
            number=number,
            start_time=at(f"2026-03-{day}T10:00"),
            end_time=at(f"2026-03-{day}T11:00"),
            room="councils/demo/rooms/1",
            kept=True,
            required=wire.Tally(asked=1),
            optional=wire.Tally(can=1 if number == 1 else 0, cannot=0 if number == 1 else 1, asked=1),
        )
    mother = made.people.add(person=MOTHER, role="mother", answer_time=at("2026-03-17T09:00"))
    mother.answers.extend([wire.DateAnswer(number=1, answer=CAN), wire.DateAnswer(number=2, answer=CANNOT)])
    made.people.add(person=NURSE, role="health", required=True)
    return made


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (wire.Tally(), "Nobody was asked"),
        (wire.Tally(asked=2), "0 of 2 can come, 2 have not answered"),
        (wire.Tally(can=1, rather_not=1, asked=2), "1 of 2 can come, 1 would rather not"),
        (wire.Tally(can=1, cannot=1, asked=3), "1 of 3 can come, 1 cannot, 1 has not answered"),
        (wire.Tally(can=3, asked=3), "3 of 3 can come"),
    ],
)  # fmt: skip
def test_who_has_not_answered_is_never_counted_as_anything_else(tally: wire.Tally, words: str) -> None:
    assert show.tally_words(tally) == words


def test_a_date_is_told_with_its_room_or_how_people_join() -> None:
    rooms = {"councils/demo/rooms/1": Room(display_name="Oak")}
    first = show.date_rows(offer(), rooms)[0]
    assert (first.label, first.place) == ("Tuesday 24 March 2026, 10am to 11am", "Oak")
    assert show.date_rows(offer(remote=True), rooms)[0].place == "by video or telephone"
    assert "not known" in show.date_rows(offer(), {})[0].place


def test_how_each_is_asked_is_told_and_whose_it_is_to_do() -> None:
    sent = DateQuestion(person=MOTHER, state=DATE_QUESTION_STATE_SENT, send_time=at("2026-03-16T09:00"))
    by_hand = DateQuestion(person=NURSE, state=DATE_QUESTION_STATE_TO_BE_ASKED, trouble="To be told by letter.")
    names = {MOTHER: "Robin Reed"}
    nurse, mother = show.person_rows(offer(), names, [sent, by_hand])
    assert (mother.who, nurse.who) == ("Robin Reed, mother", "Health"), "those needed come first"
    assert mother.how == "Asked by e-mail on Monday 16 March 2026, 9am" and not mother.yours
    assert nurse.how == "To be asked by you. To be told by letter" and nurse.yours
    assert mother.told == "Answered on Tuesday 17 March 2026, 9am, by their own link"
    assert nurse.told == "Has not answered"
    assert show.waiting_words([nurse, mother]) == "Not answered: Health"
    away = show.person_rows(offer(), names, None)
    assert {row.how for row in away} == {"How they are asked is not known just now"}, "and never as asked"
    fresh = show.person_rows(offer(), names, [])
    assert {row.how for row in fresh} == {"Not asked yet: it is being looked up how"}


def test_before_a_date_is_taken_it_is_said_who_would_not_come() -> None:
    names = {MOTHER: "Robin Reed"}
    assert show.doubts(offer(), 1, names) == ["Health: has not answered"]
    assert show.doubts(offer(), 2, names) == ["Robin Reed, mother: cannot come", "Health: has not answered"]


def test_how_an_offer_ended_is_told() -> None:
    names = {"oid-1": "Dana Fox"}
    assert show.closed_words(offer(), names) == ""
    gone = offer(closed_by="oid-1", close_time=at("2026-03-18T09:00"))
    gone.state = wire.DATE_OFFER_STATE_WITHDRAWN
    assert "withdrawn on Wednesday 18 March 2026, 9am by Dana Fox" in show.closed_words(gone, names)
    gone.state = wire.DATE_OFFER_STATE_EXPIRED
    assert "ended on Friday 20 March 2026, 5pm" in show.closed_words(gone, names)


def test_the_form_wants_an_answer_to_each_date_and_to_no_other() -> None:
    labels = {1: "the first", 2: "the second"}
    form = AnswersForm()
    form.show({1: CAN, 2: CANNOT})
    assert [(one.number, one.answer) for one in form.answers(labels)] == [(1, CAN), (2, CANNOT)]
    empty = AnswersForm()
    assert not empty.answers(labels) and [fault.href for fault in empty.faults] == ["#answer_1", "#answer_2"]


def test_the_last_day_to_answer_ends_before_the_first_date() -> None:
    today = date(2026, 3, 18)
    for first, usual in (("2026-04-20", 23), ("2026-03-20", 19), ("2026-03-18", 18)):
        times = SimpleNamespace(offered=[SimpleNamespace(day=date.fromisoformat(first))])
        assert usual_until(today, times).day == usual  # type: ignore[arg-type]
    assert end_of(date(2026, 3, 29)).isoformat() == "2026-03-29T23:59:00+01:00"
