"""Reading what people answered by e-mail: each message in one transaction with how far the mailbox was read."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.reply_mailbox import MailCursor, MailPage, ReceivedMail, ReplyMailbox, SetAsideMail
from services.notifications.app.take_answer import take
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.domain.invitation import Invitation, NamedMessage, read_message_id, read_uid
from services.notifications.domain.mail_reply import (
    CalendarAnswer,
    NonDelivery,
    SentInvitation,
    SetAside,
    Words,
    answer_time,
    as_told,
    is_stale,
    objection,
    revision_answered_by_mail,
)
from services.notifications.domain.reply import ReplyEntry, ReplySource


@dataclass(frozen=True)
class _Reading:
    """One message within its transaction."""

    unit: Unit
    caller: Caller
    host: str
    mailbox: str
    validity: int
    mail: ReceivedMail

    async def set_aside(self, reason: SetAside, invitation_id: UUID | None = None) -> bool:
        """Keep that a person has to read it. It stays unopened."""
        received = self.mail.received_at
        one = SetAsideMail(self.mailbox, self.validity, self.mail.number, reason, received, invitation_id)
        await self.unit.mail.set_aside(one)
        return False


async def read_mail(desk: Desk, caller: Caller) -> int:
    """Read on to the end of the mailbox; how many messages were looked at. Raises Unreachable, Refused: nothing is
    lost then, and since when it fails is kept.

    A message that is about no invitation of this council is left as it is: a mailbox may serve several.
    """
    outside = desk.outside.get(caller.council_id)
    if outside is None or outside.mailbox is None:
        return 0
    mailbox = outside.mailbox
    try:
        count = await _read_on(desk, caller, mailbox, outside.mail_host)
    except DeliveryFault as fault:
        async with desk.begin(caller) as unit:
            await unit.mail.not_read(mailbox.name, fault.reason)
        raise
    async with desk.begin(caller) as unit:
        await unit.mail.was_read(mailbox.name)
    return count


async def _read_on(desk: Desk, caller: Caller, mailbox: ReplyMailbox, host: str) -> int:
    count, more = 0, True
    while more:
        async with desk.begin(caller) as unit:
            cursor = await unit.mail.cursor(mailbox.name)
        page = await mailbox.read(cursor)
        await _take_page(desk, caller, mailbox, host, page, _last_seen(cursor, page))
        count, more = count + len(page.mails), page.more
    return count


async def _take_page(desk: Desk, caller: Caller, mailbox: ReplyMailbox, host: str, page: MailPage, last: int) -> None:
    done: list[int] = []
    for mail in page.mails:
        async with desk.begin(caller) as unit:
            if await _take(_Reading(unit, caller, host, mailbox.name, page.validity, mail)):
                done.append(mail.number)
            if not page.token:
                await unit.mail.move_cursor(mailbox.name, MailCursor(page.validity, mail.number))
    async with desk.begin(caller) as unit:
        if page.token:
            # A page that is broken off before is read again, whole, which changes nothing.
            await unit.mail.move_cursor(mailbox.name, MailCursor(page.validity, last, page.token))
        await unit.mail.keep_waiting(mailbox.name, page.unread, last)
    await mailbox.mark_read(done)


def _last_seen(cursor: MailCursor | None, page: MailPage) -> int:
    """The number of the last message that this look can have seen: another process may know of later ones."""
    before = cursor.number if cursor is not None and cursor.validity == page.validity else 0
    return max(before, *(mail.number for mail in page.mails), *page.unread, 0)


async def _take(reading: _Reading) -> bool:
    """True where nobody has to read it any more."""
    content = reading.mail.reply.content
    match content:
        case SetAside():
            return await reading.set_aside(content)
        case CalendarAnswer():
            return await _take_answer(reading, content)
        case NonDelivery():
            return await _take_back(reading, content)
        case Words():
            return await _keep_letter(reading, content)
    return False


async def _take_answer(reading: _Reading, said: CalendarAnswer) -> bool:
    unit, reply = reading.unit, reading.mail.reply
    invitation_id = read_uid(said.uid, reading.host)
    before = await unit.invitations.get(invitation_id, lock=True) if invitation_id else None
    if before is None:
        return False
    sent = await unit.mail.sent(before.id, said.sequence) or as_told(before, said.sequence)
    wrong = objection(before, sent, reply)
    if wrong is not None or sent is None:
        return await reading.set_aside(wrong or SetAside.NEVER_SENT, before.id)
    at = answer_time(said.stamp, reading.mail.received_at, unit.now())
    if is_stale(before, sent):
        await _log_stale(reading, before, said, sent, at)
        return True
    revision = revision_answered_by_mail(before, sent)
    await take(unit, reading.caller, before, said.answer, at, revision, ReplySource.MAIL, said.proposed)
    return True


async def _log_stale(
    reading: _Reading, before: Invitation, said: CalendarAnswer, sent: SentInvitation, at: datetime
) -> None:
    """To a time that the person has been told is not the time any more: kept, and not taken."""
    who = reading.caller.name_for_log
    entry = ReplyEntry(new_id(), before.id, said.answer, at, sent.revision, ReplySource.MAIL, who, taken=False)
    await reading.unit.replies.log(entry)


async def _take_back(reading: _Reading, failed: NonDelivery) -> bool:
    """The lane shows what to do: only it knows what the person is to have."""
    found = read_message_id(failed.message_id, reading.host)
    before = await _named(reading.unit, found)
    if found is None or before is None:
        return False
    if found.sequence == before.sequence:
        await reading.unit.invitations.put(replace(before, returned_sequence=found.sequence))
        await reading.unit.wake(before.meeting)
    return True


async def _named(unit: Unit, message: NamedMessage | None) -> Invitation | None:
    """The invitation of a Message-ID, held; None where this service did not write it."""
    found = await unit.invitations.get(message.invitation_id, lock=True) if message else None
    return found if found and message and message.is_of(found) else None


async def _keep_letter(reading: _Reading, words: Words) -> bool:
    """An answer in words is for a person to read. From the address that was told it is shown on the invitation."""
    ids = [found for one in words.about if (found := read_message_id(one, reading.host))]
    before = await _named(reading.unit, ids[0] if ids else None)
    if before is None:
        return False
    reply = reading.mail.reply
    if not reply.confirmed or reply.sender != before.told_address.casefold():
        return await reading.set_aside(SetAside.FOR_SOMEBODY_ELSE, before.id)
    at = min(reading.mail.received_at, reading.unit.now())
    await reading.unit.invitations.put(replace(before, letter_time=at))
    return await reading.set_aside(SetAside.IN_WORDS, before.id)
