"""Whoever presses Book and cannot book is told why, and keeps the reason that they typed."""

from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import MultiDict
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from servicekit.caller import Caller, CallerKind
from tests.web.test_arrange_presenters import NOW, draft, stamp
from web.desk import Known
from web.journeys.arrange import booking
from web.journeys.arrange.facts import Facts
from web.journeys.arrange.forms import DraftForm
from web.people import People

MANAGER = Caller(UUID(int=1), "demo", "oid-manager", CallerKind.USER, frozenset({"business-support-manager"}))


async def booked(monkeypatch: pytest.MonkeyPatch, one: MeetingDraft) -> tuple[str, DraftForm]:
    """Which step is shown when somebody presses Book, with its form."""
    shown: list[tuple[str, DraftForm]] = []

    async def found(request: web.Request) -> MeetingDraft:
        return one

    async def facts(request: web.Request, draft: MeetingDraft) -> Facts:
        return Facts(draft, People(), Known(None), (), {}, None, MANAGER, NOW)

    async def fields_of(request: web.Request) -> MultiDict[str]:
        return MultiDict({"etag": "before", "breach_reason": "The court moved its hearing.", "request_id": "r"})

    def step(name: str) -> object:
        async def page(request: web.Request, facts: Facts, form: DraftForm) -> web.Response:
            shown.append((name, form))
            return web.Response()

        return page

    stand_ins = {"open_draft": found, "facts_of": facts, "posted": fields_of}
    for name, stand_in in {**stand_ins, "time_page": step("time"), "apart_page": step("apart")}.items():
        monkeypatch.setattr(booking, name, stand_in)
    await booking.book(make_mocked_request("POST", "/"))
    return shown[0]


@pytest.mark.parametrize(
    ("one", "step", "words"),
    [
        (draft(pair=False, etag="now"), "time", booking.TIME_GONE),
        (draft(pair=False, etag="now", start_time=stamp(15)), "time", booking.TIME_PASSED),
        (draft(etag="now", start_time=stamp(20)), "apart", booking.APART_AGAIN),
    ],
)
async def test_the_open_step_is_shown_with_why_and_the_reason_is_kept(
    monkeypatch: pytest.MonkeyPatch, one: MeetingDraft, step: str, words: str
) -> None:
    name, form = await booked(monkeypatch, one)
    assert name == step
    assert [fault.text for fault in form.faults] == [words]
    assert form["breach_reason"].data == "The court moved its hearing."
    assert form.etag.data == "now"
    assert form.request_id.data != "r"
