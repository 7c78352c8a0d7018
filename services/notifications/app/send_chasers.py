"""Writing to people about what waits: what a council's lane does when a chase or a lateness comes due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from rulebook.working_days import england_and_wales
from servicekit.caller import Caller
from servicekit.errors import RemoteRefusal
from servicekit.ids import new_id
from services.notifications.app.carry_message import carry_message, look_up
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.find_reader import find_reader
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.ports import Outside
from services.notifications.app.send_mail import (
    IN_DOUBT,
    NOT_REACHED,
    NOTIFY_IN_DOUBT,
    NOTIFY_NOT_REACHED,
    NOTIFY_REFUSED,
    REFUSED,
)
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.brake import Source
from services.notifications.domain.chaser import NOT_KNOWN, STOPPED, WAY_CHANGED, Chaser, ChaserMessage, ChaserState
from services.notifications.domain.chaser_message import Reader, chaser_rendering
from services.notifications.domain.date_question import ring_words
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.quiet_hours import next_allowed
from services.notifications.domain.receipt import Receipt
from services.notifications.domain.route import BY_NOTIFY
from services.notifications.domain.text_mail import TextMail

Due = Mapping[tuple[str, str], date]


@dataclass(frozen=True)
class _Round:
    """One look at all of a council's chasers."""

    desk: ChaserDesk
    caller: Caller
    outside: Outside
    now: datetime

    @property
    def ring(self) -> str:
        telephone = self.desk.telephones.get(self.caller.council_id, "")
        return ring_words(self.outside.sender.organiser_name, telephone)


async def send_chasers(desk: ChaserDesk, caller: Caller) -> datetime | None:
    """Do what is due; when to look again. Safe to break off anywhere. Raises StillWaitingError, Unavailable.

    Once one is due, all that wait are looked at: one message a person.
    """
    outside = desk.desk.outside.get(caller.council_id)
    if outside is None:
        return None
    async with desk.desk.begin(caller) as unit:
        now, pending, messages = unit.now(), await unit.chasers.pending(), await unit.chasers.messages()
    if not pending or pending[0].due_at > now:
        return pending[0].due_at if pending else None
    allowed = next_allowed(now, england_and_wales())
    if allowed > now:
        return allowed
    this = _Round(desk, caller, outside, now)
    settled = [
        await _go_on(this, message, [one for one in pending if one.message_key == message.key]) for message in messages
    ]
    settled += await _write(this, [one for one in pending if one.message_key is None])
    if not all(settled):
        raise StillWaitingError
    async with desk.desk.begin(caller) as unit:
        held = await unit.chasers.pending()
    return held[0].due_at if held else None


async def _go_on(this: _Round, message: ChaserMessage, chasers: Sequence[Chaser]) -> bool:
    """Of a message that may have gone: GOV.UK Notify is asked, a mail server gets the very same again.

    Only to whoever may be told by that way today, and when.
    """
    if message.route in BY_NOTIFY:
        try:
            found = await look_up(this.outside.notify, str(message.key), message.asked_at, this.now)
        except DeliveryFault:
            await _keep(this, [replace(one, trouble=NOTIFY_IN_DOUBT) for one in chasers])
            return False
        if found is not None:
            await _keep_sent(this, message, chasers, found)
            return True
    reader = await _reader(this, chasers[0])
    if isinstance(reader, str) or (reader.route, reader.address) != (message.route, message.address):
        await _keep(this, [one.to_ring(WAY_CHANGED) for one in chasers], dropped=message.key)
        return True
    if reader.held_until is not None:
        await _keep(this, [one.held(reader.held_until) for one in chasers])
        return True
    return await _hand_over(this, message, chasers, in_doubt=message.route not in BY_NOTIFY)


async def _write(this: _Round, chasers: Sequence[Chaser]) -> list[bool]:
    """One message for each reader, about what waits still; whoever cannot be written to is to be rung."""
    left, due = await _still_waiting(this, chasers)
    readers: dict[tuple[str, str], tuple[Reader, list[Chaser]]] = {}
    for one in left:
        reader = await _reader(this, one)
        if isinstance(reader, str):
            await _keep(this, [one.to_ring(reader)])
        elif reader.held_until is not None:
            await _keep(this, [one.held(reader.held_until)])
        else:
            key = reader.route, reader.address
            known, some = readers.get(key, (reader, []))
            readers[key] = known.beside(reader), [*some, one]
    return [await _send(this, reader, of_reader, due) for reader, of_reader in readers.values()]


async def _reader(this: _Round, chaser: Chaser) -> Reader | str:
    try:
        return await find_reader(this.desk, this.caller, this.outside, chaser)
    except RemoteRefusal:
        return NOT_KNOWN


async def _still_waiting(this: _Round, chasers: Sequence[Chaser]) -> tuple[list[Chaser], Due]:
    """What was done meanwhile, or given to somebody else, is nobody's to be chased for."""
    if not chasers:
        return [], {}
    asked = dict.fromkeys((thing, one.clock) for one in chasers for thing in one.things)
    found = {(one.name, one.clock): one for one in await this.desk.waiting.still_waiting(this.caller, list(asked))}
    looked = [
        one.about_only([seen.name for seen in found.values() if seen.clock == one.clock and seen.is_for(one.person)])
        for one in chasers
    ]
    await _keep(this, looked)
    return [one for one in looked if one.state is ChaserState.PENDING], {key: one.due for key, one in found.items()}


async def _send(this: _Round, reader: Reader, chasers: Sequence[Chaser], due: Due) -> bool:
    rendering = chaser_rendering(reader, chasers, due, this.now, this.desk.web_url, this.ring)
    if guard(rendering, {reader.person: reader.protected}, reader.subject_strings):
        await _keep(this, [one.to_ring(STOPPED) for one in chasers])
        return True
    told = (rendering.route, rendering.address, rendering.subject_line, rendering.body_text)
    return await _hand_over(this, ChaserMessage(new_id(), *told, this.now, this.now), chasers, in_doubt=False)


async def _hand_over(this: _Round, message: ChaserMessage, chasers: Sequence[Chaser], *, in_doubt: bool) -> bool:
    """True once the other side has it, or somebody is to ring; False where it is to be tried again.

    `in_doubt`: it may have gone before, and only the very same may go again.
    """
    by_notify = message.route in BY_NOTIFY
    async with this.desk.desk.begin(this.caller) as unit:
        trouble = await may_leave(unit, this.desk.desk, Source.MAIL, 1)
        kept = [replace(one, trouble=trouble) if trouble else replace(one, message_key=message.key) for one in chasers]
        for one in kept:
            await unit.chasers.put(one)
        if trouble:
            return False
        await unit.chasers.put_message(replace(message, asked_at=unit.now()))
    try:
        receipt_id = await _carry(this, message)
    except OutcomeUnknown:
        await _keep(this, [replace(one, trouble=NOTIFY_IN_DOUBT if by_notify else IN_DOUBT) for one in kept])
        return False
    except Unreachable:
        not_reached = NOTIFY_NOT_REACHED if by_notify else NOT_REACHED
        again = [replace(one, trouble=IN_DOUBT) if in_doubt else one.waits(not_reached) for one in kept]
        await _uncount(this)
        await _keep(this, again, dropped=None if in_doubt else message.key)
        return False
    except DeliveryFault as fault:
        refused = (NOTIFY_REFUSED if by_notify else REFUSED).format(reason=fault.reason)
        await _uncount(this)
        await _keep(this, [one.to_ring(refused) for one in kept], dropped=message.key)
        return True
    await _keep_sent(this, message, kept, receipt_id)
    return True


async def _carry(this: _Round, message: ChaserMessage) -> UUID | None:
    """GOV.UK Notify's id where it carries the message."""
    if message.route in BY_NOTIFY:
        told = (message.route, message.address, message.subject_line, message.body_text)
        return await carry_message(this.outside.notify, NotifyMessage(*told, str(message.key)))
    if this.outside.mail is None:
        raise Unreachable("NOT_SET_UP")
    await this.outside.mail.send(
        TextMail(
            message_id=f"{message.key}@{this.outside.mail_host}",
            made_at=message.made_at,
            organiser=this.outside.sender.mail_from,
            organiser_name=this.outside.sender.organiser_name,
            recipient=message.address,
            subject_line=message.subject_line,
            body_text=message.body_text + "\n",
        )
    )
    return None


async def _keep(this: _Round, chasers: Sequence[Chaser], dropped: UUID | None = None) -> None:
    """`dropped`: the message that surely has not gone, or is not to go again."""
    async with this.desk.desk.begin(this.caller) as unit:
        for one in chasers:
            await unit.chasers.put(one)
        if dropped is not None:
            await unit.chasers.drop_message(dropped)


async def _uncount(this: _Round) -> None:
    """The other side certainly took nothing this time."""
    async with this.desk.desk.begin(this.caller) as unit:
        await did_not_leave(unit, Source.MAIL, 1)


async def _keep_sent(this: _Round, message: ChaserMessage, chasers: Sequence[Chaser], receipt_id: UUID | None) -> None:
    async with this.desk.desk.begin(this.caller) as unit:
        if receipt_id is not None:
            await unit.receipts.put(Receipt(receipt_id, unit.now()))
        for one in chasers:
            await unit.chasers.put(one.sent(unit.now(), receipt_id))
            await unit.audit("SendChaser", one.about, fields=("count",))
        await unit.chasers.drop_message(message.key)
