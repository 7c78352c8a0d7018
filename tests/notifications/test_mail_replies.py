"""Answers by e-mail: taken from whoever was asked and from nobody else, each once, stale ones dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.imip_calendar import calendar_object
from services.notifications.adapters.read_message import read_message
from services.notifications.app.read_mail import read_mail
from services.notifications.app.reply_mailbox import MailCursor, MailPage, ReceivedMail, SetAsideMail
from services.notifications.app.take_answer import take
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.draft import CAME_BACK, CAME_BACK_OFF
from services.notifications.domain.invitation import Invitation, message_id, uid
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.mail_reply import SetAside
from services.notifications.domain.reply import ReplySource
from tests.notifications.honest_mail import Said, answer, letter, report
from tests.notifications.hostile_mail import HOSTILE
from tests.notifications.world import SENDER, World, person, recipient

HOST = "north.example.org"
NOON = datetime(2026, 3, 16, 8, tzinfo=UTC)
GATEWAY = "mx.north.example.org"


@dataclass
class Mailbox:
    """ReplyMailbox of messages that a test puts in."""

    name: str = "invitations@north.example.org/INBOX"
    validity: int = 7
    mails: list[tuple[int, bytes]] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    page: int = 2
    gateway: str = ""
    fails: int = 0
    received_at: datetime = NOON + timedelta(minutes=5)

    def put(self, raw: bytes) -> int:
        self.mails.append((len(self.mails) + 1, raw))
        return len(self.mails)

    async def read(self, after: MailCursor | None) -> MailPage:
        if self.fails:
            self.fails -= 1
            raise Unreachable("IMAP_FAILED")
        last = after.number if after and after.validity == self.validity else 0
        fresh = [one for one in self.mails if one[0] > last]
        read = [ReceivedMail(number, self.received_at, read_message(raw, self.gateway)) for number, raw in fresh]
        unread = frozenset(number for number, _ in self.mails) - self.opened
        return MailPage(self.validity, tuple(read[: self.page]), unread, len(fresh) > self.page)

    async def mark_read(self, numbers: Sequence[int]) -> None:
        self.opened |= set(numbers)


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    """A council without a tenant, which tells everybody by e-mail."""
    council = world.caller.council_id
    made = Mailbox()
    outside = replace(world.desk.outside[council], sender=replace(SENDER, mailbox=""), calendar=None, mailbox=made)
    world.desk = replace(world.desk, outside={council: outside})
    return made


async def told(world: World) -> Invitation:
    await world.tell(3)
    one = await world.invitation("mother")
    assert one.state is InvitationState.SENT and one.told_address == "mother@example.org"
    return one


def said_by(one: Invitation, sender: str = "mother@example.org", partstat: str = "ACCEPTED", **more: object) -> Said:
    return replace(Said(uid(one, HOST), sender, partstat, sequence=one.sequence, stamp=NOON), **more)  # type: ignore[arg-type]


async def waiting(world: World) -> list[SetAsideMail]:
    async with world.begin(world.caller) as unit:
        return await unit.mail.waiting()


async def logged(world: World) -> list[tuple[str, bool, int]]:
    async with world.begin(world.caller) as unit:
        rows = await unit.tx.fetch("select source, taken, revision from reply_log order by recorded_at, id")
    return [tuple(row.values()) for row in rows]


async def test_an_answer_is_taken_once(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    for _ in range(3):
        mailbox.put(answer(said_by(one)))
    assert await read_mail(world.desk, world.caller) == 3
    assert await read_mail(world.desk, world.caller) == 0
    after = await world.invitation("mother")
    assert (after.answer, after.answer_time, after.answered_revision) == (Answer.ACCEPTED, NOON, 1)
    assert await logged(world) == [("mail", True, 1)]
    assert mailbox.opened == {1, 2, 3}


async def test_a_mailbox_made_anew_is_read_anew_and_changes_nothing(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one, stamp=datetime(2099, 1, 1, tzinfo=UTC))))
    await read_mail(world.desk, world.caller)
    async with world.begin(world.caller) as unit:
        before = await unit.invitations.get(one.id, lock=True)
        assert before is not None
        await take(unit, world.caller, before, Answer.DECLINED, unit.now(), 1, ReplySource.RECORDED)
    mailbox.validity = 8
    world.clock.instant += timedelta(days=2)
    assert await read_mail(world.desk, world.caller) == 1
    assert (await world.invitation("mother")).answer is Answer.DECLINED


async def test_the_newest_stamp_wins_in_whatever_order_they_come(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one, partstat="DECLINED", stamp=NOON + timedelta(minutes=2))))
    mailbox.put(answer(said_by(one, stamp=NOON)))
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.DECLINED


FORGED = {
    "from an address that was not asked": lambda one: answer(said_by(one, "father@example.org")),
    "for somebody else": lambda one: answer(said_by(one)).replace(b"Somebody <mother@", b"Somebody <father@"),
    "another's attendee": lambda one: answer(said_by(one, "father@example.org")).replace(
        b"Somebody <father@", b"Somebody <mother@"
    ),
    "never sent": lambda one: answer(said_by(one, sequence=9)),
}


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_answer_changes_nothing(world: World, mailbox: Mailbox, how: str) -> None:
    one = await told(world)
    mailbox.put(FORGED[how](one))
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == one
    assert await logged(world) == [] and not mailbox.opened
    (waits,) = await waiting(world)
    assert waits.invitation_id == one.id
    assert waits.reason in (SetAside.FOR_SOMEBODY_ELSE, SetAside.NEVER_SENT)


async def test_the_gateway_must_vouch_where_one_is_named(world: World, mailbox: Mailbox) -> None:
    one, mailbox.gateway = await told(world), GATEWAY
    mailbox.put(answer(said_by(one)))
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == one
    assert [waits.reason for waits in await waiting(world)] == [SetAside.SENDER_NOT_CONFIRMED]
    vouched = f"Authentication-Results: {GATEWAY}; dmarc=pass header.from=example.org\r\n".encode()
    mailbox.put(vouched + answer(said_by(one)))
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED


async def test_an_answer_to_an_old_time_is_kept_and_not_taken(world: World, mailbox: Mailbox) -> None:
    first = await told(world)
    world.move(2)
    second = await told(world)
    assert (first.sequence, second.sequence) == (0, 1)
    mailbox.put(answer(said_by(first)))
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == second
    assert await logged(world) == [("mail", False, 1)]
    mailbox.put(answer(said_by(second, partstat="DECLINED", stamp=NOON - timedelta(hours=1))))
    await read_mail(world.desk, world.caller)
    after = await world.invitation("mother")
    assert (after.answer, after.answered_revision) == (Answer.DECLINED, 2)


async def test_an_answer_to_the_words_before_these_still_answers_this_time(world: World, mailbox: Mailbox) -> None:
    first = await told(world)
    world.meeting = replace(world.meeting, room_name="Room 5, Civic Centre", revision=2)
    second = await told(world)
    assert second.sequence == 1
    mailbox.put(answer(said_by(first)))
    await read_mail(world.desk, world.caller)
    after = await world.invitation("mother")
    assert (after.answer, after.answered_revision) == (Answer.ACCEPTED, 2)


async def test_an_answer_to_an_invitation_of_before_sequences_were_kept(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    async with world.begin(world.caller) as unit:
        await unit.tx.execute("delete from sent_invitation")
    mailbox.put(answer(said_by(one)))
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED


async def test_whoever_is_no_longer_asked_answers_nothing(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    world.cancel()
    await world.tell(3)
    before = await world.invitation("mother")
    assert before.state is InvitationState.WITHDRAWN
    mailbox.put(answer(said_by(one)))
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == before
    assert [waits.reason for waits in await waiting(world)] == [SetAside.NOT_ASKED]


async def test_another_time_is_proposed_and_moves_nothing(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    later = datetime(2026, 3, 25, 14, tzinfo=UTC)
    said = said_by(one, partstat="TENTATIVE", start=later, method="COUNTER")
    mailbox.put(answer(said, "webmail"))
    await read_mail(world.desk, world.caller)
    after = await world.invitation("mother")
    assert after.answer is Answer.TENTATIVE and after.told_start == one.told_start
    assert after.proposed == (later, later + timedelta(minutes=90))


async def test_a_later_answer_settles_what_was_proposed(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one, partstat="DECLINED", method="COUNTER")))
    mailbox.put(answer(said_by(one, stamp=NOON + timedelta(minutes=1))))
    await read_mail(world.desk, world.caller)
    after = await world.invitation("mother")
    assert (after.answer, after.proposed) == (Answer.ACCEPTED, None)


async def test_an_email_that_comes_back_needs_a_person_until_the_address_changes(
    world: World, mailbox: Mailbox
) -> None:
    one = await told(world)
    mailbox.put(report(message_id(one, one.sequence, HOST)))
    await read_mail(world.desk, world.caller)
    for _ in range(2):
        await world.tell(3)
        after = await world.invitation("mother")
        assert (after.state, after.trouble) == (InvitationState.NEEDS_PERSON, CAME_BACK)
    world.people["mother"] = recipient("mother", email="mother.example@example.org")
    await world.tell(3)
    again = await world.invitation("mother")
    assert (again.state, again.trouble, again.sequence) == (InvitationState.SENT, "", one.sequence + 1)


async def test_whoever_was_forwarded_the_entry_cannot_say_that_it_came_back(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    for secret in ("", "." + "0" * 16, "." + (await world.invitation("father")).mail_secret):
        mailbox.put(report(f"{one.id}.{one.sequence}{secret}@{HOST}"))
        mailbox.put(letter("mother@example.org", In_Reply_To=f"<{one.id}.{one.sequence}{secret}@{HOST}>").as_bytes())
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == one and len(one.mail_secret) == 16
    sent = next(mail for mail in world.mail.accepted if mail.recipient == "mother@example.org")
    assert isinstance(sent, MailDraft) and sent.message_id == message_id(one, one.sequence, HOST)
    assert one.mail_secret not in calendar_object(sent).decode()


async def test_a_report_of_an_older_email_troubles_nobody(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    world.move(2)
    await told(world)
    mailbox.put(report(message_id(one, one.sequence, HOST)))
    mailbox.put(report(message_id(one, one.sequence + 1, "elsewhere.example.org")))
    mailbox.put(report(message_id(one, one.sequence + 1, HOST), "delayed"))
    await read_mail(world.desk, world.caller)
    assert (await told(world)).trouble == ""


async def test_a_report_that_comes_late_hides_no_newer_one(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    world.move(2)
    await told(world)
    mailbox.put(report(message_id(one, one.sequence + 1, HOST)))
    mailbox.put(report(message_id(one, one.sequence, HOST)))
    await read_mail(world.desk, world.caller)
    await world.tell(3)
    assert (await world.invitation("mother")).trouble == CAME_BACK


async def test_whoever_answered_what_came_back_knows_it(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one)))
    mailbox.put(report(message_id(one, one.sequence, HOST)))
    await read_mail(world.desk, world.caller)
    assert (await told(world)).trouble == ""


async def test_a_calling_off_that_comes_back_is_told_by_a_person(world: World, mailbox: Mailbox) -> None:
    await told(world)
    world.cancel()
    await world.tell(3)
    off = await world.invitation("mother")
    mailbox.put(report(message_id(off, off.sequence, HOST)))
    await read_mail(world.desk, world.caller)
    await world.tell(3)
    after = await world.invitation("mother")
    assert (after.state, after.trouble) == (InvitationState.NEEDS_PERSON, CAME_BACK_OFF)


async def test_a_letter_is_shown_until_somebody_records_what_it_says(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    number = mailbox.put(
        letter("mother@example.org", In_Reply_To=f"<{message_id(one, one.sequence, HOST)}>").as_bytes()
    )
    await read_mail(world.desk, world.caller)
    after = await world.invitation("mother")
    assert after.open_letter_time == mailbox.received_at.replace(minute=5) and after.answer is Answer.NONE
    assert [(waits.number, waits.reason) for waits in await waiting(world)] == [(number, SetAside.IN_WORDS)]
    assert number not in mailbox.opened
    async with world.begin(world.caller) as unit:
        before = await unit.invitations.get(one.id, lock=True)
        assert before is not None
        await take(unit, world.caller, before, Answer.ACCEPTED, unit.now(), 1, ReplySource.RECORDED)
    assert (await world.invitation("mother")).open_letter_time is None
    mailbox.opened.add(number)
    await read_mail(world.desk, world.caller)
    assert await waiting(world) == []


async def test_what_is_nobodys_business_is_left_alone(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    about = message_id(one, one.sequence, HOST)
    mailbox.put(letter("stranger@example.org", "Buy this!").as_bytes())
    mailbox.put(letter("mother@example.org", In_Reply_To=f"<{about}>", Auto_Submitted="auto-replied").as_bytes())
    mailbox.put(answer(replace(said_by(one), uid="0b7c1f9e-8d53-4c1e-9b1c-6f0a7d3e5a11@north.example.org")))
    mailbox.put(answer(replace(said_by(one), uid=f"{one.id}@elsewhere.example.org")))
    await read_mail(world.desk, world.caller)
    assert await world.invitation("mother") == one
    assert (await waiting(world), mailbox.opened) == ([], set())


async def test_hostile_messages_stop_nothing(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    for name, (made, _) in HOSTILE.items():
        if name not in ("ten megabytes",):
            mailbox.put(made())
    last = mailbox.put(answer(said_by(one)))
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED
    assert len(await waiting(world)) == last - 1 and mailbox.opened == {last}
    mailbox.validity += 1
    await read_mail(world.desk, world.caller)
    assert len(await waiting(world)) == last - 1


async def test_a_mailbox_that_fails_loses_nothing(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one)))
    mailbox.fails = 1
    with pytest.raises(Unreachable):
        await read_mail(world.desk, world.caller)
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED


async def test_another_council_takes_nothing_out_of_a_shared_mailbox(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one)))
    other = replace(world.caller, council_id=one.id, council="south")
    world.desk = replace(
        world.desk, outside={**world.desk.outside, one.id: world.desk.outside[world.caller.council_id]}
    )
    assert await read_mail(world.desk, other) == 1
    assert await world.invitation("mother") == one and not mailbox.opened
    await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED


async def test_nobody_else_is_touched(world: World, mailbox: Mailbox) -> None:
    one = await told(world)
    mailbox.put(answer(said_by(one, partstat="DECLINED")))
    await read_mail(world.desk, world.caller)
    async with world.begin(world.caller) as unit:
        ones = await unit.invitations.of_meeting(world.meeting.name)
    answered = {other.person: other.answer for other in ones if other.answer is not Answer.NONE}
    assert answered == {person("mother"): Answer.DECLINED}


async def test_what_another_process_sets_aside_after_this_one_looked_goes_on_waiting(
    world: World, mailbox: Mailbox
) -> None:
    look, stranger = mailbox.read, answer(Said(f"{uid(await told(world), HOST)}", "stranger@example.org"))
    mailbox.put(stranger)

    async def overtaken(after: MailCursor | None) -> MailPage:
        page = await look(after)
        if len(mailbox.mails) == 1:
            mailbox.put(stranger)
            async with world.begin(world.caller) as unit:
                aside = SetAsideMail(mailbox.name, mailbox.validity, 2, SetAside.UNREADABLE, NOON, None)
                await unit.mail.set_aside(aside)
        return page

    mailbox.read = overtaken  # type: ignore[method-assign]
    await read_mail(world.desk, world.caller)
    assert [one.number for one in await waiting(world)] == [2, 1]
    mailbox.opened = {1, 2}
    await read_mail(world.desk, world.caller)
    await read_mail(world.desk, world.caller)
    assert await waiting(world) == []
