"""Listing invitations, and saying whether everybody knows a meeting's time."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from servicekit.page import PageRequest, fill_page
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk
from services.notifications.app.preview_invitations import readable
from services.notifications.domain.delivery import Delivery, RoomAnswer, delivery_of
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.joining_link import joining_link_of
from services.notifications.domain.outlook_event import ROOM, VIDEO
from services.notifications.domain.reminder import Reminder
from services.notifications.domain.reply import ReplySource

_AT_ONCE = 8


@dataclass(frozen=True)
class InvitationPage:
    """A page, the sort key of its last row where another page follows, how each answer came, by invitation, and the
    reminders of its meetings.
    """

    invitations: tuple[Invitation, ...]
    next_after: tuple[str, ...] | None
    sources: Mapping[UUID, ReplySource] = field(default_factory=dict)
    reminders: tuple[Reminder, ...] = ()


async def list_invitations(desk: Desk, caller: Caller, meeting: str, page: PageRequest) -> InvitationPage:
    """Of one meeting, or of all that the caller may see. NotFound, PermissionDenied, Unavailable. Audited."""
    parent = f"councils/{caller.council}"
    if meeting:
        await readable(desk, caller, "ListInvitations", meeting)
    elif not may(caller, "ListInvitations"):
        raise PermissionDenied(parent)
    async with desk.begin(caller) as unit:
        await unit.audit("ListInvitations", meeting or parent)

    async def read(step: PageRequest) -> Sequence[Invitation]:
        async with desk.begin(caller) as unit:
            return await unit.invitations.page(meeting, step.after, step.size)

    async def visible(found: Sequence[Invitation]) -> Sequence[Invitation]:
        return found if meeting else await _of_seen_meetings(desk, caller, found)

    shown, last = await fill_page(page, read, visible, lambda one: (one.meeting, one.role, str(one.id)))
    async with desk.begin(caller) as unit:
        sources = await unit.replies.sources([one.id for one in shown])
        reminders = await unit.reminders.of_meetings({one.meeting for one in shown})
    return InvitationPage(tuple(shown), last, sources, tuple(reminders))


async def _of_seen_meetings(desk: Desk, caller: Caller, found: Sequence[Invitation]) -> Sequence[Invitation]:
    seen = await seen_meetings(desk, caller, {one.meeting for one in found})
    return [one for one in found if one.meeting in seen]


async def seen_meetings(desk: Desk, caller: Caller, names: Collection[str]) -> frozenset[str]:
    """Those that the scheduler shows to this very caller: what is kept here does not say whose case it is."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def seen(name: str) -> bool:
        async with gate:
            return await desk.meetings.meeting(caller, name) is not None

    ordered = sorted(names)
    answers = await asyncio.gather(*(seen(name) for name in ordered))
    return frozenset(name for name, answer in zip(ordered, answers, strict=True) if answer)


async def get_meeting_delivery(desk: Desk, caller: Caller, meeting: str) -> Delivery:
    """NotFound, PermissionDenied, Unavailable. Audited."""
    seen = await readable(desk, caller, "GetMeetingDelivery", meeting)
    outside = desk.outside.get(caller.council_id)
    tenant = outside is not None and outside.calendar is not None and bool(outside.sender.mailbox)
    async with desk.begin(caller) as unit:
        known = await unit.meetings.get(meeting)
        invitations = await unit.invitations.of_meeting(meeting)
        events = {one.audience: one for one in await unit.events.of_meeting(meeting)}
        room = RoomAnswer(await unit.rooms.get(meeting), events[ROOM].trouble if ROOM in events else "")
        await unit.audit("GetMeetingDelivery", meeting)
    return delivery_of(known, invitations, room, joining_link_of(seen, events.get(VIDEO), tenant=tenant))
