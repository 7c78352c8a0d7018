"""Holding the whole meetings mailbox against what is kept here, once a night."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicekit.caller import Caller
from servicekit.clock import LONDON
from services.notifications.app.notice_edits import notice_edits, notice_gone
from services.notifications.app.ports import Desk, OutlookCalendar, Unit
from services.notifications.app.take_answer import take_shown
from services.notifications.domain.mismatch import mismatches
from services.notifications.domain.outlook_event import LIVE, OutlookEvent
from services.notifications.domain.remote_event import RemoteEvent

_BEFORE, _AHEAD = timedelta(days=1), timedelta(days=500)
_AT = time(2)


async def reconcile_if_due(desk: Desk, caller: Caller) -> bool:
    """Once for each civil day, after two in London; one that was missed is made up for. Faults as `reconcile`."""
    outside = desk.outside.get(caller.council_id)
    if outside is None or outside.calendar is None:
        return False
    async with desk.begin(caller) as unit:
        last, now = await unit.mismatches.last_read(), unit.now()
    if last is not None and last >= _last_two_oclock(now):
        return False
    await reconcile(desk, caller, outside.calendar, outside.sender.mailbox)
    return True


async def reconcile(desk: Desk, caller: Caller, calendar: OutlookCalendar, mailbox: str) -> None:
    """Read everything, look up what seems to be missing, and keep what differs.

    Raises the outside's faults: then what was found before stays, with the time at which it was.
    """
    async with desk.begin(caller) as unit:
        window = (unit.now() - _BEFORE, unit.now() + _AHEAD)
        before = await unit.events.between(*window)
    remotes = list(await calendar.whole(mailbox, window))
    remotes += await _look_up_missing(calendar, mailbox, before, remotes)
    async with desk.begin(caller) as unit:
        kept = await _unchanged(unit, before, remotes)
        await unit.mismatches.replace(mismatches(kept, remotes, unit.now()))
    by_id = {one.event_id: one for one in remotes if not one.cancelled}
    for event in kept:
        if event.state in LIVE and event.start is not None and event.event_id not in by_id:
            # It was looked up, too: the delta told of it before anybody here knew its id, or never.
            async with desk.begin(caller) as unit:
                await notice_gone(unit, event)
        elif event.state in LIVE and event.event_id in by_id:
            # One event at a time: its lane waits for no other's.
            async with desk.begin(caller) as unit:
                await notice_edits(unit, event, by_id[event.event_id])
                # A delta says nothing of what somebody has moved into another folder: its answers are seen here.
                await take_shown(unit, caller, event, by_id[event.event_id])


async def _look_up_missing(
    calendar: OutlookCalendar, mailbox: str, kept: Sequence[OutlookEvent], remotes: Sequence[RemoteEvent]
) -> list[RemoteEvent]:
    """Whatever is live here and was not read may only have been moved out of the window, or made a moment ago."""
    read = {one.event_id for one in remotes}
    found = []
    for event in kept:
        if event.state in LIVE and event.start is not None and event.event_id not in read:
            remote = await calendar.find(mailbox, event.key(event.start))
            if remote is not None:
                found.append(remote)
    return found


async def _unchanged(unit: Unit, before: Sequence[OutlookEvent], remotes: Sequence[RemoteEvent]) -> list[OutlookEvent]:
    """Those that nobody changed while the mailbox was read, and others of which the mailbox has something."""
    known = {event.id: event for event in before}
    marks = {one.correlation_id for one in remotes if one.correlation_id is not None}
    now = await unit.events.among({*known, *marks})
    return [event for event in now if known.get(event.id, event) == event]


def _last_two_oclock(now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(LONDON))
    at = datetime.combine(local.date(), _AT, tzinfo=local.tzinfo)
    return at if at <= local else datetime.combine(local.date() - timedelta(days=1), _AT, tzinfo=local.tzinfo)
