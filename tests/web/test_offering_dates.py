"""Dates are offered for the draft that was shown: one that was changed meanwhile is looked at again first."""

from collections.abc import Mapping
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import MultiDict
from permanence.scheduler.v1.date_offer_pb2 import DateOffer
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.desk import DESK, Refused
from web.journeys.arrange import offer_step
from web.journeys.arrange.forms import OfferForm
from web.refusals import words_for

DRAFT = MeetingDraft(
    name="councils/demo/meetingDrafts/d", etag="2", plan=MeetingPlan(subjects=["councils/demo/children/c"])
)
OFFER = DateOffer(name="councils/demo/dateOffers/o")
SENT = {"etag": "1", "request_id": "r", "joining": "in-person", "until-day": "20", "until-month": "3",
        "until-year": "2026", "people": "p"}  # fmt: skip
DATES = ("2026-03-24T10:00Z|", "2026-03-25T10:00Z|")


async def sent(
    monkeypatch: pytest.MonkeyPatch, fields: Mapping[str, str], offered: DateOffer | None
) -> tuple[OfferForm, int]:
    """The form as it comes again, and the page's status."""
    shown: list[tuple[OfferForm, int]] = []

    async def fields_of(request: web.Request) -> MultiDict[str]:
        return MultiDict([*fields.items(), *(("dates", one) for one in DATES)])

    async def page(
        request: web.Request, facts: object, form: OfferForm, times: object, *, status: int = HTTPStatus.OK
    ) -> web.Response:
        shown.append((form, status))
        return web.Response()

    def gives(found: object) -> Any:
        async def give(*_: object) -> object:
            return found

        return give

    played = {
        "posted": fields_of,
        "open_draft": gives(DRAFT),
        "facts_of": gives(SimpleNamespace(draft=DRAFT)),
        "offer_of_draft": gives(offered),
        "chosen": lambda _: ("a time", ""),
        "_times": gives(None),
        "_offer_page": page,
    }
    for name, stand_in in played.items():
        monkeypatch.setattr(offer_step, name, stand_in)
    request = make_mocked_request("POST", "/")
    request[DESK] = SimpleNamespace(ask=_unasked)  # type: ignore[assignment]
    await offer_step.offer(request)
    return shown[0]


async def _unasked(*_: object) -> None:
    raise AssertionError("nothing is offered before somebody has looked again")


async def test_a_draft_that_was_changed_meanwhile_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    form, status = await sent(monkeypatch, SENT, None)
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [fault.text for fault in form.faults] == [words_for(Refused("STALE", {}, ()))]
    assert (form.dates.data, form.people.data, form.joining.data) == (list(DATES), ["p"], "in-person")
    assert form.etag.data == "2" and form.request_id.data != "r", "looked at again, it can be sent"


async def test_whoever_sends_again_what_was_offered_is_led_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(web.HTTPSeeOther) as led:
        await sent(monkeypatch, SENT, OFFER)
    assert led.value.location == "/date-offers/o"
