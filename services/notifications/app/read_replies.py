"""Reading what people answered in Outlook: the delta is the truth, and what it calls removed is looked up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.app.invitation_ports import ReplyCursor
from services.notifications.app.notice_edits import notice_edits, notice_gone
from services.notifications.app.ports import Desk, OutlookCalendar, Unit
from services.notifications.app.take_answer import take_reply
from services.notifications.domain.outlook_event import LIVE, VIDEO, EventState, OutlookEvent
from services.notifications.domain.remote_event import RemoteEvent, RemoteReply
from services.notifications.domain.shown_event import edited_parts, shown_by

_BEFORE, _AHEAD = timedelta(days=60), timedelta(days=500)
# The window is frozen in the token: a new one is begun well before its end matters.
_KEEP_WINDOW = timedelta(days=30)


async def read_replies(desk: Desk, caller: Caller) -> int:
    """Read on from where it stopped; how many answers came. Raises the outside's faults: then nothing is
    lost.

    Each thing in a transaction of its own, so that no lane waits for more than its own event; what was taken twice is
    once. The cursor moves when everything is kept.
    """
    outside = desk.outside.get(caller.council_id)
    if outside is None or outside.calendar is None:
        return 0
    mailbox = outside.sender.mailbox
    async with desk.begin(caller) as unit:
        cursor = _window(await unit.replies.cursor(mailbox), unit.now())
    page = await outside.calendar.replies(mailbox, cursor.token, cursor.window)
    edited = await look_up_edited(desk, caller, outside.calendar, mailbox, page.seen)
    found = [await _gone(desk, caller, outside.calendar, mailbox, one) for one in page.removed_ids]
    for event, remote in edited:
        async with desk.begin(caller) as unit:
            await notice_edits(unit, event, remote)
    for event in filter(None, found):
        async with desk.begin(caller) as unit:
            await notice_gone(unit, event)
    for reply in page.replies:
        async with desk.begin(caller) as unit:
            await _take(unit, caller, reply)
    async with desk.begin(caller) as unit:
        await unit.replies.move_cursor(mailbox, ReplyCursor(page.token, cursor.window))
    return len(page.replies)


def _window(cursor: ReplyCursor | None, now: datetime) -> ReplyCursor:
    """Where to read on; a new window, read whole, once the old one has aged or the clock was set back."""
    if cursor is not None and abs(now - _begun(cursor)) < _KEEP_WINDOW:
        return cursor
    return ReplyCursor("", (now - _BEFORE, now + _AHEAD))


def _begun(cursor: ReplyCursor) -> datetime:
    return cursor.window[0] + _BEFORE


async def _take(unit: Unit, caller: Caller, reply: RemoteReply) -> None:
    event = await unit.events.by_remote_id(reply.event_id)
    if event is not None:
        await take_reply(unit, caller, event, reply)


async def look_up_edited(
    desk: Desk, caller: Caller, calendar: OutlookCalendar, mailbox: str, seen: Sequence[RemoteEvent]
) -> list[tuple[OutlookEvent, RemoteEvent]]:
    """Our events that were seen with something nobody asked for, as kept and as a look of its own shows them.

    What a delta shows may be late or out of order; only a look says what is there.
    """
    hinted: dict[UUID, OutlookEvent] = {}
    async with desk.begin(caller) as unit:
        for remote in seen:
            event = await unit.events.by_remote_id(remote.event_id)
            if event is not None and event.state in LIVE and _may_be_edited(event, remote):
                hinted[event.id] = event
    found = []
    for event in hinted.values():
        now = await calendar.find(mailbox, event.key(event.start or unit.now()))
        if now is not None and not now.cancelled:
            found.append((event, now))
    return found


def _may_be_edited(event: OutlookEvent, remote: RemoteEvent) -> bool:
    edited = edited_parts(shown_by(remote), event.agreed, event.asked_shown)
    relinked = event.audience == VIDEO and event.join_url != remote.join_url
    return event.state is EventState.DRIFTED or event.agreed is None or bool(edited) or relinked


async def _gone(
    desk: Desk, caller: Caller, calendar: OutlookCalendar, mailbox: str, remote_id: str
) -> OutlookEvent | None:
    """Our event, where it is there no more. Removed may also mean moved out of the window: only a look says so."""
    async with desk.begin(caller) as unit:
        event = await unit.events.by_remote_id(remote_id)
    if event is None or event.state not in LIVE or event.start is None:
        return None
    remote = await calendar.find(mailbox, event.key(event.start))
    return event if remote is None or remote.cancelled else None
