"""What people complain of elsewhere about e-mailed invitations, each by its number, and RFC 5546's rules with them.

Each walks one invitation through its whole life: told, told another room, moved, called off.
"""

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from services.notifications.adapters.imip_message import compose
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from tests.notifications.world import MAIL_FROM, SENDER, World

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
async def life(world: World) -> list[MailDraft]:
    """The mother's messages, in a council without a tenant."""
    council = world.caller.council_id
    outside = replace(world.desk.outside[council], sender=replace(SENDER, mailbox=""), calendar=None)
    world.desk = replace(world.desk, outside={council: outside})
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: setattr(world, "meeting", replace(world.meeting, room_name="Room 5, Civic Centre", revision=2)),
        lambda: world.move(24 * 7),  # over the change of the clocks
        world.cancel,
    ]
    for step in steps:
        step()
        for _ in range(2):
            assert await world.tell(3)
    return [mail for mail in world.mail.accepted if mail.recipient == "mother@example.org"]


def parts_of(mail: MailDraft) -> list[Any]:
    return list(email.message_from_bytes(compose(mail), policy=policy.default).walk())


def object_of(mail: MailDraft) -> Any:
    (part,) = [one for one in parts_of(mail) if one.get_content_type() == "text/calendar"]
    return vobject.readOne(part.get_payload(decode=True).decode())


def events_of(life: list[MailDraft]) -> list[Any]:
    return [object_of(mail).vevent for mail in life]


def test_adamgibbons_ics_128_an_update_is_not_ignored(life: list[MailDraft]) -> None:
    """It was PUBLISH with a lower SEQUENCE; ours is a REQUEST for the same UID from the same organiser, and higher."""
    assert [object_of(mail).method.value for mail in life] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    events = events_of(life)
    assert [int(one.sequence.value) for one in events] == [0, 1, 2, 3]
    assert len({one.uid.value for one in events}) == 1
    assert {one.organizer.value for one in events} == {f"mailto:{MAIL_FROM}"}
    stamps = [one.dtstamp.value for one in events]
    assert stamps == sorted(stamps)


def test_red_mail_95_an_attached_file_alone_is_no_invitation(life: list[MailDraft]) -> None:
    """The object stands beside the text with its method, and once more as a file."""
    for mail in life:
        kinds = [one.get_content_type() for one in parts_of(mail)]
        assert kinds.index("multipart/alternative") < kinds.index("text/calendar") < kinds.index("application/ics")
        (part,) = [one for one in parts_of(mail) if one.get_content_type() == "text/calendar"]
        assert part.get_param("method") == mail.method.value == object_of(mail).method.value
        assert part.get_param("charset").lower() == "utf-8" and part["Content-Disposition"] is None


def test_cal_com_17326_nothing_is_an_hour_off(life: list[MailDraft]) -> None:
    """Ten o'clock in winter, and the same meeting a week later when it is summer time."""
    for mail, event in zip(life, events_of(life), strict=True):
        assert event.dtstart.value.astimezone(UTC) == mail.start
        assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)
    assert [one.start.astimezone(LONDON).hour for one in life] == [10, 10, 11, 11]


def test_cal_com_885_and_6927_times_are_shown_as_they_are_on_the_wall(life: list[MailDraft]) -> None:
    for mail in life:
        (part,) = [one for one in parts_of(mail) if one.get_content_type() == "text/calendar"]
        wall = mail.start.astimezone(LONDON)
        assert f"DTSTART;TZID=Europe/London:{wall:%Y%m%dT%H%M%S}\r\n".encode() in part.get_payload(decode=True)
        assert object_of(mail).vtimezone.tzid.value == "Europe/London"


def test_cal_com_7703_and_13823_one_invitation_and_no_other_beside_it(life: list[MailDraft]) -> None:
    """Looked at twice after every step: what is known is not sent again."""
    assert len(life) == 4 and len({one.message_id for one in life}) == 4


async def test_cal_com_14765_nobody_is_told_by_exchange_and_by_us(world: World) -> None:
    assert await world.tell(3)
    by_exchange = {address for address, *_ in world.calendar.mailed}
    by_us = {mail.recipient for mail in world.mail.accepted}
    assert by_exchange and not by_exchange & by_us


def test_cal_com_5339_and_12706_nobody_else_is_named_on_any_path(life: list[MailDraft], world: World) -> None:
    for mail in life:
        (attendee,) = object_of(mail).vevent.attendee_list
        assert attendee.value == "mailto:mother@example.org" and "CN" not in attendee.params
        text = "".join(str(one.get_payload(decode=True)) for one in parts_of(mail) if not one.is_multipart())
        for other in world.people.values():
            assert other.email == mail.recipient or other.email not in text + compose(mail).decode()


def test_moodle_booking_113_a_calling_off_takes_the_event_away(life: list[MailDraft]) -> None:
    """A calling off under another UID, or without its status, shows as a second event."""
    last = life[-1]
    assert last.method is MailMethod.CANCEL
    event = object_of(last).vevent
    assert (event.status.value, event.uid.value) == ("CANCELLED", life[0].uid)
    assert "RSVP" not in event.attendee.params
    assert (last.start, last.end) == (life[-2].start, life[-2].end)


def test_an_answer_is_asked_for_and_comes_back_to_us(life: list[MailDraft]) -> None:
    """RSVP, nothing answered yet, and an organiser who is the sender and not the one who is asked."""
    for mail in life[:-1]:
        event, whole = object_of(mail).vevent, parts_of(mail)[0]
        assert event.attendee.params["RSVP"] == ["TRUE"] and event.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
        assert whole["From"].addresses[0].addr_spec == MAIL_FROM != mail.recipient
        assert event.organizer.value == f"mailto:{MAIL_FROM}" and "Reply-To" not in whole


def test_no_rule_of_recurrence_leaves(life: list[MailDraft]) -> None:
    """Each meeting is an event of its own."""
    for event in events_of(life):
        assert {"rrule", "rdate", "exdate", "recurrence-id"} & set(event.contents) == set()
        assert event.dtstart.value > datetime(2026, 3, 1, tzinfo=UTC)
