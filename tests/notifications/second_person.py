"""A second person who lets everything go at once, for tests of what follows."""

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import fixed_routes
from services.notifications.app.ports import Desk
from services.notifications.app.read_view import read_view
from services.notifications.domain.wish import release_token, wishes_of


async def let_go(desk: Desk, caller: Caller, meeting: str) -> None:
    """Release what would leave now, as they would after reading it; nothing of a restricted case."""
    view = await read_view(desk, caller, meeting)
    if view is None or view.restricted:
        return
    async with desk.begin(caller) as unit:
        there = await unit.invitations.of_meeting(meeting)
        wishes = wishes_of(view, desk.outside[caller.council_id].sender, fixed_routes(there))
        token = release_token(view, wishes)
        await unit.releases.add(meeting, token, view.meeting.revision, "user:oid-2")
