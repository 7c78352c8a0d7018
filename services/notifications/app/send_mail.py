"""Handing one e-mailed invitation to the mail server: kept before it goes, so that a repeat is the very same
message.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import put_changed
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.ports import Desk, Outside, Unit
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.invitation import Invitation, Outgoing, message_id, next_outgoing, uid
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from services.notifications.domain.meeting import MeetingState, MeetingView
from services.notifications.domain.rendering import (
    CALLED_OFF,
    NOT_ASKED,
    Rendering,
    digest,
    subject_line,
)
from services.notifications.domain.route import Route
from services.notifications.domain.wish import STOPPED

NOT_REACHED = "Not sent: the mail server cannot be reached. It is tried again by itself."
IN_DOUBT = "Handed to the mail server without an answer. The very same message is sent again by itself."
REFUSED = "The mail server refused this ({reason}). Check the person's address in the case system."
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
    """What is about to be handed over. `doubtful` says that it may have gone before."""

    before: Invitation
    mail: MailDraft
    rendering: Rendering
    doubtful: bool


async def send_mail(job: MailJob) -> bool:
    """True once the server has it, or a person must act; False where it is to be tried again."""
    if job.outside.mail is None:
        return False
    async with job.desk.begin(job.caller) as unit:
        ready = await _make_ready(unit, job)
        if ready is None:
            return True
        if trouble := await may_leave(unit, job.desk, Source.MAIL, 1):
            await unit.invitations.put(ready.before.step(Happening.NOT_REACHED, trouble))
            return False
    try:
        await job.outside.mail.send(ready.mail)
    except DeliveryFault as fault:
        return await _failed(job, ready, fault)
    async with job.desk.begin(job.caller) as unit:
        await _accepted(unit, job, ready)
    return True


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
        before,
        outgoing=outgoing,
        sequence=max(before.sequence, outgoing.sequence),
        in_doubt=True,
        # Where even the first message is in doubt, a cancellation must still know where and when.
        told_start=before.told_start or rendering.start,
        told_end=before.told_end or rendering.end,
        told_address=before.told_address or rendering.address,
    )
    await unit.invitations.put(keeping)
    return _Ready(before, _mail(job, before, rendering, outgoing), rendering, doubtful)


def _outgoing(unit: Unit, job: MailJob, before: Invitation, rendering: Rendering) -> Outgoing:
    method = MailMethod.REQUEST if job.rendering else MailMethod.CANCEL
    content = digest(method.value, rendering.content_digest(), rendering.address)
    return next_outgoing(before, method, content, job.view.meeting.revision, unit.now())


def _calling_off(view: MeetingView, before: Invitation) -> Rendering | None:
    """A cancellation goes where the invitation went and shows the time that the person was told."""
    kept_start, kept_end = before.told_start, before.told_end
    if kept_start is None or kept_end is None:
        return None
    off = view.meeting.state is MeetingState.CANCELLED
    return Rendering(
        person=before.person,
        route=Route.EMAIL,
        address=before.told_address,
        subject_line=subject_line(view.meeting.title, view.meeting.reference),
        body_text=CALLED_OFF if off else NOT_ASKED,
        location="",
        others_shown=(),
        start=kept_start,
        end=kept_end,
        time_zone=view.meeting.time_zone,
    )


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
    )


async def _accepted(unit: Unit, job: MailJob, ready: _Ready) -> None:
    one = await unit.invitations.get(job.invitation_id, lock=True)
    if one is None:
        return
    at = unit.now()
    revision = job.view.meeting.revision
    now = one.told(revision, ready.rendering, at) if job.rendering else one.called_off(at)
    await put_changed(unit, job.caller.council, one, now)


async def _failed(job: MailJob, ready: _Ready, fault: DeliveryFault) -> bool:
    """Keep what is known of the failure. What certainly never left gives its sequence back."""
    async with job.desk.begin(job.caller) as unit:
        one = await unit.invitations.get(job.invitation_id, lock=True)
        if one is None:
            return True
        unknown = isinstance(fault, OutcomeUnknown)
        if unknown:
            counted = replace(one, messages_sent=one.messages_sent + 1)
            now = counted.step(Happening.IN_DOUBT, IN_DOUBT)
        else:
            await did_not_leave(unit, Source.MAIL, 1)
            kept = one if ready.doubtful else _taken_back(one, ready.before)
            reached = not isinstance(fault, Unreachable)
            happening = Happening.STUCK if reached else Happening.NOT_REACHED
            now = kept.step(happening, REFUSED.format(reason=fault.reason) if reached else NOT_REACHED)
        await put_changed(unit, job.caller.council, one, now)
        return not unknown and not isinstance(fault, Unreachable)


def _taken_back(one: Invitation, before: Invitation) -> Invitation:
    return replace(
        one,
        outgoing=before.outgoing,
        sequence=before.sequence,
        in_doubt=before.in_doubt,
        told_start=before.told_start,
        told_end=before.told_end,
        told_address=before.told_address,
    )
