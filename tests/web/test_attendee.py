"""The page of whoever has a link and no account; the service behind it is played."""

import io
import logging
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import fields
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer
from google.protobuf.message import Message
from permanence.notifications.v1 import attendee_service_pb2 as pb
from permanence.notifications.v1 import notification_pb2 as note

from servicekit import log
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal, Unavailable
from tests.web.headers import faults_of_headers
from tests.web.made_app import made_app
from tests.web.test_diary_site import at
from tests.web.test_site import _config
from web.feed_peer import ANSWER_GATE
from web.journeys.attendee.messages import ENGLISH

TOKEN = "t" * 48
PAGE = f"/invitation/demo.{TOKEN}"
CODE = "042317"


class Service:
    """One link as notifications keeps it."""

    def __init__(self) -> None:
        self.state: pb.LinkState.ValueType = pb.LINK_STATE_OPEN
        self.answer: note.Answer.ValueType = note.ANSWER_UNSPECIFIED
        self.session = ""
        self.confirmed = False
        self.way = pb.CODE_WAY_EMAIL
        self.asked: list[Any] = []
        self.ids: set[str] = set()
        self.fault: Exception | None = None

    def sheet(self, session: str) -> pb.LinkSheet:
        if self.state != pb.LINK_STATE_OPEN:
            return pb.LinkSheet(state=self.state)
        ours = bool(session) and session == self.session
        found = pb.LinkSheet(state=self.state, answer=self.answer, ours=ours, confirmed=ours and self.confirmed)
        found.start_time.CopyFrom(at("2026-03-24T10:00"))
        found.end_time.CopyFrom(at("2026-03-24T11:30"))
        if self.answer:
            found.answer_time.CopyFrom(at("2026-03-17T09:00"))
        return found

    async def call(self, request: Any, caller: object) -> Message:
        assert caller is None, "as itself, never as somebody"
        self.asked.append(request)
        if self.fault:
            raise self.fault
        session = getattr(request, "session", "")
        if isinstance(request, pb.SendNewLinkRequest):
            return pb.SendNewLinkResponse()
        if request.link_token != TOKEN or (self.session and session != self.session):
            raise RemoteRefusal("NOT_FOUND", "NOT_FOUND", {}, [])
        if hasattr(request, "request_id"):
            if request.request_id in self.ids:
                raise RemoteRefusal("INVALID_ARGUMENT", "REQUEST_ID_REUSED", {}, [])
            self.ids.add(request.request_id)
        return self._reply(request, session)

    def _reply(self, request: Any, session: str) -> Message:
        match request:
            case pb.OpenLinkRequest():
                return pb.OpenLinkResponse(link_sheet=self.sheet(session))
            case pb.AnswerRequest():
                self.answer, self.session = request.answer, session
                return pb.AnswerResponse(link_sheet=self.sheet(session))
            case pb.SayNeedsRequest():
                self.session = session
                return pb.SayNeedsResponse(link_sheet=self.sheet(session))
            case pb.SendCodeRequest():
                return pb.SendCodeResponse(code_way=self.way)
            case pb.ConfirmCodeRequest():
                if request.code != CODE:
                    return pb.ConfirmCodeResponse(code_result=pb.CODE_RESULT_WRONG)
                self.session, self.confirmed = session, True
                return pb.ConfirmCodeResponse(code_result=pb.CODE_RESULT_RIGHT)
            case pb.GetCalendarFileRequest():
                return pb.GetCalendarFileResponse(content=b"BEGIN:VCALENDAR\r\n")
        assert isinstance(request, pb.GetMoreRequest)
        if not self.confirmed:
            raise RemoteRefusal("FAILED_PRECONDITION", "CODE_NEEDED", {}, [])
        return pb.GetMoreResponse(
            link_sheet=self.sheet(session),
            title="Permanence planning meeting",
            reference="M-2041",
            location="The place will be told to you separately.",
            others_shown=["social worker"],
            needs=[note.NEED_INTERPRETER, note.NEED_CALL_ME],
            language="Polish",
        )

    def last(self, kind: type[Any]) -> Any:
        """The last request of a kind."""
        return [one for one in self.asked if isinstance(one, kind)][-1]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    found = Service()

    async def call(peer: Peer, method: object, request: Message, caller: object = None, **more: Any) -> Message:
        return await found.call(request, caller)

    monkeypatch.setattr(Peer, "call", call)
    return found


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(made_app(_config()))) as made:
        yield made


async def seen(client: TestClient[Any, Any], path: str = PAGE, **sent: Any) -> tuple[int, str, dict[str, str]]:
    """A page; posted where fields are given."""
    send = client.post if sent else client.get
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    options: dict[str, Any] = {"data": urlencode(sent, doseq=True), "headers": headers} if sent else {}
    async with send(path, allow_redirects=False, **options) as answer:
        found = {name.lower(): value for name, value in answer.headers.items()}
        assert faults_of_headers(path, answer.status, found) == []
        return answer.status, await answer.text(), found


def form_of(text: str) -> dict[str, str]:
    """What the page's first form carries unseen."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)[:2])


async def answered(client: TestClient[Any, Any], answer: str = "yes") -> tuple[int, str, dict[str, str]]:
    return await seen(client, **form_of((await seen(client))[1]), answer=answer)


async def test_the_link_shows_a_time_and_three_buttons_and_keeps_nothing(
    client: TestClient[Any, Any], service: Service
) -> None:
    status, text, headers = await seen(client)
    assert status == 200 and "Tuesday 24 March 2026, 10am to 11:30am" in text
    assert text.count('name="answer"') == 3 and 'lang="en-GB"' in text
    assert "set-cookie" not in headers and [type(one) for one in service.asked] == [pb.OpenLinkRequest]
    assert not re.search(r"M-2041|[Pp]ermanence|/sign-in|analytics", text.replace(TOKEN, "")), (
        "nothing tells what it is"
    )
    assert re.search(r'<a href="https://[^"]+"[^>]*rel="nofollow noreferrer"', text), "a way out without scripts"


async def test_two_taps_answer_and_make_the_link_this_browsers(client: TestClient[Any, Any], service: Service) -> None:
    status, _, headers = await answered(client)
    assert (status, headers["location"]) == (303, PAGE)
    cookie = headers["set-cookie"]
    assert f"Path={PAGE}" in cookie and "Max-Age=1800" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    sent = service.last(pb.AnswerRequest)
    assert sent.answer == note.ANSWER_ACCEPTED and sent.session in cookie and len(sent.session) == 43
    _, text, _ = await seen(client)
    assert ENGLISH.thanks in text and "You said: Yes, I can come." in text
    client.session.cookie_jar.clear()
    status, text, _ = await seen(client)
    assert status == 404 and ENGLISH.closed_title in text


async def test_a_page_sent_again_with_another_answer_means_the_other(
    client: TestClient[Any, Any], service: Service
) -> None:
    form = form_of((await seen(client))[1])
    await seen(client, **form, answer="yes")
    await seen(client, **form, answer="no")
    assert service.answer == note.ANSWER_DECLINED
    await seen(client, **form, answer="maybe so")
    assert service.answer == note.ANSWER_DECLINED, "no button of the page"


async def test_links_that_open_nothing_have_one_page(client: TestClient[Any, Any], service: Service) -> None:
    pages = []
    for token in ("q9" * 24, "q9", "q9" * 32):
        status, text, _ = await seen(client, f"/invitation/demo.{token}")
        pages.append((status, re.sub(r'[0-9a-f-]{36}|nonce="[^"]+"|(q9)+', "", text)))
        status, text, _ = await seen(client, f"/invitation/demo.{token}/new-link", request_id="x")
        assert status == 200 and ENGLISH.link_title in text
    assert pages[0][0] == 404 and len(set(pages)) == 1
    for nowhere in ("/invitation/demo.", f"/invitation/elsewhere.{TOKEN}", f"/invitation/{TOKEN}"):
        assert (await seen(client, nowhere))[0] == 404


async def test_needs_are_named_where_something_is_missing_and_kept_once(
    client: TestClient[Any, Any], service: Service
) -> None:
    await answered(client)
    _, text, _ = await seen(client, PAGE + "/needs")
    assert ENGLISH.needs_added in text and "checked" not in text
    for sent, fault in (
        ({"language": ""}, ENGLISH.nothing_ticked),
        ({"needs": ["NEED_INTERPRETER"], "language": ""}, ENGLISH.language_needed),
        ({"needs": ["NEED_CALL_ME"], "language": "Polish"}, ENGLISH.interpreter_needed),
        ({"needs": ["NEED_INTERPRETER"], "language": "<b>"}, ENGLISH.language_letters),
    ):
        status, text, _ = await seen(client, PAGE + "/needs", **form_of(text), **sent)
        assert status == 422 and fault in text and "Error: " in text
    status, text, _ = await seen(
        client, PAGE + "/needs", **form_of(text), needs=["NEED_INTERPRETER", "NEED_REMOTE"], language=" Polish "
    )
    sent = service.last(pb.SayNeedsRequest)
    assert (list(sent.needs), sent.language) == ([note.NEED_INTERPRETER, note.NEED_REMOTE], "Polish")
    assert status == 200 and ENGLISH.needs_kept in text and "(an interpreter): Polish" in text


async def test_more_is_shown_after_the_code_alone(client: TestClient[Any, Any], service: Service) -> None:
    status, _, headers = await seen(client, PAGE + "/more")
    assert (status, headers["location"]) == (303, PAGE + "/code")
    await answered(client)
    assert (await seen(client, PAGE + "/more"))[2]["location"] == PAGE + "/code"
    _, text, _ = await seen(client, PAGE + "/code")
    _, text, _ = await seen(client, PAGE + "/code", **form_of(text))
    assert ENGLISH.code_by_email in text and 'autocomplete="one-time-code"' in text
    form = form_of(text)
    for typed, fault in (("", ENGLISH.code_needed), ("12345", ENGLISH.code_needed), ("111111", ENGLISH.code_wrong)):
        status, text, _ = await seen(client, PAGE + "/more", **form, code=typed)
        assert status == 422 and fault in text
    status, _, headers = await seen(client, PAGE + "/more", **form, code=" 042-317")
    assert (status, headers["location"]) == (303, PAGE + "/more") and "Max-Age=1800" in headers["set-cookie"]
    status, text, _ = await seen(client, PAGE + "/more")
    for words in (
        "Permanence planning meeting",
        "told to you separately",
        "Social worker",
        "M-2041",
        "ring me",
        "Polish",
    ):
        assert words in text, words
    _, text, _ = await seen(client, PAGE + "/needs")
    assert text.count(" checked") == 2 and 'value="Polish"' in text and ENGLISH.needs_added not in text


async def test_where_no_code_can_go_the_page_says_whom_to_ring(client: TestClient[Any, Any], service: Service) -> None:
    service.way = pb.CODE_WAY_SPOKEN
    _, text, _ = await seen(client, PAGE + "/code")
    _, text, _ = await seen(client, PAGE + "/code", **form_of(text))
    assert ENGLISH.code_spoken in text and ENGLISH.code_by_email not in text
    service.way = pb.CODE_WAY_TEXT
    _, text, _ = await seen(client, PAGE + "/code")
    _, text, _ = await seen(client, PAGE + "/code", **form_of(text))
    assert ENGLISH.code_by_text in text and ENGLISH.code_spoken not in text


@pytest.mark.parametrize(
    ("state", "title"), [(pb.LINK_STATE_OFF, ENGLISH.off_title), (pb.LINK_STATE_CHANGING, ENGLISH.changing_title)]
)
async def test_what_is_off_or_being_changed_is_said_without_a_date(
    client: TestClient[Any, Any], service: Service, state: pb.LinkState.ValueType, title: str
) -> None:
    service.state = state
    _, text, _ = await seen(client)
    assert title in text and "2026" not in text and "<form" not in text
    for part in ("/needs", "/code"):
        assert (await seen(client, PAGE + part))[2]["location"] == PAGE


async def test_the_calendar_file_has_a_name_that_says_nothing(client: TestClient[Any, Any], service: Service) -> None:
    status, text, headers = await seen(client, PAGE + "/meeting.ics")
    assert status == 200 and text.startswith("BEGIN:VCALENDAR") and headers["content-type"].startswith("text/calendar")
    assert headers["content-disposition"] == 'attachment; filename="meeting.ics"'


async def test_while_the_service_is_away_the_answer_is_kept_in_the_page(
    client: TestClient[Any, Any], service: Service
) -> None:
    form = form_of((await seen(client))[1])
    service.fault = Unavailable(1.0)
    status, text, headers = await seen(client, **form, answer="yes")
    assert status == 503 and headers["retry-after"] == "60" and 'name="answer" value="yes"' in text
    assert (await seen(client))[0] == 503


async def test_a_flood_is_told_to_come_again_and_asks_nobody(client: TestClient[Any, Any], service: Service) -> None:
    client.app[ANSWER_GATE] = SimpleNamespace(locked=lambda: True)  # type: ignore[index]
    assert (await seen(client))[0] == 429 and not service.asked


async def test_neither_token_nor_session_nor_code_stands_in_a_log(
    client: TestClient[Any, Any], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    log.configure("web", "test")
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        await answered(client)
        _, text, _ = await seen(client, PAGE + "/code")
        await seen(client, PAGE + "/more", **form_of(text), code=CODE)
        service.fault = RuntimeError(TOKEN)
        await seen(client)
    finally:
        logging.getLogger().removeHandler(handler)
        monkeypatch.undo()
        log.configure("web", "test")
    told = written.getvalue()
    assert "/invitation/{token}" in told
    assert not any(secret in told for secret in (TOKEN, CODE, service.session))


def test_every_sentence_is_short() -> None:
    """A child of nine reads it: no sentence of more than twenty words, few long words."""
    values = [getattr(ENGLISH, one.name) for one in fields(ENGLISH)]
    texts = [text for one in values for text in (one.values() if isinstance(one, dict) else [one])]
    sentences = [part for text in texts for part in re.split(r"(?<=[.?!])\s", text)]
    words = [word for one in sentences for word in re.findall(r"[A-Za-z]+", one)]
    assert max(len(one.split()) for one in sentences) <= 20
    assert sum(len(word) > 10 for word in words) / len(words) < 0.02
