"""Bringing the one event that holds a meeting's joining link to what is wanted, before anybody is told the link."""

from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.notifications.app.ports import Desk, OutlookCalendar, Outside
from services.notifications.app.read_view import known_link
from services.notifications.app.sync_event import EventJob, OutlookRefusesError, sync_event
from services.notifications.domain.joining_link import is_held_by_another, video_content
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.outlook_event import VIDEO, EventContent, EventState, OutlookEvent, new_event


@dataclass(frozen=True)
class Linked:
    """The view with the link as it stands now. `settled`: nothing about it waits. `look_again`: there should be a link
    and there is none, though nothing waits.
    """

    view: MeetingView
    settled: bool = True
    look_again: bool = False

    @property
    def pending(self) -> bool:
        """Whether the link is about to be made: whoever is told without it would have to be told once more."""
        return not self.settled and video_content(self.view.meeting) is not None and not self.view.joining_link


async def make_joining_link(desk: Desk, caller: Caller, view: MeetingView, outside: Outside) -> Linked:
    """Make, keep, replace or take away. Nobody is told anything by it, so that it waits for no release."""
    if outside.calendar is None or not outside.sender.mailbox:
        return Linked(view)
    content = video_content(view.meeting)
    event, leaked = await _read(desk, caller, view, content)
    if event is None:
        return Linked(view)
    settled = True
    if leaked:
        # A link cannot be taken back. Those who may join are told another, and nobody comes to the old one.
        settled = await _sync(desk, caller, view, outside, outside.calendar, event, None)
    if settled:
        settled = await _sync(desk, caller, view, outside, outside.calendar, event, content)
    async with desk.begin(caller) as unit:
        now = replace(view, joining_link=await known_link(unit, view.meeting.name))
    missing = content is not None and not now.joining_link
    return Linked(now, settled, look_again=settled and missing)


async def _read(
    desk: Desk, caller: Caller, view: MeetingView, content: EventContent | None
) -> tuple[OutlookEvent | None, bool]:
    """The event, begun where one is wanted; and whether its link is in the hands of somebody who may not have it."""
    meeting = view.meeting.name
    async with desk.begin(caller) as unit:
        event = next((one for one in await unit.events.of_meeting(meeting) if one.audience == VIDEO), None)
        if event is None and content is not None:
            event = new_event(new_id(), meeting, VIDEO)
            await unit.events.put(event)
        if event is None:
            return None, False
        if content is not None and event.trying_again() != event:
            event = event.trying_again()
            await unit.events.put(event)
        link = event.join_url if event.state is not EventState.CANCELLED else ""
        return event, is_held_by_another(view, link, await unit.invitations.of_meeting(meeting))


async def _sync(
    desk: Desk,
    caller: Caller,
    view: MeetingView,
    outside: Outside,
    calendar: OutlookCalendar,
    event: OutlookEvent,
    content: EventContent | None,
) -> bool:
    job = EventJob(desk, caller, view, calendar, outside.sender.mailbox, event.id, content)
    try:
        return await sync_event(job)
    except OutlookRefusesError:
        return True
