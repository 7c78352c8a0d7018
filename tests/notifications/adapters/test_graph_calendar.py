"""An event's whole life in the meetings mailbox, and every way in which asking for it can fail."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from emulators.graph.body_schema import check_action, entity_validator
from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession, open_graph_session
from services.notifications.adapters.graph_tokens import GraphTokens
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    Gone,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from services.notifications.domain.remote_event import EventAttendee, EventPart
from tests.emulators.microsoft_process import (
    CHAIR,
    OFFICE,
    OUTSIDER,
    TENANT,
    WORKER,
    Microsoft,
    wait_for,
)
from tests.notifications.adapters.drafts import SUBJECT, calendar_of, draft, key_of, tenant_app

EVENT: Draft202012Validator = entity_validator("event")


def asked(microsoft: Microsoft, *operations: str) -> list[dict[str, Any]]:
    rows = microsoft.control("GET", "requests")["requests"]
    return [row for row in rows if not operations or row["operation"] in operations]


async def test_whole_life(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft(hide_attendees=True)
    made = await calendar.create(wanted)
    assert (made.mailbox, made.start, made.end) == (OFFICE, wanted.start, wanted.end)
    assert made.transaction_id == wanted.transaction_id and made.etag.startswith("W/") and made.ical_uid
    assert {one.address: one.answer for one in made.answers} == {CHAIR: Answer.NONE, OUTSIDER: Answer.NONE}
    assert await calendar.find(OFFICE, key_of(wanted, made.event_id)) == made
    # The emulator's own id is the immutable one; without asking for it the plain one would come.
    assert made.event_id == microsoft.calendar(OFFICE)[0]["id"]

    later = replace(wanted, start=wanted.start + timedelta(days=1), end=wanted.end + timedelta(days=1))
    moved = await calendar.update(made, later, frozenset({EventPart.TIME}))
    assert (moved.event_id, moved.start, moved.end) == (made.event_id, later.start, later.end)
    assert moved.etag != made.etag

    await calendar.cancel(moved, "This meeting will not take place.")
    assert await calendar.find(OFFICE, key_of(later, made.event_id)) is None
    with pytest.raises(Gone) as gone:
        await calendar.cancel(moved, "again")
    assert gone.value.reason == "ERROR_ITEM_NOT_FOUND"
    with pytest.raises(Gone):
        await calendar.update(moved, later, frozenset({EventPart.PLACE}))
    methods = [(row["method"], row["to"]) for row in microsoft.mail()]
    assert methods == [(m, to) for m in ("REQUEST", "UPDATE", "CANCEL") for to in (CHAIR, OUTSIDER)]


async def test_what_is_sent_is_microsofts_model_and_private(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    made = await calendar.create(draft(location=""))
    everything = frozenset(EventPart) - {EventPart.LINK}
    renamed = draft(attendees=(EventAttendee(WORKER, "Social worker"),))
    changed = await calendar.update(made, renamed, everything)
    await calendar.cancel(changed, "Off.")
    create, update, cancel = asked(microsoft, "create", "update", "cancel")
    for row in (create, update):
        EVENT.validate(row["body"])
    check_action("cancel", cancel["body"])
    assert create["body"]["sensitivity"] == "private" and create["body"]["responseRequested"] is True
    assert create["body"]["start"] == {"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/London"}
    assert "location" not in create["body"] and "name" not in create["body"]["attendees"][0]["emailAddress"]
    assert set(update["body"]) == {"start", "end", "location", "subject", "body", "attendees"}
    assert (create["status"], update["status"], cancel["status"]) == (201, 200, 202)


@pytest.mark.parametrize("hide", [True, False])
async def test_who_sees_whom(microsoft: Microsoft, calendar: GraphCalendar, hide: bool) -> None:
    await calendar.create(draft(hide_attendees=hide))
    seen = {mail["to"]: mail["attendees"] for mail in microsoft.mail()}
    both = [CHAIR, OUTSIDER]
    assert seen == ({CHAIR: [CHAIR], OUTSIDER: [OUTSIDER]} if hide else {CHAIR: both, OUTSIDER: both})
    assert {mail["sensitivity"] for mail in microsoft.mail()} == {"private"}


async def test_reading_asks_for_no_text(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    await calendar.create(wanted)
    await calendar.find(OFFICE, key_of(wanted))
    assert all("body" not in row["query"].split("%24select=")[-1] for row in asked(microsoft, "read", "list"))
    assert any("$select=id,iCalUId" in row["query"].replace("%2C", ",") for row in asked(microsoft, "list"))


@pytest.mark.parametrize("part", list(EventPart))
async def test_update_is_minimal_and_mails_whom_it_must(
    microsoft: Microsoft, calendar: GraphCalendar, part: EventPart
) -> None:
    made = await calendar.create(draft())
    mailed = microsoft.mail()[-1]["n"]
    changed = draft(
        start=made.start + timedelta(hours=3),
        end=made.end + timedelta(hours=3),
        location="",
        body_text="Other words",
        attendees=(EventAttendee(CHAIR), EventAttendee(WORKER)),
    )
    await calendar.update(made, changed, frozenset({part}))
    (row,) = asked(microsoft, "update")
    keys = {
        EventPart.TIME: {"start", "end"},
        EventPart.PLACE: {"location"},
        EventPart.TEXT: {"subject", "body"},
        EventPart.ATTENDEES: {"attendees"},
        EventPart.LINK: {"isOnlineMeeting", "onlineMeetingProvider"},
    }
    assert set(row["body"]) == keys[part]
    told = {(mail["method"], mail["to"]) for mail in microsoft.mail(mailed)}
    everybody = {("UPDATE", CHAIR), ("UPDATE", OUTSIDER)}
    assert told == ({("REQUEST", WORKER), ("CANCEL", OUTSIDER)} if part is EventPart.ATTENDEES else everybody)


async def test_no_parts_no_request(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    made = await calendar.create(draft())
    assert await calendar.update(made, draft(), frozenset()) == made
    assert not asked(microsoft, "update")


@pytest.mark.parametrize("fault", ["spurious_conflict", "overlapping_write"])
async def test_conflicts(microsoft: Microsoft, calendar: GraphCalendar, fault: str) -> None:
    made = await calendar.create(draft())
    microsoft.fault(fault=fault)
    with pytest.raises(ChangedMeanwhile) as clash:
        await calendar.update(made, draft(), frozenset({EventPart.TEXT}))
    assert clash.value.reason == "ERROR_IRRESOLVABLE_CONFLICT"


async def test_stale_etag(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    made = await calendar.create(wanted)
    somebody = {"location": {"displayName": "Room 7"}}
    assert microsoft.graph("PATCH", f"/users/{OFFICE}/events/{made.event_id}", somebody).status_code == 200
    with pytest.raises(ChangedMeanwhile):
        await calendar.update(made, wanted, frozenset({EventPart.TEXT}))
    now = await calendar.find(OFFICE, key_of(wanted, made.event_id))
    assert now is not None and now.etag != made.etag
    await calendar.update(now, wanted, frozenset({EventPart.TEXT}))


@pytest.mark.parametrize("mode", ["drop", "504"])
async def test_lost_reply_is_unknown_and_found(microsoft: Microsoft, calendar: GraphCalendar, mode: str) -> None:
    wanted = draft()
    microsoft.fault(fault="lost_reply", operation="create", mode=mode)
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    found = await calendar.find(OFFICE, key_of(wanted))
    assert found is not None and found.transaction_id == wanted.transaction_id
    assert (await calendar.create(wanted)).event_id == found.event_id
    assert len(microsoft.calendar(OFFICE)) == 1 and len(microsoft.mail()) == 2

    microsoft.fault(fault="lost_reply", operation="update", mode=mode)
    moved = replace(wanted, start=wanted.start + timedelta(hours=1), end=wanted.end + timedelta(hours=1))
    with pytest.raises(OutcomeUnknown):
        await calendar.update(found, moved, frozenset({EventPart.TIME}))
    seen = await calendar.find(OFFICE, key_of(wanted, found.event_id))
    assert seen is not None and seen.start == moved.start

    microsoft.fault(fault="lost_reply", operation="cancel", mode=mode)
    with pytest.raises(OutcomeUnknown):
        await calendar.cancel(seen, "Off.")
    assert await calendar.find(OFFICE, key_of(moved, found.event_id)) is None


async def test_nothing_done_is_found_as_nothing(microsoft: Microsoft, session: GraphSession) -> None:
    microsoft.fault(fault="timeout", operation="create", seconds=0.05)
    calendar, wanted = calendar_of(microsoft, session), draft()
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    assert await calendar.find(OFFICE, key_of(wanted)) is None


async def test_slow_answer_is_unknown(microsoft: Microsoft) -> None:
    session = open_graph_session(microsoft.ready["ca"], seconds=1.5)
    calendar, wanted = calendar_of(microsoft, session), draft()
    await calendar.find(OFFICE, key_of(wanted))
    microsoft.fault(fault="slow", operation="create", seconds=2.5, times=1)
    try:
        with pytest.raises(OutcomeUnknown) as unknown:
            await calendar.create(wanted)
        assert unknown.value.reason == "TIME_OUT"
        wait_for(lambda: asked(microsoft, "create"))
        assert await calendar.find(OFFICE, key_of(wanted)) is not None
    finally:
        await session.close()


@pytest.mark.parametrize("status", [503, 409])
async def test_half_saved_event_is_found_without_its_property(
    microsoft: Microsoft, calendar: GraphCalendar, status: int
) -> None:
    wanted = draft()
    microsoft.fault(fault="concurrent_item_save", status=status)
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    assert not microsoft.calendar(OFFICE)[0]["extendedProperties"]
    found = await calendar.find(OFFICE, key_of(wanted))
    assert found is not None and found.transaction_id == wanted.transaction_id


@pytest.mark.parametrize("calendar_name", ["", "Old meetings"])
async def test_half_saved_event_is_found_where_somebody_has_moved_it_far_away(
    microsoft: Microsoft, calendar: GraphCalendar, calendar_name: str
) -> None:
    wanted = draft()
    microsoft.fault(fault="concurrent_item_save", status=503)
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    (event,) = microsoft.calendar(OFFICE)
    hours = (("start", 10), ("end", 11))
    times = {name: {"dateTime": f"2026-09-01T{hour}:00:00", "timeZone": "UTC"} for name, hour in hours}
    of = {"tenant": TENANT, "mailbox": OFFICE, "event": event["id"]}
    microsoft.control("POST", "outlook", {**of, "do": "edit", "change": times})
    if calendar_name:
        microsoft.control("POST", "outlook", {**of, "do": "move", "folder": calendar_name})
    found = await calendar.find(OFFICE, key_of(wanted))
    assert found is not None and found.transaction_id == wanted.transaction_id


async def test_refused_repeat_is_looked_up(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    made = await calendar.create(wanted)
    microsoft.drill("transaction_id_409")
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    assert await calendar.find(OFFICE, key_of(wanted)) == made


async def test_an_id_that_changed_is_found_by_our_own(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    made = await calendar.create(wanted)
    far = replace(wanted, start=wanted.start + timedelta(days=90), end=wanted.end + timedelta(days=90))
    moved = await calendar.update(made, far, frozenset({EventPart.TIME}))
    assert await calendar.find(OFFICE, key_of(wanted, "an-id-of-before")) == moved


async def test_another_generation_is_not_ours(calendar: GraphCalendar) -> None:
    first = draft()
    await calendar.create(first)
    assert await calendar.find(OFFICE, key_of(replace(first, transaction_id=uuid4()))) is None


async def test_window_read_goes_through_all_pages(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    for number in range(55):
        body = {"subject": f"Other {number}", "transactionId": str(uuid4())}
        body |= {name: {"dateTime": "2026-06-10T07:00:00", "timeZone": "UTC"} for name in ("start", "end")}
        assert microsoft.graph("POST", f"/users/{OFFICE}/events", body).status_code == 201
    wanted = draft()
    microsoft.fault(fault="concurrent_item_save", status=503)
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    assert await calendar.find(OFFICE, key_of(wanted)) is not None


async def test_throttled(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    microsoft.fault(fault="throttle", seconds=7)
    with pytest.raises(Unreachable) as throttled:
        await calendar.create(draft())
    assert (throttled.value.reason, throttled.value.retry_after) == ("APPLICATION_THROTTLED", 7.0)
    asked = len(microsoft.control("GET", "requests")["requests"])
    with pytest.raises(Unreachable) as resting:
        await calendar.create(draft())
    assert resting.value.reason == "THROTTLED" and len(microsoft.control("GET", "requests")["requests"]) == asked
    microsoft.drill("retry_after_absent")
    microsoft.fault(fault="throttle")
    with pytest.raises(Unreachable) as silent:
        await calendar.replies(CHAIR, "", (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)))
    assert silent.value.retry_after is None
    assert not microsoft.calendar(OFFICE)


async def test_never_more_than_four_at_once(microsoft: Microsoft, session: GraphSession) -> None:
    microsoft.fault(fault="slow", seconds=0.03)
    calendars = [calendar_of(microsoft, session), calendar_of(microsoft, session)]
    made = await asyncio.gather(*(calendars[number % 2].create(draft()) for number in range(24)))
    assert len({one.event_id for one in made}) == 24


async def test_down_then_up(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    microsoft.fault(fault="down")
    for ask in (lambda: calendar.create(wanted), lambda: calendar.find(OFFICE, key_of(wanted))):
        with pytest.raises(Unreachable):
            await ask()
    microsoft.control("POST", "faults", {"clear": True})
    microsoft.fault(fault="error", status=502, operation="create")
    with pytest.raises(OutcomeUnknown):
        await calendar.create(wanted)
    await calendar.create(wanted)


async def test_nobody_listens(microsoft: Microsoft, session: GraphSession) -> None:
    nowhere = GraphCalendar(session, GraphTokens(tenant_app(microsoft)), "https://127.0.0.1:9/v1.0")
    with pytest.raises(Unreachable) as fault:
        await nowhere.create(draft())
    assert fault.value.reason == "NO_CONNECTION"


async def test_wrong_input_is_refused_without_its_words(calendar: GraphCalendar) -> None:
    with pytest.raises(Refused) as refused:
        await calendar.create(draft(end=draft().start - timedelta(hours=1)))
    assert refused.value.reason == "ERROR_CALENDAR_END_DATE_IS_EARLIER_THAN_START_DATE"
    assert str(refused.value) == refused.value.reason
    with pytest.raises(Refused) as nobody:
        await calendar.find("nobody@council.example", key_of(draft(), "some-id"))
    assert nobody.value.reason == "ERROR_INVALID_USER"


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
async def test_both_clock_changes(microsoft: Microsoft, calendar: GraphCalendar, day: datetime) -> None:
    for minutes in range(-60, 181, 30):
        start = day + timedelta(minutes=minutes)
        wanted = draft(start=start, end=start + timedelta(minutes=30))
        made = await calendar.create(wanted)
        assert (made.start, made.end) == (wanted.start, wanted.end)
        assert await calendar.find(OFFICE, key_of(wanted, made.event_id)) == made


async def test_nothing_of_an_event_in_logs_or_faults(
    microsoft: Microsoft, calendar: GraphCalendar, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    wanted = draft()
    microsoft.fault(fault="lost_reply", operation="create")
    with pytest.raises(OutcomeUnknown) as fault:
        await calendar.create(wanted)
    assert fault.value.__cause__ is None and fault.value.__suppress_context__
    await calendar.find(OFFICE, key_of(wanted))
    heard = caplog.text + "".join(capsys.readouterr())
    for secret in (SUBJECT, "Café", OUTSIDER, CHAIR, OFFICE):
        assert secret not in heard


async def test_a_mailbox_is_one_path_segment(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    with pytest.raises(Refused):
        await calendar.create(draft(mailbox=f"{OFFICE}/events/../../{CHAIR}?x="))
    assert not microsoft.calendar(CHAIR)
