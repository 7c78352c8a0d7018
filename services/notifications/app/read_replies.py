"""Reading what people answered in Outlook: the delta is the truth, and what it calls removed is looked up."""

from datetime import datetime, timedelta

from servicekit.caller import Caller
from services.notifications.app.ports import Desk, OutlookCalendar, ReplyCursor, Unit
from services.notifications.app.take_answer import take
from services.notifications.domain.answer import Answer
from services.notifications.domain.outlook_event import ROOM, EventState, OutlookEvent
from services.notifications.domain.remote_event import RemoteReply
from services.notifications.domain.reply import ReplySource, revision_answered

_BEFORE, _AHEAD = timedelta(days=60), timedelta(days=500)
# The window is frozen in the token: a new one is begun well before its end matters.
_KEEP_WINDOW = timedelta(days=30)
_LOST = "The event is no longer in the meetings mailbox. Look there and decide."


async def read_replies(desk: Desk, caller: Caller) -> int:
    """Read on from where it stopped; how many answers came. Raises the outside's faults: then nothing is
    lost.
    """
    outside = desk.outside.get(caller.council_id)
    if outside is None or outside.calendar is None:
        return 0
    mailbox = outside.sender.mailbox
    async with desk.begin(caller) as unit:
        cursor = _window(await unit.replies.cursor(mailbox), unit.now())
    page = await outside.calendar.replies(mailbox, cursor.token, cursor.window)
    gone = [one for one in page.removed_ids if await _is_gone(desk, caller, outside.calendar, mailbox, one)]
    async with desk.begin(caller) as unit:
        for reply in page.replies:
            await _take(unit, caller, reply)
        for remote_id in gone:
            await _lose(unit, remote_id)
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
    if event is None or reply.answer is Answer.NONE:
        return
    if event.audience == ROOM:
        await _take_rooms(unit, event.meeting, reply)
        return
    people = {*event.people, *event.asked_people}
    for one in await unit.invitations.of_meeting(event.meeting):
        if one.person in people and one.told_address.casefold() == reply.address.casefold():
            revision = revision_answered(one, reply)
            await take(unit, caller, one, reply.answer, reply.answered_at, revision, ReplySource.OUTLOOK)


async def _take_rooms(unit: Unit, meeting: str, reply: RemoteReply) -> None:
    booking = await unit.rooms.get(meeting)
    if booking is not None and (now := booking.answered(reply)) != booking:
        await unit.rooms.put(meeting, now)


async def _is_gone(desk: Desk, caller: Caller, calendar: OutlookCalendar, mailbox: str, remote_id: str) -> bool:
    """Removed may also mean moved out of the window: only a look says so."""
    async with desk.begin(caller) as unit:
        event = await unit.events.by_remote_id(remote_id)
    if event is None or event.state is not EventState.INVITED or event.start is None:
        return False
    remote = await calendar.find(mailbox, event.key(event.start))
    return remote is None or remote.cancelled


async def _lose(unit: Unit, remote_id: str) -> None:
    event = await unit.events.by_remote_id(remote_id)
    if isinstance(event, OutlookEvent) and event.state is EventState.INVITED:
        await unit.events.put(event.ended(EventState.LOST, _LOST))
        await unit.wake(event.meeting)
