"""The whole path: a sitting, its agenda, what it settles, the minutes, their signature and their way into the file."""

import json
from pathlib import Path
from typing import TypeVar

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from permanence.panels.v1 import panel_events_pb2, panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire

from tests.panels.conftest import BODY, BODY_ID, Panels, at, request_id
from tests.panels.fake_peers import day
from tests.servicekit.eventually import eventually

M = TypeVar("M", bound=Message)


async def test_from_a_referral_to_minutes_on_file(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 13), body=BODY_ID)
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    await panels.sitting_with(meeting, 0)

    refer = wire.ReferSubjectRequest(
        parent="councils/demo", body=BODY, subjects=[child], reason="No plan yet.", request_id=request_id()
    )
    referral = await panels.call("ReferSubject", refer, "social-worker")
    assert isinstance(referral, wire.ReferSubjectResponse)
    assert referral.referral.state == panel_pb2.REFERRAL_STATE_LISTED

    sitting = await panels.sitting_with(meeting, 1)
    item = sitting.agenda[0]
    assert (item.number, list(item.references)) == (1, ["C-0001"])
    assert item.start_time.ToJsonString() == "2026-03-10T10:00:00Z"
    assert item.end_time.ToJsonString() == "2026-03-10T10:15:00Z"
    assert item.reason == "Referred on 2 March 2026."

    panels.set_time(at(10, 10, 5))
    record = wire.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=child,
        kind=panel_pb2.OUTCOME_KIND_ENDORSED,
        reasons="The plan is sound.",
        case_events=["drift_identified"],
        actions=[panel_pb2.Action(text="Book the meeting", owner_role="social-worker", due_date=day(at(20, 9).date()))],
        next_date=day(at(24, 9).date()),
        request_id=request_id(),
    )
    recorded = await panels.call("RecordOutcome", record, "panel-chair")
    assert isinstance(recorded, wire.RecordOutcomeResponse)
    assert list(recorded.outcome.case_events) == ["tracking_meeting_considered", "drift_identified"]

    panels.set_time(at(10, 14))
    panels.scheduler.hold(meeting, at(10, 13))
    draft = wire.DraftMinutesRequest(
        meeting=meeting, subject=child, text="The panel heard the case.", request_id=request_id()
    )
    drafted = await panels.call("DraftMinutes", draft, "business-support")
    assert isinstance(drafted, wire.DraftMinutesResponse)
    assert drafted.minutes.sign_due_time.ToJsonString() == "2026-03-12T13:00:00Z"
    assert drafted.minutes.file_due_time.ToJsonString() == "2026-03-13T13:00:00Z"

    sign = wire.SignMinutesRequest(name=drafted.minutes.name, etag=drafted.minutes.etag, request_id=request_id())
    signed = await panels.call("SignMinutes", sign, "panel-chair")
    assert isinstance(signed, wire.SignMinutesResponse)
    assert signed.minutes.state == panel_pb2.MINUTES_STATE_SIGNED

    facts = await _acknowledge(panels, drafted.minutes.name)
    assert facts["case_reference"] == "C-0001"
    await eventually(lambda: _filed(panels, drafted.minutes.name))
    await _events_are(panels, child, drafted.minutes.name)


def acknowledge(stem: Path) -> None:
    """As a case system does."""
    stem.with_suffix(".ack").touch()


async def _acknowledge(panels: Panels, name: str) -> dict[str, str]:
    """What a case system does: take both files and say that it has them."""
    stem = panels.delivery / "demo" / name.rpartition("/")[2]

    async def written() -> bool:
        return stem.with_suffix(".json").exists()

    await eventually(written)
    html = stem.with_suffix(".html").read_text()
    assert "<title>" in html
    assert "Robin" not in html
    assert "Robin" not in stem.with_suffix(".json").read_text()
    acknowledge(stem)
    facts: dict[str, str] = json.loads(stem.with_suffix(".json").read_text())
    return facts


async def _filed(panels: Panels, name: str) -> bool:
    reply = await panels.call("GetMinutes", wire.GetMinutesRequest(name=name), "business-support")
    assert isinstance(reply, wire.GetMinutesResponse)
    return reply.minutes.state == panel_pb2.MINUTES_STATE_FILED


async def _events_are(panels: Panels, child: str, minutes: str) -> None:
    async def all_told() -> bool:
        return len(await panels.events()) == 3

    await eventually(all_told)
    outcome, signed, filed = await panels.events()
    told = _unpacked(outcome.fact, panel_events_pb2.OutcomeRecorded())
    assert (told.subject, list(told.case_events)) == (child, ["tracking_meeting_considered", "drift_identified"])
    assert (told.on_date, told.next_date) == (day(at(10, 10).date()), day(at(24, 9).date()))
    assert told.kind == panel_pb2.OUTCOME_KIND_ENDORSED
    assert _unpacked(signed.fact, panel_events_pb2.MinutesSigned()).minutes == minutes
    assert _unpacked(filed.fact, panel_events_pb2.MinutesFiled()).meeting_kind == "tracking_panel"


def _unpacked(fact: AnyMessage, into: M) -> M:
    assert fact.Unpack(into)
    return into
