"""Bringing everybody around one meeting to its present state: what a lane does, again and again, until
nothing is left.
"""

from datetime import datetime, timedelta

from servicekit.caller import Caller
from servicekit.errors import Unavailable
from services.notifications.app.add_links import with_links
from services.notifications.app.draft_invitations import Plan, draft_invitations
from services.notifications.app.make_joining_link import Linked, make_joining_link
from services.notifications.app.may_leave import is_given_up
from services.notifications.app.plan_reminders import plan_reminders
from services.notifications.app.ports import Desk, Outside
from services.notifications.app.read_view import read_view
from services.notifications.app.send_mail import MailJob, send_mail
from services.notifications.app.sync_event import EventJob, OutlookRefusesError, sync_event
from services.notifications.domain.meeting import MeetingState, MeetingView

_NOTHING_TO_TELL = (MeetingState.HELD, MeetingState.NOT_BOOKED)

# Whoever looks after the mailbox has to mend something first.
_REFUSED_REST = timedelta(hours=1)


class StillWaitingError(Unavailable):
    """Something could not be sent: kept with its trouble, and tried again after a pause."""


async def tell_people(desk: Desk, caller: Caller, meeting: str) -> datetime | None:
    """Read, draft, send. Safe to break off anywhere and to begin again. When to look again, or None.

    Raises StillWaitingError, Unavailable.
    """
    view = await read_view(desk, caller, meeting)
    outside = desk.outside.get(caller.council_id)
    if view is None or outside is None or view.meeting.state is MeetingState.NOT_BOOKED:
        return None
    if view.meeting.state in _NOTHING_TO_TELL:
        await _keep_as_held(desk, caller, view)
        return None
    given_up = await is_given_up(desk, caller, meeting, view.meeting.revision)
    linked = Linked(view) if given_up else await make_joining_link(desk, caller, view, outside)
    view, given_up = linked.view, given_up or linked.pending
    async with desk.begin(caller) as unit:
        drafted = await draft_invitations(unit, caller.council, view, outside.sender, given_up=given_up)
        plan = await with_links(unit, caller.council, view, outside.sender, drafted)
    settled, refused = await _send(desk, caller, view, outside, plan)
    async with desk.begin(caller) as unit:
        await plan_reminders(unit, view)
        refused_rest = unit.now() + _REFUSED_REST
    if not (settled and linked.settled):
        raise StillWaitingError
    times = (refused_rest if refused or linked.look_again else None, plan.look_again)
    return min((one for one in times if one is not None), default=None)


async def _send(desk: Desk, caller: Caller, view: MeetingView, outside: Outside, plan: Plan) -> tuple[bool, bool]:
    """Whether nothing waits any more, and whether Outlook refused something.

    One at a time: a mailbox and a mail server are shared by all lanes. One that waits does not stop the others.
    """
    settled, refused = True, False
    for event_id, content in plan.events:
        if outside.calendar is None:
            settled = False
            continue
        mailbox = outside.sender.mailbox
        event = EventJob(desk, caller, view, outside.calendar, mailbox, event_id, content)
        try:
            settled = await sync_event(event) and settled
        except OutlookRefusesError:
            refused = True
    for invitation_id, rendering in plan.mails:
        mail = MailJob(desk, caller, view, outside, invitation_id, rendering)
        settled = await send_mail(mail) and settled
    return settled, refused


async def _keep_as_held(desk: Desk, caller: Caller, view: MeetingView) -> None:
    async with desk.begin(caller) as unit:
        known = await unit.meetings.get(view.meeting.name, lock=True)
        if known is not None:
            await unit.meetings.put(known.as_held(view.meeting.revision))
            await plan_reminders(unit, view)
