"""What somebody changed in Outlook: said on the meeting's page, decided with a reason, never overwritten silently."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import outlook_service_pb2 as pb

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import OwnSite, Site, until
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitors

NOTICE = "Somebody changed this in Outlook"
LATER = timedelta(hours=1)


class Outlook:
    """The meetings mailbox in Outlook itself, past this product."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tenant: str = site.tenant("demo")["tenant_id"]

    def event(self, reference: str) -> dict[str, Any]:
        """The one that colleagues share, as its organiser sees it."""
        found = self._ask("GET", f"calendars?tenant={self._tenant}")
        boxes = found["tenants"][0]["mailboxes"]
        ours = [one for box in boxes for one in box["events"] if one["isOrganizer"] and not one["isCancelled"]]
        (event,) = (one for one in ours if reference in one["subject"] and not one["hideAttendees"])
        return {**event, "mailbox": event["organizer"]}

    def move(self, event: dict[str, Any]) -> None:
        """Somebody drags it an hour later."""
        change = {side: _later(event[side]) for side in ("start", "end")}
        order = {"tenant": self._tenant, "mailbox": _address(event["mailbox"]), "event": event["iCalUId"]}
        self._ask("POST", "outlook", {**order, "do": "edit", "change": change})

    def _ask(self, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env, session.verify = False, self._site.card["ca"]
            url = f"{self._site.card['authority']}/_emulator/{what}"
            answer = session.request(method, url, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def _later(when: dict[str, str]) -> dict[str, str]:
    moment = datetime.fromisoformat(when["dateTime"][:19]) + LATER
    return {"dateTime": moment.isoformat(), "timeZone": "UTC"}


def _address(organizer: Any) -> str:
    return str(organizer["address"] if isinstance(organizer, dict) else organizer)


@pytest.fixture
def outlook(site: Site) -> Outlook:
    return Outlook(site)


def _edited(backstage: Backstage, outlook: Outlook) -> tuple[str, str]:
    """The path and reference of a meeting whose event somebody moved by an hour in Outlook."""
    path = backstage.book(backstage.case())
    backstage.told(path)
    reference = backstage.meeting(path).reference
    outlook.move(outlook.event(reference))
    return path, reference


@pytest.mark.parametrize("mode", MODES)
def test_a_time_changed_in_outlook_is_put_back_with_a_reason(
    visitor: Visitors, backstage: Backstage, outlook: Outlook, mode: Mode
) -> None:
    given("a booked meeting, of which somebody moved the event by an hour in Outlook")
    path, reference = _edited(backstage, outlook)
    before = outlook.event(reference)
    officer = visitor("business-support", mode)

    def noticed() -> bool:
        officer.open(path)
        return NOTICE in officer.words

    until("the change is noticed", noticed)
    then("the meeting's page says so with both times, and nothing was overwritten")
    officer.says("The time, in the event that colleagues share.")
    assert outlook.event(reference)["start"] == before["start"]
    officer.picture("outlook-notice")
    when("business support looks at what may be decided, and decides nothing")
    officer.follow("Decide about it: the time, in the event that colleagues share")
    officer.says("Move the meeting here to the time in Outlook", "Put ours back in Outlook", "Outlook e-mails")
    officer.press("Decide")
    assert officer.faults == ["Choose what is to happen", "Say why"]
    officer.picture("outlook-decide")
    when("they have ours put back")
    officer.choose("Put ours back in Outlook")
    officer.write("Why?", "The chair asked for the time as it was.")
    officer.press("Decide")
    then("the meeting's page says so, and Outlook gets ours back")
    assert officer.done == "Ours is being put back in Outlook"
    officer.says_not(NOTICE)
    until("ours is back", lambda: outlook.event(reference)["start"] != before["start"])


@pytest.mark.parametrize("mode", WIDTHS)
def test_all_that_waits_is_on_one_list(
    visitor: Visitors, backstage: Backstage, outlook: Outlook, site: Site, mode: Mode
) -> None:
    _, reference = _edited(backstage, outlook)
    officer = visitor("business-support", mode)

    def listed() -> bool:
        officer.open("/outlook-changes")
        return reference in officer.words

    until("the change is listed", listed)
    (row,) = (one for one in officer.rows("Not decided yet") if reference in one)
    assert "The time" in row
    officer.picture("outlook-changes")
    when("they open it and leave it")
    officer.follow("Decide", row=reference)
    officer.back()
    then("a worker on the case is shown no such list")
    worker = visitor("social-worker", mode)
    worker.open("/outlook-changes", status=404)


@pytest.mark.parametrize("mode", WIDTHS)
def test_where_the_mailbox_differs_is_listed_with_its_age(
    visitor: Visitors, backstage: Backstage, site: Site, mode: Mode
) -> None:
    path = backstage.book(backstage.case())
    meeting = backstage.meeting(path)
    now = site.clock.now()
    found = pb.ListMismatchesResponse(
        mismatches=[
            pb.Mismatch(
                kind=pb.MISMATCH_KIND_MISSING,
                meeting=meeting.name,
                start_time=meeting.start_time,
                notice_time=_stamp(now - timedelta(days=3)),
            ),
            pb.Mismatch(kind=pb.MISMATCH_KIND_NOT_OURS, notice_time=_stamp(now)),
        ],
        read_time=_stamp(now),
    )
    with site.channel("notifications") as behind, stand_in(behind, ListMismatches=found) as address:
        own = OwnSite(site, {"PERMANENCE_NOTIFICATIONS_ADDRESS": address})
        manager = visitor("business-support-manager", mode, at=own.site)
        manager.open("/outlook-changes")
        manager.follow("Where the mailbox differs from what is kept here")
        first, second = manager.rows("What differs")
        assert meeting.reference in first and "is not" in first and "3 days" in first
        assert "No meeting that is known here" in second and "Less than a day" in second
        manager.picture("outlook-mailbox")
        own.stop()


def _stamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment.astimezone(UTC))
    return stamp
