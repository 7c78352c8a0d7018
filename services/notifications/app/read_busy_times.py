"""Reads when people are busy out of their Outlook. For the scheduler alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, OutlookCalendar
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.domain.free_busy import Busy, FreeBusy, in_order, stretches
from services.notifications.domain.meeting import Channel, Recipient

_NO_TENANT, _NO_OUTLOOK = FreeBusy(reason="NO_TENANT"), FreeBusy(reason="NO_OUTLOOK")
_OUT_OF_REACH = FreeBusy(reason="OUT_OF_SCOPE")


@dataclass(frozen=True)
class BusyQuestion:
    """Whose time, by resource name, from when until when."""

    people: tuple[str, ...]
    start: datetime
    end: datetime


async def read_busy_times(desk: Desk, caller: Caller, asked: BusyQuestion) -> Mapping[str, FreeBusy]:
    """By person. Only staff who are told in Outlook are looked up, and only within the tenant's reach: nobody else's
    address leaves for it. Who is out of reach is not read, which is not free.

    Errors: PermissionDenied; Unavailable where cases does not answer. Exchange's own are told person by person.
    """
    if not may(caller, "ReadBusyTimes"):
        raise PermissionDenied(f"councils/{caller.council}")
    async with desk.begin(caller) as unit:
        await unit.audit("ReadBusyTimes", f"councils/{caller.council}")
    outside = desk.outside[caller.council_id]
    if outside.calendar is None or not outside.sender.mailbox:
        return dict.fromkeys(asked.people, _NO_TENANT)
    around = await desk.people.around(caller, (), asked.people)
    addresses = {one.person: one.email for one in around.recipients if _in_outlook(one)}
    within = sorted(address for address in set(addresses.values()) if outside.reach.holds(address))
    read = await _read(outside.calendar, outside.sender.mailbox, within, asked)
    return {
        person: read.get(addresses[person], _OUT_OF_REACH) if person in addresses else _NO_OUTLOOK
        for person in asked.people
    }


def _in_outlook(one: Recipient) -> bool:
    return one.staff and one.channel is Channel.OUTLOOK and bool(one.email)


async def _read(
    calendar: OutlookCalendar, mailbox: str, addresses: Sequence[str], asked: BusyQuestion
) -> Mapping[str, FreeBusy]:
    portions = [
        addresses[place : place + calendar.most_schedules]
        for place in range(0, len(addresses), calendar.most_schedules)
    ]
    calls = [
        (portion, period)
        for portion in portions
        for period in stretches(asked.start, asked.end, calendar.longest_schedule)
    ]
    answers = await asyncio.gather(*(_ask(calendar, mailbox, *call) for call in calls))
    found: dict[str, list[FreeBusy]] = {address: [] for address in addresses}
    for (portion, _), answer in zip(calls, answers, strict=True):
        for address in portion:
            found[address].append(answer[address])
    return {address: _together(parts) for address, parts in found.items()}


async def _ask(
    calendar: OutlookCalendar, mailbox: str, addresses: Sequence[str], period: Busy
) -> Mapping[str, FreeBusy]:
    try:
        return await calendar.busy(mailbox, addresses, period)
    except DeliveryFault as fault:
        return dict.fromkeys(addresses, FreeBusy(reason=fault.reason))


def _together(parts: Sequence[FreeBusy]) -> FreeBusy:
    """All of it, or why some of it could not be read: half a diary is not a diary that was read."""
    reason = next((part.reason for part in parts if part.reason), "")
    return FreeBusy(reason=reason) if reason else FreeBusy(in_order(spell for part in parts for spell in part.busy))
