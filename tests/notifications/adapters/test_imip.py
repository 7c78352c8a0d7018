"""The e-mailed invitation, read by two parsers that the product does not use, and by the standard library."""

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import ics
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.imip_calendar import calendar_object
from services.notifications.adapters.imip_message import compose
from services.notifications.domain.delivery_fault import Refused
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from tests.emulators.microsoft_process import OFFICE, OUTSIDER
from tests.notifications.adapters.drafts import SUBJECT, mail

LONDON = ZoneInfo("Europe/London")


def read(message: bytes) -> EmailMessage:
    found = email.message_from_bytes(message, policy=policy.default)
    assert isinstance(found, EmailMessage) and not list(found.defects)
    return found


def object_in(message: bytes) -> str:
    (part,) = [part for part in read(message).walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def vevent(text: str) -> Any:
    (event,) = vobject.readOne(text).vevent_list
    return event


def test_structure() -> None:
    message = read(compose(mail()))
    shape = [part.get_content_type() for part in message.walk()]
    assert shape == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "invitation.ics"
    assert attachment.get_payload(decode=True) == calendar_object(mail())
    assert object_in(compose(mail())).encode() == calendar_object(mail())
    assert b"Content-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n" in compose(mail())
    assert [part["MIME-Version"] for part in message.walk()] == ["1.0", None, None, None, None, None]


def test_headers() -> None:
    message = read(compose(mail(organiser_name="Réviewing, team")))
    assert message["From"].addresses[0].addr_spec == OFFICE
    assert message["From"].addresses[0].display_name == "Réviewing team"
    assert message["To"] == OUTSIDER and message["Subject"] == SUBJECT
    assert message["Message-ID"] == f"<{mail().message_id}>"
    assert message["Date"].datetime == mail().dtstamp
    assert message["Auto-Submitted"] == "auto-generated"
    assert sorted(message.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )


def test_a_long_message_id_stays_whole() -> None:
    named = f"{'0' * 36}.12.{'f' * 16}@invitations.children.northern-council.example.org"
    assert f"\r\nMessage-ID: <{named}>\r\n".encode() in compose(mail(message_id=named)).replace(b"\r\n ", b" ")


def test_words() -> None:
    made = mail(body_text='Wo & <b>"wer"</b>\r\nÄrztin – ok\r\n')
    plain, page = [part for part in read(compose(made)).walk() if part.get_content_maintype() == "text"][:2]
    assert plain.get_content().replace("\r\n", "\n") == 'Wo & <b>"wer"</b>\nÄrztin – ok\n'
    assert (
        "Wo &amp; &lt;b&gt;&quot;wer&quot;&lt;/b&gt;<br>" in page.get_content() and 'lang="en-GB"' in page.get_content()
    )
    assert vevent(object_in(compose(made))).description.value == 'Wo & <b>"wer"</b>\nÄrztin – ok\n'


def test_the_event_in_two_foreign_parsers() -> None:
    text = object_in(compose(mail()))
    event = vevent(text)
    assert (event.uid.value, event.sequence.value, event.summary.value) == (mail().uid, "0", SUBJECT)
    assert event.dtstart.value.astimezone(UTC) == mail().start and event.dtend.value.astimezone(UTC) == mail().end
    assert event.location.value == "Room 1, Civic Centre" and event.description.value == mail().body_text
    (attendee,) = event.attendee_list
    assert attendee.value == f"mailto:{OUTSIDER}"
    assert {name: values for name, values in attendee.params.items()} == {
        "CUTYPE": ["INDIVIDUAL"],
        "PARTSTAT": ["NEEDS-ACTION"],
        "ROLE": ["REQ-PARTICIPANT"],
        "RSVP": ["TRUE"],
    }
    assert event.organizer.value == f"mailto:{OFFICE}"
    (other,) = ics.Calendar(text).events
    assert (other.uid, other.name, other.location) == (mail().uid, SUBJECT, "Room 1, Civic Centre")
    assert other.begin.datetime == mail().start and other.end.datetime == mail().end
    assert [one.email for one in other.attendees] == [OUTSIDER]
    lines = unfolded(text)
    assert {"METHOD:REQUEST", "STATUS:CONFIRMED", "CLASS:PRIVATE", "SEQUENCE:0", "DTSTAMP:20260316T093000Z"} <= set(
        lines
    )
    assert "DTSTART;TZID=Europe/London:20260610T100000" in lines
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1


def life() -> list[MailDraft]:
    made = mail()
    later = timedelta(days=2)
    moved = replace(made, sequence=1, message_id="m.1@council.example", start=made.start + later, end=made.end + later)
    return [made, moved, replace(moved, sequence=2, message_id="m.2@council.example", method=MailMethod.CANCEL)]


def test_a_life_keeps_its_uid_and_counts_up() -> None:
    texts = [object_in(compose(one)) for one in life()]
    events = [vevent(text) for text in texts]
    assert {event.uid.value for event in events} == {mail().uid}
    assert [int(event.sequence.value) for event in events] == [0, 1, 2]
    assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [len(event.attendee_list) for event in events] == [1, 1, 1]
    assert {one.uid for text in texts for one in ics.Calendar(text).events} == {mail().uid}
    off = compose(life()[2])
    assert b"text/calendar; method=CANCEL; charset=UTF-8" in off and "METHOD:CANCEL" in unfolded(texts[2])
    (attachment,) = read(off).iter_attachments()
    assert attachment.get_filename() == "cancellation.ics"


def test_a_repeat_is_equal_and_another_message_is_not() -> None:
    made, moved, _ = life()
    assert compose(made) == compose(mail())
    boundaries = [read(compose(one)).get_boundary() for one in (made, moved)]
    assert boundaries[0] != boundaries[1]


def test_line_ends_and_lengths() -> None:
    message = compose(mail(body_text="ä" * 3000 + "\n.\n" + "Wort " * 900, subject_line="é · " * 60))
    lines = message.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line or len(line) > 998 for line in lines)
    assert message.isascii()
    assert all(len(line.encode()) <= 75 for line in object_in(message).split("\r\n"))


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_both_clock_changes(day: datetime) -> None:
    """Read by vobject, which takes the zone from the VTIMEZONE that stands in the object."""
    for minutes in range(-120, 241, 30):
        made = mail(start=day + timedelta(minutes=minutes), end=day + timedelta(minutes=minutes + 30))
        event = vevent(calendar_object(made).decode())
        assert event.dtstart.value.astimezone(UTC) == made.start
        assert event.dtend.value.astimezone(UTC) == made.end
        (other,) = ics.Calendar(calendar_object(made).decode()).events
        assert other.begin.datetime == made.start and other.end.datetime == made.end


def test_the_zone_says_what_the_law_says_for_a_hundred_years() -> None:
    zone = vobject.readOne(calendar_object(mail()).decode()).vtimezone
    rules = zone.tzinfo
    for year in (1997, 2026, 2038, 2039, 2096):
        for month in range(1, 13):
            for day in (1, 15, 28):
                wall = datetime(year, month, day, 12)  # noqa: DTZ001 - wall time is what a VTIMEZONE is asked
                assert rules.utcoffset(wall) == wall.replace(tzinfo=LONDON).utcoffset()


def test_another_zone_is_written_in_utc() -> None:
    text = calendar_object(mail(time_zone="Europe/Paris")).decode()
    assert "DTSTART:20260610T090000Z" in unfolded(text) and "VTIMEZONE" not in text


def test_no_place_no_line() -> None:
    assert "LOCATION" not in calendar_object(mail(location="")).decode()


HOSTILE = "x\r\nBcc: victim@example.org\r\nATTENDEE:mailto:victim@example.org\r\n\r\nEND:VEVENT\u2028\x85\x0bATTENDEE:y"


ENCODED = "=?utf-8?q?x=0D=0ABcc:_victim=40example=2Eorg?= =?utf-8?b?DQpCY2M6IHZAZXhhbXBsZS5vcmcNCg0K?="


@pytest.mark.parametrize("field", ["subject_line", "organiser_name", "location", "body_text"])
@pytest.mark.parametrize("text", [HOSTILE, ENCODED, '"x" <victim@example.org>, y', "long, " * 60, ("é" + HOSTILE) * 3])
def test_nothing_begins_a_line_of_its_own(field: str, text: str) -> None:
    check_whole(mail(**{field: text}))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("recipient", "carer-1@example.org\r\nBcc: victim@example.org"),
        ("recipient", "carer-1@example.org, victim@example.org"),
        ("recipient", "<carer-1@example.org>"),
        ("recipient", '"a b"@example.org'),
        ("recipient", "carer-1"),
        ("recipient", ""),
        ("organiser", "office@council.example\n"),
        ("organiser", "office@council.example;CN=x"),
        ("uid", "a@b\r\nATTENDEE:mailto:victim@example.org"),
        ("message_id", "a@b>\r\nBcc: victim@example.org"),
        ("message_id", "no-at-sign"),
    ],
)
def test_an_address_or_id_that_breaks_out_is_refused(field: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        compose(mail(**{field: text}))
    assert refused.value.reason in {"ADDRESS_UNUSABLE", "IDENTIFIER_UNUSABLE"}
    assert "@" not in str(refused.value)


def check_whole(made: MailDraft) -> None:
    message = read(compose(made))
    assert len(message.keys()) == 8 and message["To"] == OUTSIDER and "Bcc" not in message
    assert message["From"].addresses[0].addr_spec == OFFICE and len(message["From"].addresses) == 1
    text = object_in(compose(made))
    assert sum(line.startswith("ATTENDEE") for line in unfolded(text)) == 1
    event = vevent(text)
    assert [one.value for one in event.attendee_list] == [f"mailto:{OUTSIDER}"]
    assert event.organizer.value == f"mailto:{OFFICE}"
    assert len(list(ics.Calendar(text).events)) == 1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120), field=st.sampled_from(["subject_line", "organiser_name", "location", "body_text"]))
def test_any_text_leaves_one_message_of_one_attendee(text: str, field: str) -> None:
    made = mail(**{field: text})
    check_whole(made)
    assert compose(made) == compose(made)
