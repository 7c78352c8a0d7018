"""When people are busy, read out of their Outlook: over the wire, and every answer that says less than it seems to."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_free_busy import of_entry
from services.notifications.adapters.graph_session import GraphSession
from services.notifications.domain.delivery_fault import Refused
from services.notifications.domain.free_busy import FreeBusy
from tests.emulators.microsoft_process import CHAIR, NARROW_APP, OFFICE, ROOM, WORKER, Microsoft, make_directory
from tests.notifications.adapters.drafts import calendar_of

# Over the end of summer time, when 01:00 to 02:00 London comes twice.
FROM, UNTIL = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)
NOON = datetime(2026, 10, 26, 12, tzinfo=UTC)


def entry(view: str = "", items: object = (), **more: object) -> dict[str, object]:
    listed = list(items) if isinstance(items, tuple) else items
    return {"scheduleId": CHAIR, "availabilityView": view, "scheduleItems": listed, **more}


def item(status: str, start: str, end: str) -> dict[str, object]:
    return {
        "status": status,
        "start": {"dateTime": start, "timeZone": "UTC"},
        "end": {"dateTime": end, "timeZone": "UTC"},
    }


async def test_busy_times_of_several_people_are_read_in_one_call(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    london = {"timeZone": "Europe/London"}
    event = {
        "subject": "Not for us to know",
        "start": {"dateTime": "2026-10-26T12:00:00", **london},
        "end": {"dateTime": "2026-10-26T13:10:00", **london},
    }
    microsoft.graph("POST", f"/users/{CHAIR}/events", event)
    microsoft.graph("POST", f"/users/{WORKER}/events", {**event, "showAs": "free"})
    microsoft.graph("POST", f"/users/{ROOM}/events", {**event, "showAs": "tentative"})
    found = await calendar.busy(OFFICE, [CHAIR, WORKER, ROOM, "gone@council.example"], (FROM, UNTIL))
    spell = (NOON, NOON + timedelta(minutes=70))
    assert found[CHAIR] == FreeBusy((spell,)) and found[ROOM] == FreeBusy((spell,))
    assert found[WORKER] == FreeBusy() and found[WORKER].read
    assert found["gone@council.example"] == FreeBusy(reason="ERROR_MAIL_RECIPIENT_NOT_FOUND")


async def test_who_is_outside_the_scope_is_not_read(microsoft: Microsoft, session: GraphSession) -> None:
    narrow = calendar_of(microsoft, session, NARROW_APP)
    found = await narrow.busy(OFFICE, [CHAIR], (FROM, UNTIL))
    assert found[CHAIR].reason == "ERROR_NO_FREE_BUSY_ACCESS" and not found[CHAIR].read


@pytest.mark.parametrize(("schedules", "outsiders_read"), [("tenant", True), ("scope", False)])
async def test_tenants_differ_in_whether_colleagues_outside_the_scope_are_seen(
    microsoft: Microsoft, session: GraphSession, schedules: str, outsiders_read: bool
) -> None:
    document = make_directory(microsoft.certificate.certificate_pem)
    (app,) = (one for one in document["tenants"][0]["apps"] if one["client_id"] == NARROW_APP)
    app["schedules"] = schedules
    microsoft.control("PUT", "directory", document)
    found = await calendar_of(microsoft, session, NARROW_APP).busy(OFFICE, [OFFICE, CHAIR], (FROM, UNTIL))
    assert found[OFFICE].read and found[CHAIR].read is outsiders_read


async def test_too_long_a_time_is_refused_as_a_whole(calendar: GraphCalendar) -> None:
    with pytest.raises(Refused):
        await calendar.busy(OFFICE, [CHAIR], (FROM, FROM + timedelta(days=62)))
    assert (await calendar.busy(OFFICE, [CHAIR], (FROM, FROM + calendar.longest_schedule)))[CHAIR].read


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"error": {"responseCode": "ErrorProxyRequestProcessingFailed"}}, "ERROR_PROXY_REQUEST_PROCESSING_FAILED"),
        ({"error": {}}, "CANNOT_BE_READ"),
        ({"error": "?"}, "CANNOT_BE_READ"),
        ({}, "UNREADABLE_ANSWER"),
        ({"availabilityView": "00"}, "UNREADABLE_ANSWER"),
        (entry("00", "none"), "UNREADABLE_ANSWER"),
        (entry("00", ({"status": "busy"},)), "UNREADABLE_ANSWER"),
        (entry("00", ("busy",)), "UNREADABLE_ANSWER"),
        (entry("00", (item("busy", "soon", "later"),)), "UNREADABLE_ANSWER"),
    ],
)
def test_an_answer_that_cannot_be_understood_is_never_free(told: dict[str, object], reason: str) -> None:
    assert of_entry(told, FROM) == FreeBusy(reason=reason)


def test_what_only_the_short_form_tells_is_taken_too() -> None:
    """Where a diary holds very many entries some are left out; the row of digits has them."""
    explained = item("busy", "2026-10-24T00:10:00", "2026-10-24T00:20:00")
    found = of_entry(entry("210340", (explained,)), FROM)
    minutes = [tuple((instant - FROM) // timedelta(minutes=1) for instant in spell) for spell in found.busy]
    assert minutes == [(10, 20), (30, 60), (90, 120)]


@pytest.mark.parametrize("status", ["tentative", "busy", "oof", "unknown", "something new"])
def test_whatever_is_not_called_free_is_taken(status: str) -> None:
    assert of_entry(entry("", (item(status, "2026-10-24T09:00:00", "2026-10-24T10:00:00"),)), FROM).busy
