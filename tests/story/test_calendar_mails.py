"""Every kept message is one person's, and two calendar libraries that the product does not use can read it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import ics
import pytest
import vobject

from tests.story.conftest import Played
from tests.story.mail_reading import KeptMail, kept_mail

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]


@dataclass(frozen=True)
class Told:
    """What one message says of one meeting."""

    address: str
    uid: str
    sequence: int
    method: str
    message_id: str
    start: str

    @property
    def cancelled(self) -> bool:
        """Whether it says that the meeting is off."""
        return self.method == "CANCEL"


@pytest.fixture(scope="module")
def mails(played: Played) -> list[KeptMail]:
    found = [mail for mail in kept_mail(played.demo.root / "mail") if not mail.is_plain]
    assert found, "the story sent no mail"
    return found


def told_by(mail: KeptMail) -> Told:
    """Read with vobject. AssertionError where it holds anything but one event for one person."""
    calendar = vobject.readOne(mail.calendar)
    events = list(calendar.vevent_list)
    assert len(events) == 1, "not one event"
    event = events[0]
    attendees = [one.value for one in event.contents.get("attendee", [])]
    assert len(attendees) == 1, f"{len(attendees)} attendees"
    assert attendees[0].casefold() == f"mailto:{mail.address}", "its attendee is somebody else"
    return Told(
        address=mail.address,
        uid=str(event.uid.value),
        sequence=int(event.contents["sequence"][0].value),
        method=str(calendar.method.value),
        message_id=str(mail.message["Message-ID"]),
        start=event.dtstart.value.isoformat(),
    )


def test_each_is_read_by_vobject_and_is_for_one_person(mails: list[KeptMail]) -> None:
    for mail in mails:
        told = told_by(mail)
        assert told.method in ("REQUEST", "CANCEL")
        assert told.uid and told.message_id


def test_each_is_read_by_ics_the_same(mails: list[KeptMail]) -> None:
    for mail in mails:
        calendar = ics.Calendar(mail.calendar)
        assert len(calendar.events) == 1
        event = next(iter(calendar.events))
        told = told_by(mail)
        assert event.uid == told.uid
        assert len(event.attendees) == 1
        assert calendar.method == told.method
        assert event.begin.datetime.astimezone().isoformat() == _instant(told.start)


def _instant(written: str) -> str:
    return datetime.fromisoformat(written).astimezone().isoformat()


def test_each_goes_to_one_address(mails: list[KeptMail]) -> None:
    for mail in mails:
        for field in ("To", "Cc", "Bcc"):
            named = [one.addr_spec.casefold() for one in getattr(mail.message[field], "addresses", ())]
            assert named in ([mail.address], []) and (named or field != "To")


def test_the_uid_stays_and_the_sequence_rises(
    mails: list[KeptMail], record_property: Callable[[str, object], None]
) -> None:
    meetings: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for mail in mails:
        told = told_by(mail)
        meetings[mail.address, told.uid].append(told)
    for (address, _), heard in meetings.items():
        distinct = list({one.message_id: one for one in heard}.values())
        sequences = [one.sequence for one in distinct]
        assert sequences == sorted(set(sequences)), f"{address}: the sequence does not rise: {sequences}"
        assert not any(one.cancelled for one in distinct[:-1]), f"{address}: something follows a cancellation"
        starts = [one.start for one in distinct if not one.cancelled]
        assert len(starts) == len(set(starts)), f"{address}: told the same time twice"
    moved = [heard for heard in meetings.values() if len({one.start for one in heard if not one.cancelled}) > 1]
    off = [heard for heard in meetings.values() if heard[-1].cancelled]
    record_property(
        "calendar mails", f"{len(mails)} mails, {len(meetings)} invitations, {len(moved)} moved, {len(off)} cancelled"
    )
    assert [heard for heard in moved if heard in off], "nobody was e-mailed create, move and cancel of one meeting"


def test_one_meeting_is_one_uid_for_a_person(mails: list[KeptMail]) -> None:
    """By the reference in the subject line: a move must not make a second entry in a diary."""
    uids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in mails:
        reference = str(mail.message["Subject"]).split()[-1]
        uids[mail.address, reference].add(told_by(mail).uid)
    assert all(len(found) == 1 for found in uids.values())
