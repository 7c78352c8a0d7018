"""Reading everything that a telling rests on, anew each time."""

from rulebook.pack import Ladder
from servicekit.caller import Caller
from services.notifications.app.ports import Desk, Unit
from services.notifications.domain.meeting import Meeting, MeetingView
from services.notifications.domain.outlook_event import VIDEO


async def read_view(desk: Desk, caller: Caller, name: str) -> MeetingView | None:
    """The meeting as the caller may see it, with the people around it as they stand today; None for
    NOT_FOUND.

    People and addresses are never kept: a part that ended yesterday ends what is sent today. Raises
    Unavailable.
    """
    meeting = await desk.meetings.meeting(caller, name)
    return None if meeting is None else await view_of(desk, caller, meeting)


async def view_of(desk: Desk, caller: Caller, meeting: Meeting) -> MeetingView:
    """The view of a meeting that was read."""
    people = sorted({invitee.person for invitee in meeting.invitees})
    around = await desk.people.around(caller, meeting.subjects, people)
    link = ""
    if meeting.held_by_video:
        async with desk.begin(caller) as unit:
            link = await known_link(unit, meeting.name)
    return MeetingView(
        meeting=meeting,
        recipients={one.person: one for one in around.recipients},
        restrictions=around.restrictions,
        restricted=around.restricted,
        references=around.references,
        subject_strings=around.subject_strings,
        joining_link=link,
        ladder=desk.ladders.get(caller.council_id, {}).get(meeting.kind, Ladder()),
    )


async def known_link(unit: Unit, meeting: str) -> str:
    """By which people join the meeting by video; empty where there is no such link, or none yet."""
    return next((one.joining_link for one in await unit.events.of_meeting(meeting) if one.audience == VIDEO), "")
