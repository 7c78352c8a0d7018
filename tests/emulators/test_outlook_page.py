"""The page that shows what each person's Outlook shows."""

import html
import re

from meetings import EVENTS, change, create, reply
from microsoft_process import CHAIR, OFFICE, OUTSIDER, TENANT, WORKER, Microsoft


def seen(microsoft: Microsoft, who: str = "") -> str:
    """The page's words and its strikings out, on plain http."""
    query = {"tenant": TENANT, "mailbox": who} if who else {}
    with microsoft.session() as session:
        answer = session.get(f"{microsoft.ready['authorize_url']}/_emulator/outlook", params=query, timeout=10)
        assert answer.text == session.get(f"{microsoft.url}/_emulator/outlook", params=query, timeout=10).text
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    text = re.sub(r"<style>.*?</style>|<title>.*?</title>|<(?!/?s>)[^>]*>", " ", answer.text, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", text))


def test_everybody_is_listed_with_what_they_have(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR, OUTSIDER)
    words = seen(microsoft)
    assert f"{CHAIR} (chair): 1 in the calendar, 1 received" in words
    assert f"{WORKER} (social worker): 0 in the calendar, 0 received" in words
    assert f"{OUTSIDER} (outside): 0 in the calendar, 1 received" in words


def test_a_calendar_as_its_owner_and_a_delegate_see_it(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, location={"displayName": "Room 1"})
    reply(microsoft, event, CHAIR, "accepted")
    words = seen(microsoft, CHAIR)
    assert "Permanence planning meeting R-104 Own answer: accepted." in words
    assert "A delegate sees: “Private appointment”" in words
    assert "Wednesday 10 June 2026, 10:00 to 11:30" in words and "Room 1" in words
    assert f"{CHAIR}: accepted" in seen(microsoft, OFFICE)
    change(microsoft, event, {"sensitivity": "normal"})
    assert "A delegate sees: “Permanence planning meeting R-104”" in seen(microsoft, CHAIR)


def test_hidden_attendees_are_not_seen(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR, OUTSIDER, hideAttendees=True)
    assert OUTSIDER not in seen(microsoft, CHAIR)
    assert CHAIR not in seen(microsoft, OUTSIDER)
    assert OUTSIDER in seen(microsoft, OFFICE), "the organiser holds the list"


def test_what_was_cancelled_is_struck_through(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    microsoft.graph("POST", f"{EVENTS}/{event['id']}/cancel", {"comment": "We meet another day."})
    words = seen(microsoft, CHAIR)
    assert "<s>Canceled: Permanence planning meeting R-104</s> (cancelled)" in words
    assert "Cancellation: Canceled: Permanence planning meeting R-104" in words
    assert "Note: We meet another day." in words


def test_nothing_that_was_sent_is_markup(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR, subject="<script>alert(1)</script>", location={"displayName": "<b>Room</b>"})
    with microsoft.session() as session:
        query = {"tenant": TENANT, "mailbox": CHAIR}
        page = session.get(f"{microsoft.url}/_emulator/outlook", params=query, timeout=10).text
    assert "<script>" not in page and "&lt;script&gt;" in page and "<b>Room" not in page


def test_an_unknown_tenant_shows_everybody(microsoft: Microsoft) -> None:
    with microsoft.session() as session:
        url = f"{microsoft.url}/_emulator/outlook?tenant=none&mailbox={CHAIR}"
        assert "Choose a mailbox" in session.get(url, timeout=10).text
