"""An answer by telephone belongs to the time that was asked about."""

from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import MultiDict
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.notifications.v1.notifications_service_pb2 import RecordAnswerRequest
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, Meeting

from web.desk import DESK, Desk, Refused
from web.journeys.meeting import changes
from web.journeys.meeting.forms import BEING_MOVED, MOVED, AnswerForm

SENT = {"answer": "accepted", "seen": "1", "request_id": "r"}


class StaleDesk:
    """Notifications, where the meeting stands at another revision."""

    def __init__(self) -> None:
        self.asked: list[RecordAnswerRequest] = []
        self.notifications = cast("Any", type("Stub", (), {"RecordAnswer": None}))

    async def ask(self, service: str, method: object, request: RecordAnswerRequest) -> None:
        self.asked.append(request)
        raise Refused("STALE", {}, ())


async def sent(monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], revision: int) -> tuple[AnswerForm, StaleDesk]:
    """The form as it comes again, and what was asked of notifications."""
    desk, shown = StaleDesk(), list[AnswerForm]()

    async def fields_of(request: web.Request) -> MultiDict[str]:
        return MultiDict(fields)

    async def found(request: web.Request) -> tuple[Meeting, Invitation]:
        return Meeting(state=MEETING_STATE_BOOKED, revision=revision), Invitation()

    async def page(request: web.Request, meeting: Meeting, one: Invitation, form: AnswerForm) -> web.Response:
        shown.append(form)
        return web.Response()

    for name, stand_in in (("posted", fields_of), ("_invitation", found), ("_answer_page", page)):
        monkeypatch.setattr(changes, name, stand_in)
    request = make_mocked_request("POST", "/")
    request[DESK] = cast("Desk", desk)
    await changes.record_answer(request)
    return shown[0], desk


async def test_an_answer_to_the_time_before_is_asked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    form, desk = await sent(monkeypatch, SENT, revision=2)
    assert [one.revision for one in desk.asked] == [1]
    assert [fault.text for fault in form.faults] == [MOVED]
    assert (form.answer.data, form.seen.data) == (None, "2")
    assert form.request_id.data != "r"


async def test_while_the_invitations_follow_the_answer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    form, _ = await sent(monkeypatch, {**SENT, "seen": "2"}, revision=2)
    assert [fault.text for fault in form.faults] == [BEING_MOVED]
    assert (form.answer.data, form.seen.data, form.request_id.data) == ("accepted", "2", "r")


@pytest.mark.parametrize("seen", ["", "0", "-1", "x", "²", "9" * 30])
async def test_a_form_that_does_not_say_which_time_was_asked_about_records_nothing(
    monkeypatch: pytest.MonkeyPatch, seen: str
) -> None:
    form, desk = await sent(monkeypatch, {**SENT, "seen": seen}, revision=2)
    assert desk.asked == []
    assert [fault.text for fault in form.faults] == [MOVED]
