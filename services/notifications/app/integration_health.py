"""Saying how what leaves is doing: what waits and why, and what will run out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied, RemoteRefusal, Unavailable
from services.notifications.app import send_mail, sync_event
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, OfferReader
from services.notifications.app.reply_mailbox import MailboxReading, SetAsideMail
from services.notifications.domain.brake import HOUR, Source
from services.notifications.domain.date_question import OfferToAsk
from services.notifications.domain.integration_health import (
    DATE_OFFER,
    FEED,
    MEETING,
    Causes,
    Depth,
    EmailedAnswers,
    Failing,
    IntegrationHealth,
    WaitingWork,
    handle_of,
)
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.refusal import NothingWaitsError

CAUSES = Causes(outlook=sync_event.NOT_REACHED, mail=send_mail.NOT_REACHED)
MOST_SHOWN = 100
_AT_ONCE = 8
_ABOUT_MEETINGS = (MEETING, DATE_OFFER)
_AWAY = "Another part of the system does not answer. It is tried again by itself."
_WAITS = "Waits for the other side. It is tried again by itself."
_INSIDE = "It fails for a reason inside the system ({failure}). Tell whoever looks after it."
_POISON = "A change told by {producer} could not be taken in ({failure}), and what came after it waits."


@dataclass(frozen=True)
class IntegrationDesk:
    """What the page needs besides. `certificate_end`: of that for Graph; `mail_answers`: None without a server."""

    desk: Desk
    offers: OfferReader
    certificate_end: datetime | None
    mail_answers: Callable[[], Awaitable[bool]] | None


def demand(caller: Caller, action: str) -> None:
    """PermissionDenied."""
    if not may(caller, action):
        raise PermissionDenied(f"councils/{caller.council}", may_know=True)


async def get_integration_health(integration: IntegrationDesk, caller: Caller) -> IntegrationHealth:
    """Errors: PermissionDenied. Audited. What is about a meeting of which the caller may not know is left out and
    counted nowhere; so is all that is about meetings while the scheduler does not say.
    """
    demand(caller, "GetIntegrationHealth")
    desk = integration.desk
    outside = desk.outside.get(caller.council_id)
    async with desk.begin(caller) as unit:
        await unit.audit("GetIntegrationHealth", f"councils/{caller.council}")
        now, failing = unit.now(), await unit.work.failing(MOST_SHOWN)
        hourly = [(one.value, await unit.brakes.left_since(one, now - HOUR)) for one in Source]
        depths, stop = await unit.work.depths(), await unit.brakes.stop()
        mailbox_read = await unit.work.mailbox_read_at()
        subscription_end = await unit.work.subscription_end()
        reading, set_aside = None, await unit.mail.waiting()
        if outside is not None and outside.mailbox is not None:
            reading = await unit.mail.reading(outside.mailbox.name)
    waiting, work_read = await _shown(integration, caller, failing)
    emailed, mail_read = await _emailed(desk, caller, reading, set_aside)
    return IntegrationHealth(
        at=now,
        depths=_shown_depths(depths, waiting),
        waiting=waiting,
        all_read=work_read and mail_read,
        stop=stop,
        hourly=tuple(hourly),
        most_an_hour=desk.most_an_hour,
        certificate_end=integration.certificate_end,
        has_mailbox=outside is not None and outside.calendar is not None,
        mailbox_read=mailbox_read,
        mail_answers=await integration.mail_answers() if integration.mail_answers else None,
        subscription_end=subscription_end,
        emailed=emailed,
    )


async def _emailed(
    desk: Desk, caller: Caller, reading: MailboxReading | None, waiting: Sequence[SetAsideMail]
) -> tuple[EmailedAnswers | None, bool]:
    """How the reply mailbox is doing; False where the scheduler did not say of all whether the caller may know of them.

    What is about a meeting of which the caller may not know is not counted; what is about none is everybody's.
    """
    outside = desk.outside.get(caller.council_id)
    if outside is None or outside.mailbox is None:
        return None, True
    gate, unread, known = asyncio.Semaphore(_AT_ONCE), list[str](), {""}

    async def ask(meeting: str) -> None:
        async with gate:
            try:
                if await desk.meetings.meeting(caller, meeting) is not None:
                    known.add(meeting)
            except (Unavailable, RemoteRefusal):
                unread.append(meeting)

    await asyncio.gather(*(ask(meeting) for meeting in {one.meeting for one in waiting} - known))
    counted = [one for one in waiting if one.meeting in known]
    found = EmailedAnswers(
        address=outside.sender.mail_from,
        read_at=reading.read_at if reading else None,
        failing_since=reading.failing_since if reading else None,
        set_aside=len(counted),
        oldest=counted[0].received_at if counted else None,
    )
    return found, not unread


async def demand_shown(integration: IntegrationDesk, caller: Caller, kind: str, item: str) -> None:
    """NothingWaitsError where it is about a meeting of which the caller may not know. Unavailable."""
    if kind not in _ABOUT_MEETINGS:
        return
    try:
        about = await _about(integration, caller, kind, item)
    except RemoteRefusal:
        about = None
    if about is None:
        raise NothingWaitsError(item=item)


async def _about(integration: IntegrationDesk, caller: Caller, kind: str, item: str) -> Meeting | OfferToAsk | None:
    """The meeting or the offer of dates; None where the caller may not know of it."""
    reader = integration.desk.meetings.meeting if kind == MEETING else integration.offers.offer
    return await reader(caller, item)


async def _shown(
    integration: IntegrationDesk, caller: Caller, failing: Sequence[Failing]
) -> tuple[tuple[WaitingWork, ...], bool]:
    """What the caller may know of; False where the scheduler did not say of all whether they may."""
    gate, unread = asyncio.Semaphore(_AT_ONCE), list[Failing]()

    async def show(one: Failing) -> WaitingWork | None:
        async with gate:
            try:
                return await _work(integration, caller, one)
            except (Unavailable, RemoteRefusal):
                unread.append(one)
                return None

    found = await asyncio.gather(*(show(one) for one in failing))
    return tuple(one for one in found if one is not None), not unread


async def _work(integration: IntegrationDesk, caller: Caller, one: Failing) -> WaitingWork | None:
    if one.kind not in _ABOUT_MEETINGS:
        # The name is a person's or a child's.
        return WaitingWork(replace(one, item=handle_of(caller.council_id, one)), (_words(one),))
    about = await _about(integration, caller, one.kind, one.item)
    if isinstance(about, Meeting):
        return _of_meeting(one, await _troubles(integration.desk, caller, one), about)
    return WaitingWork(one, (_words(one),)) if about is not None else None


def _shown_depths(depths: Sequence[Depth], waiting: Sequence[WaitingWork]) -> tuple[Depth, ...]:
    """Of what is about meetings only what is shown is counted: a number would tell of the others."""
    found = [one for one in depths if one.kind not in _ABOUT_MEETINGS]
    for kind in _ABOUT_MEETINGS:
        since = [one.failing.since for one in waiting if one.failing.kind == kind]
        found += [Depth(kind, len(since), min(since))] if since else []
    return tuple(sorted(found, key=lambda one: one.kind))


def _of_meeting(one: Failing, troubles: tuple[str, ...], meeting: Meeting) -> WaitingWork:
    return WaitingWork(one, troubles, meeting.reference, meeting.start)


async def _troubles(desk: Desk, caller: Caller, one: Failing) -> tuple[str, ...]:
    async with desk.begin(caller) as unit:
        told = [invitation.trouble for invitation in await unit.invitations.of_meeting(one.item)]
    found = tuple(dict.fromkeys(trouble for trouble in told if trouble))
    return found or (_words(one),)


def _words(one: Failing) -> str:
    if one.kind == FEED:
        return _POISON.format(producer=one.producer, failure=one.failure)
    if one.failure in ("StillWaitingError", ""):
        return _WAITS
    return _AWAY if one.failure in ("Unavailable", "RemoteRefusal") else _INSIDE.format(failure=one.failure)
