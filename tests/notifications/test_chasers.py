"""Whoever is chased or late is written to once, about what waits still, the safe way; else somebody sees why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied, RemoteRefusal
from services.notifications.app.chaser_ports import ChaserDesk, Waiting
from services.notifications.app.hear_lateness import Lateness, LatenessHeard
from services.notifications.app.hear_meeting import hear
from services.notifications.app.list_chasers import list_chasers
from services.notifications.app.read_receipts import read_receipts
from services.notifications.app.send_chasers import send_chasers
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.brake import STOPPED as SENDING_STOPPED
from services.notifications.domain.brake import SendingStop
from services.notifications.domain.chaser import (
    GATHERED_FOR,
    LEFT,
    NO_MAILBOX,
    NOT_CHASED,
    NOT_KNOWN,
    STOPPED,
    WAY_CHANGED,
    Chaser,
    ChaserKind,
    ChaserState,
)
from services.notifications.domain.meeting import Channel
from services.notifications.domain.notify_message import SHOWN_WITHIN
from services.notifications.domain.sure_address import NEVER_CHECKED
from services.notifications.domain.unsafe_time import UnsafeTime
from tests.notifications.scripted_notify import PHONE, told_by, with_notify
from tests.notifications.world import Crash, World, person, recipient

CHILD = "councils/north/children/00000000-0000-0000-0000-0000000000c1"
OTHER = "councils/north/children/00000000-0000-0000-0000-0000000000c2"
NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
SUPPORT = "business.support@north.example.org"
SITE = "https://permanence.north.example.org"


@dataclass
class Scripted:
    """Panels and cases as a test put them."""

    done: set[str] = field(default_factory=set)
    given_to: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    async def still_waiting(self, caller: Caller, things: Sequence[tuple[str, str]]) -> Sequence[Waiting]:
        return [
            Waiting(name, clock, date(2026, 3, 12), self.given_to.get(name, ""))
            for name, clock in things
            if name not in self.done
        ]

    async def shown_to(self, caller: Caller, subjects: object) -> frozenset[str]:
        return frozenset({CHILD, OTHER} - self.hidden)


@dataclass
class Stand:
    """The world with what chasers need besides."""

    world: World
    scripted: Scripted
    mailbox: str = SUPPORT

    @property
    def desk(self) -> ChaserDesk:
        council = self.world.caller.council_id
        phones, boxes = {council: "01632 960001"}, {council: self.mailbox}
        return ChaserDesk(self.world.desk, self.scripted, self.scripted, SITE, phones, boxes)

    async def hear(self, *found: Lateness) -> None:
        async with self.world.begin(self.world.caller) as unit:
            await hear(unit, LatenessHeard(found))

    async def work(self, at: datetime = NOW, tries: int = 3) -> datetime | None:
        """The council's lane at that time; what waits is tried again."""
        self.world.clock.instant = at
        for _ in range(tries):
            try:
                return await send_chasers(self.desk, self.world.caller)
            except (StillWaitingError, Crash):
                continue
        raise AssertionError("it did not come to rest")

    async def of(self, *things: str) -> list[Chaser]:
        found = await list_chasers(self.desk, self.world.user("business-support"), things)
        return [one for _, one in found]

    @property
    def mails(self) -> list[tuple[str, str]]:
        return [(one.recipient, one.body_text) for one in self.world.mail.texts]


@pytest.fixture
def stand(world: World) -> Stand:
    return Stand(world, Scripted())


def action() -> str:
    return f"councils/north/actions/{uuid4()}"


def chase(*things: str, of: str = "worker", role: str = "social-worker", subjects: Sequence[str] = ()) -> Lateness:
    who = person(of) if of else ""
    about = tuple(subjects) or (CHILD,) * len(things)
    return Lateness(ChaserKind.CHASE, f"councils/north/chases/{uuid4()}", role, things, about, NOW, who)


def late(world: World, role: str, clock: str = "sign", subject: str = CHILD) -> Lateness:
    name = f"councils/north/minutes/{uuid4()}"
    return Lateness(ChaserKind.MINUTES, name, role, (name,), (subject,), NOW, clock=clock, meeting=world.meeting.name)


async def test_one_message_a_person_says_how_much_and_since_when_and_names_nobody(stand: Stand) -> None:
    things = [action() for _ in range(3)]
    await stand.hear(chase(*things[:2]), chase(*things[1:]))
    assert await stand.work() is None
    ((to, text),) = stand.mails
    assert to == "worker@example.org"
    assert text == (
        "This waits for you after meetings.\n"
        "3 actions, the first due on Thursday 12 March 2026.\n"
        f"Sign in to see what it is: {SITE}/actions\n"
        "If it is not yours to do, ring North Council on 01632 960001.\n"
        "This message holds no names.\n"
    )
    assert stand.world.mail.texts[0].subject_line == "What waits for you · 2026-03-16"
    assert {one.state for one in await stand.of(*things)} == {ChaserState.SENT}


async def test_a_repeated_event_and_a_repeated_look_send_nothing_more(stand: Stand) -> None:
    told = chase(action())
    await stand.hear(told)
    await stand.hear(told)
    await stand.work()
    await stand.hear(told)
    await stand.work(NOW + timedelta(hours=1))
    assert len(stand.mails) == 1


async def test_what_was_done_or_given_on_meanwhile_is_not_chased(stand: Stand) -> None:
    done, given, mine, alone = (action() for _ in range(4))
    await stand.hear(chase(done, given, mine), chase(alone, of="chair"))
    stand.scripted.done = {done, alone}
    stand.scripted.given_to = {given: person("chair"), mine: person("worker")}
    await stand.work()
    ((to, text),) = stand.mails
    assert to == "worker@example.org" and "1 action, due on" in text
    assert await stand.of(given) == [], "nobody was written to about what is somebody else's"
    assert [one.state for one in await stand.of(mine)] == [ChaserState.SENT]
    assert [one.state for one in await stand.of(alone)] == [ChaserState.OVER]


async def test_late_minutes_of_one_meeting_are_one_message_to_its_chair(stand: Stand) -> None:
    await stand.hear(*(late(stand.world, "team-manager") for _ in range(14)))
    first = NOW + GATHERED_FOR
    assert await stand.work() == first and not stand.mails, "the others run out in the same minute"
    await stand.work(first)
    ((to, text),) = stand.mails
    assert to == "chair@example.org" and "14 sets of minutes to sign, the first due on" in text


async def test_where_only_the_role_is_known_business_support_is_told_for_whom_it_is(stand: Stand) -> None:
    decision = f"councils/north/decisions/{uuid4()}"
    role = "agency-decision-maker"
    missed = Lateness(ChaserKind.DECISION, decision, role, (decision,), (CHILD,), NOW)
    filing = late(stand.world, "business-support", "file")
    await stand.hear(missed, filing, replace(filing, role="service-manager"), chase(action(), of="", role="carer"))
    await stand.work()
    ((to, text),) = stand.mails
    assert to == SUPPORT
    for line in (
        "For the agency decision maker: 1 decision to make, due on",
        "For the business support: 1 set of minutes not in the file, due on",
        "For the service manager: 1 set of minutes not in the file, due on",
        "For the carer: 1 action, due on",
    ):
        assert line in text


async def test_without_a_mailbox_it_says_why_and_is_never_shown_as_sent(stand: Stand) -> None:
    stand.mailbox, thing = "", action()
    await stand.hear(chase(thing, of="", role="carer"))
    await stand.work()
    (one,) = await stand.of(thing)
    assert (one.state, one.trouble, one.sent_at) == (ChaserState.TO_RING, NO_MAILBOX, None)
    assert not stand.mails


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"channel": Channel.NONE}, "No safe way"),
        ({"channel": Channel.IN_PERSON}, "To be told in person"),
        ({"channel": Channel.OUTLOOK, "unsafe_channels": frozenset({Channel.EMAIL})}, "E-mail is not safe"),
        ({"email": ""}, "no address is recorded"),
        ({"verified_on": None}, NEVER_CHECKED),
    ],
)
async def test_without_a_safe_way_nothing_is_sent_and_the_page_says_why(
    stand: Stand, change: dict[str, object], why: str
) -> None:
    stand.world.people["mother"] = recipient("mother", **change)
    thing = action()
    await stand.hear(chase(thing, of="mother", role="mother"))
    await stand.work()
    (one,) = await stand.of(thing)
    assert one.state is ChaserState.TO_RING and why in one.trouble
    assert not stand.mails


async def test_a_child_is_asked_by_somebody_and_never_written_to(stand: Stand) -> None:
    stand.world.people["maya"] = recipient("maya")
    thing = action()
    await stand.hear(chase(thing, of="maya", role="child"))
    await stand.work()
    (one,) = await stand.of(thing)
    assert one.state is ChaserState.TO_RING and "in the way the child wishes" in one.trouble
    assert not stand.mails


async def test_whoever_has_left_is_not_written_to_and_nobody_in_their_place(stand: Stand) -> None:
    del stand.world.people["worker"]
    thing = action()
    await stand.hear(chase(thing))
    await stand.work()
    (one,) = await stand.of(thing)
    assert (one.state, one.trouble) == (ChaserState.TO_RING, LEFT)
    assert not stand.mails
    del stand.world.people["chair"]
    await stand.hear(late(stand.world, "team-manager"))
    await stand.work(NOW + GATHERED_FOR)
    assert [to for to, _ in stand.mails] == [SUPPORT], "that a chair has left is business support's to see to"


async def test_one_whom_cases_does_not_know_holds_up_nobody(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    around = stand.world.around

    async def refuse(caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> object:
        if OTHER in subjects:
            raise RemoteRefusal("NOT_FOUND", "")
        return await around(caller, subjects, people)

    monkeypatch.setattr(stand.world, "around", refuse)
    gone, known = action(), action()
    await stand.hear(chase(gone, subjects=[OTHER]), chase(known))
    await stand.work()
    assert [one.trouble for one in await stand.of(gone)] == [NOT_KNOWN]
    assert [one.state for one in await stand.of(known)] == [ChaserState.SENT]


async def test_somebody_outside_is_asked_to_ring_by_text_and_once(stand: Stand) -> None:
    told_by(stand.world, "mother", Channel.TEXT)
    notify = with_notify(stand.world, Channel.TEXT)
    await stand.hear(chase(action(), of="mother", role="mother"))
    notify.faults.planned = ["crash after"]
    with pytest.raises(Crash):
        await send_chasers(stand.desk, stand.world.caller)
    notify.hides = True
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    notify.hides = False
    await stand.work(NOW + SHOWN_WITHIN)
    (message,) = notify.messages
    assert message.address == PHONE
    assert message.text == (
        "This waits for you after meetings. 1 action, due on Thursday 12 March 2026."
        " If it is done, or you cannot do it, please ring North Council on 01632 960001."
    )


@pytest.mark.parametrize("fault", ["crash before", "crash after", "lost", "down"])
async def test_killed_at_any_point_it_goes_and_a_repeat_is_the_same_message(stand: Stand, fault: str) -> None:
    first, second = action(), action()
    await stand.hear(chase(first, second))
    stand.world.mail.faults.planned = [fault]
    with pytest.raises((Crash, StillWaitingError)):
        await send_chasers(stand.desk, stand.world.caller)
    assert {one.state for one in await stand.of(first, second)} == {ChaserState.PENDING}, "unknown is not sent"
    stand.scripted.done = {first}
    await stand.work(NOW + timedelta(minutes=1))
    mails = stand.world.mail.texts
    assert len({(one.message_id, one.made_at, one.body_text) for one in mails}) == 1
    assert len(mails) == (2 if fault in ("crash after", "lost") else 1)
    assert [one.state for one in await stand.of(second)] == [ChaserState.SENT]
    assert await stand.work(NOW + timedelta(hours=2)) is None
    assert len(stand.world.mail.texts) == len(mails)


async def test_what_never_reached_the_server_is_looked_at_anew(stand: Stand) -> None:
    thing = action()
    await stand.hear(chase(thing))
    stand.world.mail.faults.planned = ["down"]
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    stand.scripted.done = {thing}
    await stand.work()
    assert not stand.mails, "it was done before anything had gone"


async def test_a_refused_address_is_somebodys_to_ring(stand: Stand) -> None:
    thing = action()
    await stand.hear(chase(thing))
    stand.world.mail.faults.planned = ["refused"]
    await stand.work()
    (one,) = await stand.of(thing)
    assert one.state is ChaserState.TO_RING and "refused this" in one.trouble


async def test_a_failed_delivery_is_not_shown_as_sent(stand: Stand) -> None:
    told_by(stand.world, "mother", Channel.TEXT)
    notify, thing = with_notify(stand.world, Channel.TEXT), action()
    await stand.hear(chase(thing, of="mother", role="mother"))
    await stand.work()
    notify.statuses = dict.fromkeys(notify.taken, "permanent-failure")
    await read_receipts(stand.world.desk, stand.world.caller)
    assert [(one.state, one.trouble) for one in await stand.of(thing)] == [(ChaserState.TO_RING, NOT_CHASED)]


async def test_nobody_is_written_to_at_night(stand: Stand) -> None:
    await stand.hear(chase(action()))
    night = datetime(2026, 3, 16, 21, tzinfo=UTC)
    assert await stand.work(night) == datetime(2026, 3, 17, 8, tzinfo=UTC)
    assert not stand.mails


async def test_a_stop_and_the_hours_limit_hold_it_and_lose_nothing(stand: Stand) -> None:
    thing = action()
    async with stand.world.begin(stand.world.caller) as unit:
        await unit.brakes.set_stop(SendingStop(NOW, "oid-1", "A test."))
    await stand.hear(chase(thing))
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    (one,) = await stand.of(thing)
    assert (one.state, one.trouble) == (ChaserState.PENDING, SENDING_STOPPED)
    async with stand.world.begin(stand.world.caller) as unit:
        await unit.brakes.lift_stop()
    stand.world.desk = replace(stand.world.desk, most_an_hour=1)
    await stand.hear(chase(action(), of="chair", role="team-manager"))
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    assert len(stand.mails) == 1
    await stand.work(NOW + timedelta(hours=2))
    assert len(stand.mails) == 2


async def test_what_the_reader_may_not_know_of_is_left_out(stand: Stand) -> None:
    open_, hidden = action(), action()
    await stand.hear(chase(open_, hidden, subjects=[CHILD, OTHER]))
    await stand.work()
    stand.scripted.hidden = {OTHER}
    found = await list_chasers(stand.desk, stand.world.user("social-worker"), [open_, hidden])
    assert [thing for thing, _ in found] == [open_]
    with pytest.raises(PermissionDenied):
        await list_chasers(stand.desk, stand.world.user("carer"), [open_])


async def test_a_protected_string_stops_it_and_a_word_of_our_own_does_not(stand: Stand) -> None:
    stand.world.subject_strings = ("Due", "March", "First", "Sign", "North Council")
    thing, others = action(), [action(), action()]
    await stand.hear(chase(thing))
    await stand.work()
    (one,) = await stand.of(thing)
    assert (one.state, one.trouble) == (ChaserState.TO_RING, STOPPED)
    assert not stand.mails
    stand.world.subject_strings = ("Due", "March", "First", "Sign")
    await stand.hear(chase(*others))
    await stand.work()
    assert len(stand.mails) == 1


async def test_the_strings_of_every_subject_that_a_message_is_about_are_looked_for(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = stand.world.around

    async def other_strings(caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> object:
        found = await around(caller, subjects, people)
        return replace(found, subject_strings=("North Council",)) if OTHER in subjects else found

    monkeypatch.setattr(stand.world, "around", other_strings)
    mine, other = action(), action()
    await stand.hear(chase(mine), chase(other, subjects=[OTHER]))
    await stand.work()
    assert {one.trouble for one in await stand.of(mine, other)} == {STOPPED}


async def test_nothing_comes_while_somebody_else_would_see_it(stand: Stand) -> None:
    """Monday until one o'clock is no safe time for the mother; a repeat of what is in doubt waits as well."""
    unsafe = (UnsafeTime(1, 0, 13 * 60),)
    safe = datetime(2026, 3, 16, 13, tzinfo=UTC)
    stand.world.people["mother"] = recipient("mother", unsafe_times=unsafe)
    thing = action()
    await stand.hear(chase(thing, of="mother", role="mother"), chase(action()))
    assert await stand.work() == safe
    assert [to for to, _ in stand.mails] == ["worker@example.org"]
    (one,) = await stand.of(thing)
    assert one.state is ChaserState.PENDING and "goes by itself from Monday 16 March 2026, 13:00" in one.trouble
    stand.world.clock.instant = safe
    stand.world.mail.faults.planned = ["lost"]
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    sent = len(stand.mails)
    stand.world.people["mother"] = recipient("mother", unsafe_times=(UnsafeTime(1, 0, 15 * 60),))
    assert await stand.work(safe) == datetime(2026, 3, 16, 15, tzinfo=UTC)
    assert len(stand.mails) == sent
    await stand.work(datetime(2026, 3, 16, 15, tzinfo=UTC))
    assert len({mail.message_id for mail in stand.world.mail.texts[1:]}) == 1
    assert [one.state for one in await stand.of(thing)] == [ChaserState.SENT]


async def test_what_is_in_doubt_is_not_repeated_to_whoever_has_left_since(stand: Stand) -> None:
    thing = action()
    await stand.hear(chase(thing))
    stand.world.mail.faults.planned = ["lost"]
    with pytest.raises(StillWaitingError):
        await send_chasers(stand.desk, stand.world.caller)
    del stand.world.people["worker"]
    assert await stand.work() is None
    assert len(stand.mails) == 1
    assert [(one.state, one.trouble) for one in await stand.of(thing)] == [(ChaserState.TO_RING, WAY_CHANGED)]
