"""Reminding one person of what is due, in one message: what the person's lane does when a time comes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays, england_and_wales
from servicekit.caller import Caller
from services.notifications.app.add_links import asking_again
from services.notifications.app.carry_message import carry_message, look_up
from services.notifications.app.draft_invitations import fixed_routes
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.plain_way import plain_way
from services.notifications.app.plan_reminders import due_of
from services.notifications.app.ports import Desk, Outside, Unit
from services.notifications.app.read_view import read_view
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.app.who_waits import who_waits
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.quiet_hours import LONDON, next_allowed
from services.notifications.domain.receipt import Receipt
from services.notifications.domain.reminder import NO_ANSWER, NOT_REMINDED, Reminder, ReminderKind, has_answered
from services.notifications.domain.reminder_message import (
    MOST_IN_A_TEXT,
    ReminderItem,
    message_key,
    reminder_rendering,
)
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.route import BY_NOTIFY, Route, held_until
from services.notifications.domain.sending import MessageKind, Sending, SendingOutcome
from services.notifications.domain.text_mail import TextMail
from services.notifications.domain.wish import wishes_of

STOPPED = "The last check stopped the reminder: it would show something that is protected. Ring this person."


@dataclass(frozen=True)
class _Round:
    """One look at a person, at one time; each meeting is read once."""

    desk: Desk
    caller: Caller
    outside: Outside
    now: datetime
    calendar: WorkingDays
    views: dict[str, MeetingView | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Item:
    """A reminder with the facts of today that it rests on."""

    row: Reminder
    view: MeetingView
    shown: ReminderItem
    route: Route

    @property
    def way(self) -> tuple[Route, str]:
        """What has the same way goes in one message."""
        return self.route, self.shown.rendering.address


async def remind_person(desk: Desk, caller: Caller, person: str) -> datetime | None:
    """Do what is due; when to look again. Safe to break off anywhere. Raises StillWaitingError, Unavailable."""
    outside = desk.outside.get(caller.council_id)
    if outside is None:
        return None
    async with desk.begin(caller) as unit:
        now, rows = unit.now(), await unit.reminders.pending_of(person)
    if not rows or rows[0].due_at > now:
        return rows[0].due_at if rows else None
    this = _Round(desk, caller, outside, now, england_and_wales())
    allowed = next_allowed(now, this.calendar)
    if allowed > now:
        return allowed
    in_doubt = [row for row in rows if row.message_key]
    safe_again = await _settle(this, await _not_there(this, in_doubt) if in_doubt else _of_today(rows, now))
    async with desk.begin(caller) as unit:
        left = await unit.reminders.pending_of(person)
    return safe_again or (left[0].due_at if left else None)


def _of_today(rows: Sequence[Reminder], now: datetime) -> list[Reminder]:
    """With what comes due later the same day: one message a person, not one an item."""
    today = now.astimezone(LONDON).date()
    return [row for row in rows if row.due_at.astimezone(LONDON).date() <= today]


async def _not_there(this: _Round, rows: Sequence[Reminder]) -> list[Reminder]:
    """Those that GOV.UK Notify surely does not have; what it has is kept as sent."""
    notify = this.outside.notify
    if notify is None:
        return list(rows)
    missing: list[Reminder] = []
    for key in dict.fromkeys(row.message_key for row in rows):
        with_key = [row for row in rows if row.message_key == key]
        try:
            found = await look_up(notify, str(key), with_key[0].asked_at, this.now)
        except DeliveryFault:
            raise StillWaitingError from None
        if found is None:
            missing += with_key
        else:
            await _keep_sent(this, with_key, Route.NONE, found)
    return missing


async def _settle(this: _Round, rows: Sequence[Reminder]) -> datetime | None:
    """When to look again at what waits for a time at which nobody else sees it come; None where nothing does."""
    held: list[datetime] = []
    by_way: dict[tuple[Route, str], list[_Item]] = {}
    for row in rows:
        item = await _look(this, row)
        if item is None:
            await _keep(this, [row.over()])
        elif row.kind is ReminderKind.RING:
            await _keep(this, [row.to_ring(NO_ANSWER)])
        elif until := held_until(item.route, item.view.recipients.get(row.person), this.now):
            held.append(until)
        else:
            by_way.setdefault(item.way, []).append(item)
    settled = [await _remind(this, part) for items in by_way.values() for part in _messages(items)]
    if not all(settled):
        raise StillWaitingError
    return min(held, default=None)


async def _look(this: _Round, row: Reminder) -> _Item | None:
    """The reminder against the facts of today; None where there is nothing to say, or nothing that may be sent.

    What may be said is what the person surely holds already, by the very same way to the very same address; nothing
    where a case became restricted since, until somebody has let it go.
    """
    if row.meeting not in this.views:
        this.views[row.meeting] = await read_view(this.desk, this.caller, row.meeting)
    view = this.views[row.meeting]
    async with this.desk.begin(this.caller) as unit:
        there = {one.person: one for one in await unit.invitations.of_meeting(row.meeting)}
        invitation = there.get(row.person)
        if view is None or invitation is None:
            return None
        wishes = wishes_of(view, this.outside.sender, fixed_routes(there.values()))
        waits = row.person in await who_waits(unit, view, wishes, there)
    due = {(one.kind, one.about) for one in due_of(view, invitation, this.calendar)}
    wish = next((one for one in wishes if one.person == row.person), None)
    current = (row.kind, row.about) in due and view.meeting.start > this.now
    if wish is None or wish.rendering is None or wish.recipient is None or not current:
        return None
    route = plain_way(this.outside, invitation.route, wish.recipient)
    to_send = row.kind is not ReminderKind.RING
    if to_send and (waits or route is Route.NONE or not invitation.has(wish.rendering)):
        return None
    rendering, unanswered = wish.rendering, not has_answered(invitation)
    if to_send and unanswered:
        async with this.desk.begin(this.caller) as unit:
            sender = this.outside.sender
            rendering = await asking_again(unit, this.caller.council, view, sender, invitation, rendering)
    return _Item(row, view, ReminderItem(rendering, view.meeting.reference, unanswered), route)


def _messages(items: list[_Item]) -> list[list[_Item]]:
    """Whole meetings together: all in one, or as many as a text message holds."""
    meetings = list(dict.fromkeys(one.row.meeting for one in items))
    most = MOST_IN_A_TEXT if items[0].route is Route.TEXT else len(meetings)
    parts = [set(meetings[at : at + most]) for at in range(0, len(meetings), most)]
    return [[one for one in items if one.row.meeting in part] for part in parts]


async def _remind(this: _Round, items: list[_Item]) -> bool:
    """True once the other side has it, or a person is to ring; False where it is to be tried again."""
    rows = [one.row for one in items]
    shown = {one.row.meeting: one.shown for one in items}
    rendering = reminder_rendering(items[0].route, sorted(shown.values(), key=lambda one: one.rendering.start))
    if any(_leaks(rendering, one.view) for one in items):
        await _keep(this, [row.to_ring(STOPPED) for row in rows])
        return True
    key = message_key(rendering, [row.id for row in rows])
    async with this.desk.begin(this.caller) as unit:
        if await may_leave(unit, this.desk, Source.MAIL, 1):
            return False
        asked_at = unit.now() if rendering.route in BY_NOTIFY else None
        for row in rows:
            await unit.reminders.put(replace(row, message_key=key, asked_at=asked_at))
    try:
        receipt_id = await _hand_over(this, rendering, key, rows)
    except OutcomeUnknown:
        if rendering.route in BY_NOTIFY:
            # Looked up before anything is repeated, and kept then: it was one message.
            return False
        async with this.desk.begin(this.caller) as unit:
            await _keep_sendings(unit, rows, rendering.route, SendingOutcome.UNKNOWN)
        return False
    except Unreachable:
        await _uncount(this)
        await _keep(this, rows)
        return False
    except DeliveryFault:
        await _uncount(this)
        await _keep(this, [row.to_ring(NOT_REMINDED) for row in rows])
        return True
    await _keep_sent(this, rows, rendering.route, receipt_id)
    return True


def _leaks(rendering: Rendering, view: MeetingView) -> bool:
    protected = {one.person: one.protected for one in view.recipients.values()}
    return bool(guard(rendering, protected, view.subject_strings))


async def _hand_over(this: _Round, rendering: Rendering, key: UUID, rows: Sequence[Reminder]) -> UUID | None:
    """GOV.UK Notify's id where it carries the message. What was in doubt has been looked for already."""
    if rendering.route in BY_NOTIFY:
        told = (rendering.route, rendering.address, rendering.subject_line, rendering.body_text)
        return await carry_message(this.outside.notify, NotifyMessage(*told, str(key)))
    sender, mail = this.outside.sender, this.outside.mail
    if mail is None:
        raise Unreachable("NOT_SET_UP")
    await mail.send(
        TextMail(
            message_id=f"{key}@{this.outside.mail_host}",
            # Not the time of the sending: a repeat is the same in every byte.
            made_at=max(row.due_at for row in rows),
            organiser=sender.mail_from,
            organiser_name=sender.organiser_name,
            recipient=rendering.address,
            subject_line=rendering.subject_line,
            body_text=rendering.body_text + "\n",
        )
    )
    return None


async def _uncount(this: _Round) -> None:
    async with this.desk.begin(this.caller) as unit:
        await did_not_leave(unit, Source.MAIL, 1)


async def _keep(this: _Round, rows: Sequence[Reminder]) -> None:
    async with this.desk.begin(this.caller) as unit:
        for row in rows:
            await unit.reminders.put(row)


async def _keep_sent(this: _Round, rows: Sequence[Reminder], route: Route, receipt_id: UUID | None) -> None:
    async with this.desk.begin(this.caller) as unit:
        if receipt_id is not None:
            await unit.receipts.put(Receipt(receipt_id, unit.now()))
        for row in rows:
            await unit.reminders.put(row.sent(unit.now(), receipt_id))
        await _keep_sendings(unit, rows, route, SendingOutcome.CONFIRMED)


async def _keep_sendings(unit: Unit, rows: Sequence[Reminder], route: Route, outcome: SendingOutcome) -> None:
    """One for each meeting that the message is about. A `route` of NONE: the one by which GOV.UK Notify carried it."""
    for meeting, person in dict.fromkeys((row.meeting, row.person) for row in rows):
        there = {one.person: one for one in await unit.invitations.of_meeting(meeting)}
        invitation = there.get(person)
        if invitation is None:
            continue
        by_notify = invitation.route if invitation.route in BY_NOTIFY else Route.NOTIFY_EMAIL
        sending = Sending(
            invitation_id=invitation.id,
            meeting=meeting,
            person=person,
            role=invitation.role,
            route=by_notify if route is Route.NONE else route,
            kind=MessageKind.REMINDER,
            revision=invitation.told_revision,
            at=unit.now(),
            outcome=outcome,
        )
        await unit.sendings.add(sending)
