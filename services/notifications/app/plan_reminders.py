"""Bringing the reminders that are kept of a meeting to what is to happen as it stands."""

from dataclasses import replace

from rulebook.working_days import WorkingDays, england_and_wales
from servicekit.ids import new_id
from services.notifications.app.ports import Unit
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.reminder import Due, Reminder, ReminderKind, ReminderState, has_answered, planned

_OPEN = (ReminderState.PENDING, ReminderState.TO_RING)


async def plan_reminders(unit: Unit, view: MeetingView) -> None:
    """What has been sent stays; what is not wanted any more goes. Wakes the people whose time comes."""
    name, calendar = view.meeting.name, england_and_wales()
    invitations = {one.person: one for one in await unit.invitations.of_meeting(name)}
    there = {one.key: one for one in await unit.reminders.of_meetings([name])}
    wanted = {
        (person, due.kind, due.about): due for person, one in invitations.items() for due in due_of(view, one, calendar)
    }
    for key, row in there.items():
        if row.state in _OPEN:
            await _bring_up_to_date(unit, row, wanted.get(key), invitations.get(row.person))
    for key, due in wanted.items():
        if key not in there:
            await unit.reminders.put(Reminder(new_id(), name, key[0], due.kind, due.about, due.due_at))
        await unit.wake_reminders(key[0], due.due_at)


def due_of(view: MeetingView, invitation: Invitation, calendar: WorkingDays) -> tuple[Due, ...]:
    """What is to happen for one person; nothing for whoever has no part around the case today."""
    recipient = view.recipients.get(invitation.person)
    if recipient is None:
        return ()
    return planned(invitation, view.meeting, view.ladder, staff=recipient.staff, calendar=calendar)


async def _bring_up_to_date(unit: Unit, row: Reminder, due: Due | None, invitation: Invitation | None) -> None:
    if due is None:
        await unit.reminders.drop(row.id)
    elif row.state is ReminderState.TO_RING:
        if row.kind is not ReminderKind.RING and invitation is not None and has_answered(invitation):
            # They were rung, or have answered all the same: it is not tried once more.
            await unit.reminders.put(row.over())
    elif row.due_at != due.due_at:
        await unit.reminders.put(replace(row, due_at=due.due_at))
