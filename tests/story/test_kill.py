"""Every service is killed while the story is played: the same comes of it, and nobody is invited twice."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.checks.every_rpc import SERVICES
from tests.story.conftest import CHILDREN, Played
from tests.story.demo_process import LAST_LINE, DemoProcess, counts_of
from tests.story.killer import Killer
from tests.story.mail_reading import kept_mail
from tests.story.test_calendar_mails import Told, told_by

SECONDS_TO_PLAY = 420.0

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("story"), pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Disturbed:
    """A story that ended although its services were killed."""

    demo: DemoProcess
    counts: dict[str, int]
    kills: Counter[str]


@pytest.fixture(scope="module")
def disturbed() -> Iterator[Disturbed]:
    killer = Killer(lambda service: demo.pid(service))
    demo = DemoProcess("kill", "--children", str(CHILDREN), on_line=killer.hear)
    try:
        line = demo.wait_for(LAST_LINE, SECONDS_TO_PLAY)
        yield Disturbed(demo, counts_of(line), killer.kills)
        assert demo.stop().status == 0, demo.tails()
    finally:
        demo.clear_away()


def test_the_same_comes_of_it(
    played: Played, disturbed: Disturbed, record_property: Callable[[str, object], None]
) -> None:
    record_property("kills", ", ".join(f"{name} {disturbed.kills[name]}" for name in SERVICES))
    assert {name for name in SERVICES if disturbed.kills[name] < 2} == set(), f"too few kills: {disturbed.kills}"
    assert disturbed.counts == played.counts


def test_no_calendar_holds_an_entry_twice(played: Played, disturbed: Disturbed) -> None:
    tenants = disturbed.demo.control("calendars")["tenants"]
    organisers = {made.organiser for made in played.councils}
    entries = Counter(
        (mailbox["address"], _about(event), _invited(event) if mailbox["address"] in organisers else "")
        for tenant in tenants
        for mailbox in tenant["mailboxes"]
        for event in mailbox["events"]
        if not event["isCancelled"]
    )
    assert entries, "the story put nothing into any calendar"
    assert {entry: count for entry, count in entries.items() if count > 1} == {}


def _about(event: dict[str, Any]) -> str:
    """The meeting's reference; a room's entry says nothing, and a room holds one meeting at a time."""
    return event["start"]["dateTime"] if event["subject"] == "Reserved" else event["subject"].split()[-1]


def _invited(event: dict[str, Any]) -> str:
    """The organiser's calendar holds one event for staff and one for each outsider: they differ in who is asked."""
    return ",".join(sorted(row["address"] for row in event["attendees"]))


def test_exchange_told_nobody_the_same_thing_twice(
    disturbed: Disturbed, record_property: Callable[[str, object], None]
) -> None:
    rows = disturbed.demo.control("mail")["mail"]
    told = Counter((row["to"], row["iCalUId"], row["method"], row["start"]["dateTime"]) for row in rows)
    repeated = {key: count for key, count in told.items() if count > 1}
    record_property("Exchange mails", f"{len(rows)} mails, {sum(repeated.values()) - len(repeated)} repeated")
    assert repeated == {}


def test_a_repeated_mail_is_the_same_mail(disturbed: Disturbed, record_property: Callable[[str, object], None]) -> None:
    """Its reader's calendar takes both for one: same Message-ID, UID, SEQUENCE, method and time."""
    messages = _by_message_id(disturbed.demo.root / "mail")
    repeats = sum(len(same) - 1 for same in messages.values())
    record_property("e-mails", f"{sum(map(len, messages.values()))} mails, {repeats} repeated")
    for same in messages.values():
        assert len(set(same)) == 1, f"one Message-ID, different content: {same}"
    once = Counter((told.address, told.uid, told.sequence, told.method) for told, *_ in messages.values())
    assert {key: count for key, count in once.items() if count > 1} == {}, "the same revision under two Message-IDs"


def test_everybody_is_e_mailed_what_they_are_in_a_quiet_run(played: Played, disturbed: Disturbed) -> None:
    quiet = _revisions(played.demo.root / "mail", but=played.besides)
    assert _revisions(disturbed.demo.root / "mail") == quiet


def test_nobody_is_written_to_twice_about_what_waits(disturbed: Disturbed) -> None:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in kept_mail(disturbed.demo.root / "mail"):
        if mail.is_plain:
            ids[(mail.address, mail.message.get_content())].add(str(mail.message["Message-ID"]))
    assert [key for key, found in ids.items() if len(found) > 1] == []


def _by_message_id(folder: Path, but: Collection[str] = ()) -> dict[str, list[Told]]:
    """All but those about the meetings with these references."""
    found: dict[str, list[Told]] = defaultdict(list)
    for mail in kept_mail(folder):
        if mail.is_plain or any(reference in str(mail.message["Subject"]) for reference in but):
            continue
        told = told_by(mail)
        found[told.message_id].append(told)
    return found


def _revisions(folder: Path, but: Collection[str] = ()) -> Counter[tuple[str, int, str]]:
    found = _by_message_id(folder, but).values()
    return Counter((same[0].address, same[0].sequence, same[0].method) for same in found)
