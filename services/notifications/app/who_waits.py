"""Whose message nobody has let go as it would leave now."""

from collections.abc import Mapping

from services.notifications.app.ports import Unit
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.waiting import waits_for_release
from services.notifications.domain.wish import Wish, release_token


async def who_waits(
    unit: Unit, view: MeetingView, wishes: tuple[Wish, ...], there: Mapping[str, Invitation]
) -> frozenset[str]:
    """People, by resource name; nobody where exactly this was released. `there`: invitations by person."""
    waiting = waits_for_release(view, wishes, there, unit.now().date())
    if waiting and await unit.releases.is_released(view.meeting.name, release_token(view, wishes)):
        return frozenset()
    return waiting
