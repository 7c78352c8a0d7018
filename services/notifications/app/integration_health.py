"""Saying how what leaves is doing: what waits and why, and what will run out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied, RemoteRefusal, Unavailable
from services.notifications.app import send_mail, sync_event
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk
from services.notifications.domain.brake import HOUR, Source
from services.notifications.domain.integration_health import (
    FEED,
    MEETING,
    Causes,
    Failing,
    IntegrationHealth,
    WaitingWork,
)
from services.notifications.domain.meeting import Meeting

CAUSES = Causes(outlook=sync_event.NOT_REACHED, mail=send_mail.NOT_REACHED)
_MOST = 100
_AT_ONCE = 8
_AWAY = "Another part of the system does not answer. It is tried again by itself."
_WAITS = "Waits for the other side. It is tried again by itself."
_INSIDE = "It fails for a reason inside the system ({failure}). Tell whoever looks after it."
_POISON = "A change told by {producer} could not be taken in ({failure}), and what came after it waits."


@dataclass(frozen=True)
class IntegrationDesk:
    """What the page needs besides. `certificate_end`: of that for Graph; `mail_answers`: None without a server."""

    desk: Desk
    certificate_end: datetime | None
    mail_answers: Callable[[], Awaitable[bool]] | None


def demand(caller: Caller, action: str) -> None:
    """PermissionDenied."""
    if not may(caller, action):
        raise PermissionDenied(f"councils/{caller.council}", may_know=True)


async def get_integration_health(integration: IntegrationDesk, caller: Caller) -> IntegrationHealth:
    """Errors: PermissionDenied. Audited. Whoever may not know of a meeting sees that something waits, and not what."""
    demand(caller, "GetIntegrationHealth")
    desk = integration.desk
    outside = desk.outside.get(caller.council_id)
    async with desk.begin(caller) as unit:
        await unit.audit("GetIntegrationHealth", f"councils/{caller.council}")
        now, failing = unit.now(), await unit.work.failing(_MOST)
        hourly = [(one.value, await unit.brakes.left_since(one, now - HOUR)) for one in Source]
        depths, stop = await unit.work.depths(), await unit.brakes.stop()
        mailbox_read = await unit.work.mailbox_read_at()
        subscription_end = await unit.work.subscription_end()
    waiting = await _shown(desk, caller, failing)
    return IntegrationHealth(
        at=now,
        depths=tuple(depths),
        waiting=waiting,
        hidden=len(failing) - len(waiting),
        stop=stop,
        hourly=tuple(hourly),
        most_an_hour=desk.most_an_hour,
        certificate_end=integration.certificate_end,
        has_mailbox=outside is not None and outside.calendar is not None,
        mailbox_read=mailbox_read,
        mail_answers=await integration.mail_answers() if integration.mail_answers else None,
        subscription_end=subscription_end,
    )


async def _shown(desk: Desk, caller: Caller, failing: Sequence[Failing]) -> tuple[WaitingWork, ...]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def show(one: Failing) -> WaitingWork | None:
        async with gate:
            return await _work(desk, caller, one)

    found = await asyncio.gather(*(show(one) for one in failing))
    return tuple(one for one in found if one is not None)


async def _work(desk: Desk, caller: Caller, one: Failing) -> WaitingWork | None:
    """None where the scheduler says that the caller may not know of the meeting."""
    if one.kind != MEETING:
        return WaitingWork(one, (_words(one),))
    try:
        meeting = await desk.meetings.meeting(caller, one.item)
    except (Unavailable, RemoteRefusal):
        return WaitingWork(one, await _troubles(desk, caller, one))
    if meeting is None:
        return None
    return _of_meeting(one, await _troubles(desk, caller, one), meeting)


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
