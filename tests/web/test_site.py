"""The site itself, without services behind it: what it keeps, what it refuses, and what it says when all else fails."""

from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msal
import pytest
from aiohttp.test_utils import TestClient, TestServer

from servicekit.caller import Caller, CallerKind
from servicekit.config import Council, IdentityConfig
from tests.web.made_app import made_app
from web.config import PEERS, WebConfig
from web.desk import Desk, SignedOut
from web.guard import ENTRA, SESSIONS
from web.journeys.sign_in.presenters import about, does
from web.session import Session

COUNCIL = Council(UUID(int=1), "demo", "Northmoor", "11111111-0000-0000-0000-000000000001", "northmoor")
ANNA = Caller(COUNCIL.council_id, "demo", "oid-anna", CallerKind.USER, frozenset({"business-support"}))
KEY = "01a214cb-f959-77dd-817a-c6ebdb329a52"
CANCEL = f"/meetings/{KEY}/cancel"


class SignedInAlready:
    """Stands in for Entra ID, which has tests of its own."""

    async def token(self, council: Council, session: Session) -> str:
        return "a token"

    async def begin(self, council: Council, *, choose_account: bool = False) -> dict[str, Any]:
        return {"auth_uri": "https://login.example/authorize"}


class Visit:
    """A browser's cookies, and what they lead to."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.sessions = client.app[SESSIONS]

    def sign_in(self) -> tuple[str, Session]:
        key, session = self.sessions.begin(ANNA, "Anna Made-Up", msal.SerializableTokenCache(), {})
        self.use(key)
        return key, session

    def use(self, key: str) -> None:
        self.client.session.cookie_jar.update_cookies({"session": key})

    async def post(self, path: str, **fields: str) -> tuple[int, str, str]:
        async with self.client.post(path, data=fields, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(path, allow_redirects=False, headers=headers) as answer:
            return answer.status, await answer.text()


def _config(public_url: str = "http://127.0.0.1:8080") -> WebConfig:
    # Nobody listens at port 1: every service is away.
    peers = MappingProxyType(dict.fromkeys(PEERS, "127.0.0.1:1"))
    identity = IdentityConfig("https://login.example", ("api://permanence",), None, "client", "secret")
    return WebConfig(
        "test",
        "127.0.0.1",
        0,
        public_url,
        (COUNCIL,),
        identity,
        None,
        peers,
        None,
        idle_seconds=60,
        longest_seconds=600,
    )


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    app = made_app(_config())
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as client:
        yield Visit(client)


def _answering(error: Exception) -> Callable[..., Awaitable[Any]]:
    async def ask(*_: object, **__: object) -> Any:
        raise error

    return ask


async def test_a_form_that_another_page_sends_with_an_ended_sessions_cookie_is_not_kept(visit: Visit) -> None:
    key, _ = visit.sign_in()
    visit.sessions.end(key)
    status, going, _ = await visit.post(CANCEL, reason="chair", form_token="forged")
    assert (status, going) == (HTTPStatus.SEE_OTHER, "/sign-in?next=/&ended=lost")


async def test_its_own_form_is_kept_and_says_what_it_does(visit: Visit) -> None:
    key, session = visit.sign_in()
    visit.sessions.end(key)
    _, going, _ = await visit.post(CANCEL, reason="other", own_words="snow", form_token=session.form_token)
    assert going == "/sign-in?next=/kept&ended=kept"
    kept = visit.sessions.take_kept_form(key, ANNA)
    _, again = visit.sign_in()
    again.kept_form = kept
    status, text = await visit.get("/kept")
    assert status == HTTPStatus.OK
    for words in ("cancel a meeting", f'href="/meetings/{KEY}"', "snow", f'action="{CANCEL}"'):
        assert words in text


async def test_a_form_of_a_tab_that_was_open_before_signing_in_again_is_kept(visit: Visit) -> None:
    key, before = visit.sign_in()
    visit.sessions.end(key)
    _, session = visit.sign_in()
    status, going, _ = await visit.post(CANCEL, reason="chair", form_token=before.form_token)
    assert (status, going) == (HTTPStatus.SEE_OTHER, "/kept")
    assert session.kept_form and session.kept_form.path == CANCEL
    status, _, _ = await visit.post(CANCEL, reason="chair", form_token="another's")
    assert status == HTTPStatus.FORBIDDEN


async def test_signing_out_too_late_is_not_offered_again(visit: Visit) -> None:
    key, session = visit.sign_in()
    visit.sessions.end(key)
    _, going, _ = await visit.post("/sign-out", form_token=session.form_token)
    assert going == "/sign-in?next=/&ended=yes"


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), LookupError("odd")])
async def test_what_was_typed_outlives_what_nobody_foresaw(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _, session = visit.sign_in()
    monkeypatch.setattr(Desk, "ask", _answering(error))
    status, _, text = await visit.post("/find", number="NM-0412", request_id="r-1", form_token=session.form_token)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "it is not known whether what you sent was done" in text
    assert 'value="NM-0412"' in text and 'value="r-1"' in text and 'action="/find"' in text
    assert str(error) not in text


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), SignedOut()])
async def test_pages_that_say_what_is_wrong_need_no_colours(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    visit.sign_in()
    monkeypatch.setattr(Desk, "ask", _answering(error))
    status, text = await visit.get("/nonsense")
    assert status == HTTPStatus.NOT_FOUND
    assert "Page not found" in text and "Northmoor" in text


async def test_a_text_as_long_as_minutes_may_be_is_taken(visit: Visit) -> None:
    _, session = visit.sign_in()
    status, _, text = await visit.post(f"/minutes/{KEY}", text="’" * 100_000, etag="1", form_token=session.form_token)
    assert status == HTTPStatus.SERVICE_UNAVAILABLE, "it was read, and panels is away"
    assert text.count("’") >= 100_000, "and shown again"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}, b"form_token=+2AA-"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=unicode_escape"}, rb"form_token=\ud800"),
        ({"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}, b"no gzip"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--"),
    ],
)
async def test_what_no_form_of_the_site_sends_is_refused(visit: Visit, headers: dict[str, str], body: bytes) -> None:
    visit.sign_in()
    async with visit.client.post("/find", data=body, headers=headers, skip_auto_headers=["Content-Type"]) as answer:
        assert HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize("path", [f"/static/{'x' * 3000}", "/static/"])
async def test_a_file_that_cannot_be_is_absent(visit: Visit, path: str) -> None:
    assert (await visit.get(path))[0] == HTTPStatus.NOT_FOUND


async def test_the_cookie_of_a_sign_in_is_held_to_this_host() -> None:
    app = made_app(_config("https://permanence.example"))
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as client, client.get("/sign-in/demo", allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-signing-in=")
    assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_every_form_that_can_be_kept_has_words_for_what_it_does() -> None:
    app = made_app(_config())
    taken = [
        route.resource.canonical
        for route in app.router.routes()
        if route.method == "POST" and route.resource and route.resource.canonical != "/sign-out"
    ]
    assert len(taken) > 10
    for path in taken:
        assert does(path) != "send what is shown below", path
    assert about(CANCEL) == f"/meetings/{KEY}" and about("/find") == ""


def test_styles_are_there() -> None:
    """`make setup` makes them; without them the site is bare."""
    assert (Path(__file__).parents[2] / "web" / "static" / "site.css").is_file()
