"""Reading everything that a telling rests on, anew each time."""

from rulebook.pack import Ladder
from servicekit.caller import Caller
from services.notifications.app.ports import Desk
from services.notifications.domain.meeting import Meeting, MeetingView


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
    return MeetingView(
        meeting=meeting,
        recipients={one.person: one for one in around.recipients},
        restrictions=around.restrictions,
        restricted=around.restricted,
        references=around.references,
        subject_strings=around.subject_strings,
        ladder=desk.ladders.get(caller.council_id, {}).get(meeting.kind, Ladder()),
    )
