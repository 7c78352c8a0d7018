"""What attendees do in their own Outlook, and orders that are refused; the organiser's acts are in check_people.py."""

import pytest
from meetings import EVENTS, LATER, change, create, outlook
from microsoft_process import CHAIR, OFFICE, TENANT, WORKER, Microsoft, attendee


def mails(microsoft: Microsoft) -> list[tuple[str, str, str]]:
    return [(row["method"], row["to"], row["cause"]) for row in microsoft.mail()]


def test_attendee_edits_their_copy_only(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "edit", change=LATER)
    assert microsoft.calendar(CHAIR)[0]["start"]["dateTime"].startswith("2026-06-12")
    assert microsoft.calendar(OFFICE)[0]["start"]["dateTime"].startswith("2026-06-10")
    assert len(microsoft.mail()) == 1


def test_attendee_deletes_and_an_update_brings_it_back(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "delete")
    assert microsoft.calendar(CHAIR) == [] and len(microsoft.mail()) == 1
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()["attendees"][0]["status"]["response"] == "none"
    microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", LATER)
    assert len(microsoft.calendar(CHAIR)) == 1


def test_where_the_organiser_filed_it_is_theirs_alone(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, OFFICE, event, "move", folder="Old meetings")
    change(microsoft, event, {"attendees": [attendee(CHAIR), attendee(WORKER)]})
    assert microsoft.calendar(OFFICE)[0]["folder"] == "Old meetings"
    assert [microsoft.calendar(who)[0]["folder"] for who in (CHAIR, WORKER)] == ["Calendar", "Calendar"]


@pytest.mark.parametrize(("to", "inside"), [(WORKER, True), ("solicitor@firm.example", False)])
@pytest.mark.parametrize("listed", [True, False])
def test_forwarded(microsoft: Microsoft, to: str, inside: bool, listed: bool) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "forward", to=to, listed=listed)
    now = microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()
    assert [a["emailAddress"]["address"] for a in now["attendees"]] == [CHAIR, *([to] if listed else [])]
    assert mails(microsoft)[1:] == [("REQUEST", to, "outlook")]
    assert not inside or len(microsoft.calendar(to)) == 1


def test_strange_orders_are_refused(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    order = {"tenant": TENANT, "mailbox": OFFICE, "event": event["id"], "do": "edit", "change": {}}
    with microsoft.session() as session:
        for wrong, status in (
            ({"do": "burn"}, 400),
            ({"change": {"hideAttendee": True}}, 400),
            ({"to": WORKER}, 400),
            ({"event": "nothing"}, 404),
            ({"mailbox": "nobody@council.example"}, 404),
        ):
            answer = session.post(f"{microsoft.url}/_emulator/outlook", json={**order, **wrong})
            assert answer.status_code == status and answer.json()["violations"]
        assert session.post(f"{microsoft.url}/_emulator/outlook", data="{").status_code == 400
