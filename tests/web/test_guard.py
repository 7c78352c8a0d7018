"""What becomes of a refusal that no page has taken up."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from servicekit.errors import Violation
from web import guard
from web.desk import Refused

TOKEN, KIND = Violation("page_token", "is not a token of this list"), Violation("meeting_kind", "is not one of ours")


@pytest.fixture(autouse=True)
def _plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    async def plain(request: web.Request, status: int, title: str, text: str) -> web.Response:
        return web.Response(status=status, text=title)

    monkeypatch.setattr(guard, "stopped_page", plain)


def refusing(*violations: Violation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        raise Refused("INVALID_REQUEST", {}, violations)

    return handler


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/meetings?page=junk", "/meetings"),
        ("/minutes?state=to_sign&page=junk", "/minutes?state=to_sign"),
        ("/to-arrange?page=&kind=ppm", "/to-arrange?kind=ppm"),
    ],
)
async def test_a_page_that_is_no_more_leads_to_the_first(path: str, first: str) -> None:
    with pytest.raises(web.HTTPSeeOther) as led:
        await guard.with_errors(make_mocked_request("GET", path), refusing(TOKEN))
    assert str(led.value.location) == first


@pytest.mark.parametrize(
    ("method", "path", "violations"),
    [
        ("POST", "/meetings?page=junk", [TOKEN]),  # what was sent is not to be lost on the way
        ("GET", "/meetings?page=junk", [TOKEN, KIND]),
        ("GET", "/meetings?page=junk", [KIND]),
        ("GET", "/meetings?page=junk", []),
        ("GET", "/meetings", [TOKEN]),  # a token of the site's own: the same page again would never end
    ],
)
async def test_every_other_refusal_is_told(method: str, path: str, violations: list[Violation]) -> None:
    response = await guard.with_errors(make_mocked_request(method, path), refusing(*violations))
    assert response.status == HTTPStatus.CONFLICT
