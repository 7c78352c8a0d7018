"""Whose message waits until somebody has read it and let it go."""

from collections.abc import Mapping
from datetime import date

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.second_person import second_person_reasons
from services.notifications.domain.sure_address import doubt_about
from services.notifications.domain.wish import Wish


def waits_for_release(
    view: MeetingView, wishes: tuple[Wish, ...], there: Mapping[str, Invitation], today: date
) -> frozenset[str]:
    """Everybody who would be sent something where a second person is needed; else whoever's address is in doubt.

    What was released stays released as long as nothing that would leave has changed: that is the caller's to look up.
    """
    everybody = bool(second_person_reasons(view))
    return frozenset(
        wish.person
        for wish in wishes
        if wish.rendering and (everybody or doubt_about(wish, there.get(wish.person), today))
    )
