"""Handing one person's message to the mail server or to GOV.UK Notify: kept before it goes, so that a repeat is the
very same message, or none.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.app.carry_message import carry_message, look_up
from services.notifications.app.draft_invitations import put_changed
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.ports import Desk, Outside, Unit
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.invitation import (
    Invitation,
    Outgoing,
    message_content,
    message_id,
    next_outgoing,
    uid,
)
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from services.notifications.domain.mail_reply import SentInvitation
from services.notifications.domain.meeting import MeetingState, MeetingView
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.plain_message import off_in_plain, words_sent
from services.notifications.domain.receipt import Receipt
from services.notifications.domain.rendering import (
    CALLED_OFF,
    NOT_ASKED,
    Rendering,
    subject_line,
)
from services.notifications.domain.route import BY_NOTIFY, Route
from services.notifications.domain.wish import STOPPED

NOT_REACHED = "Not sent: the mail server cannot be reached. It is tried again by itself."
IN_DOUBT = "Handed to the mail server without an answer. The very same message is sent again by itself."
REFUSED = "The mail server refused this ({reason}). Check the person's address in the case system."
NOTIFY_NOT_REACHED = "Not sent: GOV.UK Notify does not take it just now. It is tried again by itself."
NOTIFY_IN_DOUBT = "Handed to GOV.UK Notify without an answer. It is looked up before anything is sent again."
NOTIFY_REFUSED = "GOV.UK Notify refused this ({reason}). Check the person's number or address in the case system."
_OPEN = (InvitationState.WAITING, InvitationState.UNKNOWN)


@dataclass(frozen=True)
class MailJob:
    """One person's message; no rendering calls the meeting off for them."""

    desk: Desk
    caller: Caller
    view: MeetingView
    outside: Outside
    invitation_id: UUID
    rendering: Rendering | None


@dataclass(frozen=True)
class _Ready:
    """What is about to be handed over. `before` is as it was, `keeping` as it is to be kept before the other side is
    asked. `doubtful` says that it may have gone before; `at` is now.
    """

    before: Invitation
    keeping: Invitation
    outgoing: Outgoing
    rendering: Rendering
    doubtful: bool
    at: datetime

    @property
    def to_look_up(self) -> bool:
        """Whether GOV.UK Notify may have it: an e-mail of our own may go again in equal bytes, this may not."""
        return self.doubtful and self.rendering.route in BY_NOTIFY


async def send_mail(job: MailJob) -> bool:
    """True once the other side has it, or a person must act; False where it is to be tried again."""
    async with job.desk.begin(job.caller) as unit:
        ready = await _make_ready(unit, job)
        if ready is None:
            return True
        if not ready.to_look_up and not await _may_go(unit, job, ready.before, ready.keeping):
            return False
    if ready.to_look_up:
        return await _look_first(job, ready)
    return await _hand_over(job, ready)


async def _may_go(unit: Unit, job: MailJob, before: Invitation, keeping: Invitation) -> bool:
    """Whether it may leave now; what is about to leave is kept with the time at which it is asked for."""
    if trouble := await may_leave(unit, job.desk, Source.MAIL, 1):
        await unit.invitations.put(before.step(Happening.NOT_REACHED, trouble))
        return False
    assert keeping.outgoing is not None
    await unit.invitations.put(replace(keeping, outgoing=replace(keeping.outgoing, asked_at=unit.now())))
    return True


async def _look_first(job: MailJob, ready: _Ready) -> bool:
    """As `send_mail`, for what may have gone: again only once GOV.UK Notify surely does not have it."""
    try:
        found = await look_up(job.outside.notify, _reference(ready), ready.outgoing.asked_at, ready.at)
    except DeliveryFault:
        async with job.desk.begin(job.caller) as unit:
            one = await unit.invitations.get(job.invitation_id, lock=True)
            if one is not None:
                await put_changed(unit, job.caller.council, one, one.step(Happening.IN_DOUBT, NOTIFY_IN_DOUBT))
        return False
    async with job.desk.begin(job.caller) as unit:
        if found is not None:
            await _accepted(unit, job, ready, found)
            return True
        one = await unit.invitations.get(job.invitation_id, lock=True)
        if one is None or one.outgoing != ready.outgoing or not await _may_go(unit, job, one, one):
            return False
    return await _hand_over(job, ready)


async def _hand_over(job: MailJob, ready: _Ready) -> bool:
    try:
        receipt_id = await _carried(job, ready)
    except DeliveryFault as fault:
        return await _failed(job, ready, fault)
    async with job.desk.begin(job.caller) as unit:
        await _accepted(unit, job, ready, receipt_id)
    return True


async def _carried(job: MailJob, ready: _Ready) -> UUID | None:
    """GOV.UK Notify's id where it carries the message; None for an e-mail of our own. Raises delivery faults."""
    if ready.rendering.route in BY_NOTIFY:
        return await carry_message(job.outside.notify, _notify_message(job, ready))
    if job.outside.mail is None:
        raise Unreachable("NOT_SET_UP")
    await job.outside.mail.send(_mail(job, ready.before, ready.rendering, ready.outgoing))
    return None


async def _make_ready(unit: Unit, job: MailJob) -> _Ready | None:
    before = await unit.invitations.get(job.invitation_id, lock=True)
    if before is None or before.state not in _OPEN:
        return None
    rendering = job.rendering or _calling_off(job.view, before)
    if rendering is None or guard(rendering, _protected(job.view), job.view.subject_strings):
        await put_changed(unit, job.caller.council, before, before.step(Happening.STUCK, STOPPED.format(field="")))
        return None
    outgoing = _outgoing(unit, job, before, rendering)
    doubtful = before.in_doubt and before.outgoing == outgoing
    keeping = replace(
        before.handing_over(rendering),
        outgoing=outgoing,
        sequence=max(before.sequence, outgoing.sequence),
        in_doubt=True,
        # Where even the first message is in doubt, a cancellation must still know where and when.
        told_start=before.told_start or rendering.start,
        told_end=before.told_end or rendering.end,
        told_address=before.told_address or rendering.address,
    )
    if job.rendering and job.rendering.route is Route.EMAIL:
        sent = SentInvitation(outgoing.sequence, job.view.meeting.revision, rendering.start, rendering.end)
        await unit.mail.keep_sent(before.id, sent)
    return _Ready(before, keeping, outgoing, rendering, doubtful, unit.now())


def _outgoing(unit: Unit, job: MailJob, before: Invitation, rendering: Rendering) -> Outgoing:
    method = MailMethod.REQUEST if job.rendering else MailMethod.CANCEL
    content = message_content(method, rendering)
    return next_outgoing(before, method, content, job.view.meeting.revision, unit.now())


def _calling_off(view: MeetingView, before: Invitation) -> Rendering | None:
    """A cancellation goes where the invitation went and shows the time that the person was told."""
    kept_start, kept_end = before.told_start, before.told_end
    if kept_start is None or kept_end is None:
        return None
    off = view.meeting.state is MeetingState.CANCELLED
    calling_off = Rendering(
        person=before.person,
        route=before.route,
        address=before.told_address,
        subject_line=subject_line(view.meeting.title, view.meeting.reference),
        body_text=CALLED_OFF if off else NOT_ASKED,
        location="",
        others_shown=(),
        start=kept_start,
        end=kept_end,
        time_zone=view.meeting.time_zone,
    )
    return off_in_plain(calling_off, view.meeting.reference) if before.route in BY_NOTIFY else calling_off


def _protected(view: MeetingView) -> dict[str, tuple[str, ...]]:
    return {one.person: one.protected for one in view.recipients.values()}


def _mail(job: MailJob, before: Invitation, rendering: Rendering, outgoing: Outgoing) -> MailDraft:
    sender, host = job.outside.sender, job.outside.mail_host
    return MailDraft(
        uid=uid(before, host),
        sequence=outgoing.sequence,
        method=outgoing.method,
        dtstamp=outgoing.dtstamp,
        message_id=message_id(before, outgoing.sequence, host),
        organiser=sender.mail_from,
        organiser_name=sender.organiser_name,
        recipient=rendering.address,
        subject_line=rendering.subject_line,
        body_text=rendering.body_text,
        start=rendering.start,
        end=rendering.end,
        time_zone=rendering.time_zone,
        location=rendering.location,
        link=rendering.link,
    )


def _notify_message(job: MailJob, ready: _Ready) -> NotifyMessage:
    rendering, before = ready.rendering, ready.before
    asked = job.rendering is not None
    text = (
        words_sent(rendering, replaces=before.told_revision > 0, link=rendering.link) if asked else rendering.body_text
    )
    return NotifyMessage(rendering.route, rendering.address, rendering.subject_line, text, _reference(ready))


def _reference(ready: _Ready) -> str:
    return f"{ready.before.id}.{ready.outgoing.sequence}"


async def _accepted(unit: Unit, job: MailJob, ready: _Ready, receipt_id: UUID | None) -> None:
    one = await unit.invitations.get(job.invitation_id, lock=True)
    if one is None:
        return
    at = unit.now()
    revision = job.view.meeting.revision
    now = one.told(revision, ready.rendering, at) if job.rendering else one.called_off(at)
    if receipt_id is not None:
        await unit.receipts.put(Receipt(receipt_id, at))
        now = now.carried(receipt_id, at)
    await put_changed(unit, job.caller.council, one, now)


async def _failed(job: MailJob, ready: _Ready, fault: DeliveryFault) -> bool:
    """Keep what is known of the failure. What certainly never left gives its sequence back."""
    async with job.desk.begin(job.caller) as unit:
        one = await unit.invitations.get(job.invitation_id, lock=True)
        if one is None:
            return True
        unknown = isinstance(fault, OutcomeUnknown)
        by_notify = one.route in BY_NOTIFY
        if unknown:
            # A repeated e-mail is a second message; what Notify has is found, and counted then.
            counted = one if by_notify else replace(one, messages_sent=one.messages_sent + 1)
            now = counted.step(Happening.IN_DOUBT, NOTIFY_IN_DOUBT if by_notify else IN_DOUBT)
        else:
            await did_not_leave(unit, Source.MAIL, 1)
            kept = replace(one, outgoing=ready.outgoing) if ready.doubtful else _taken_back(one, ready.before)
            reached = not isinstance(fault, Unreachable)
            happening = Happening.STUCK if reached else Happening.NOT_REACHED
            now = kept.step(happening, _why_not(fault, reached=reached, by_notify=by_notify))
        await put_changed(unit, job.caller.council, one, now)
        return not unknown and not isinstance(fault, Unreachable)


def _why_not(fault: DeliveryFault, *, reached: bool, by_notify: bool) -> str:
    if not reached:
        return NOTIFY_NOT_REACHED if by_notify else NOT_REACHED
    return (NOTIFY_REFUSED if by_notify else REFUSED).format(reason=fault.reason)


def _taken_back(one: Invitation, before: Invitation) -> Invitation:
    return replace(
        one,
        outgoing=before.outgoing,
        sequence=before.sequence,
        in_doubt=before.in_doubt,
        told_start=before.told_start,
        told_end=before.told_end,
        told_address=before.told_address,
        joining_link=before.joining_link,
    )
