"""Why a second person has to let a meeting's messages go. See docs/adr/20261127-what-stops-until-somebody-looked.md."""

from services.notifications.domain.meeting import MeetingView, Restriction, RestrictionKind
from services.notifications.domain.route import pairs

RESTRICTED = "The case is restricted."
APART = "People who are asked are kept apart from each other."
ADDRESS = "Somebody who is asked may not learn an address of this case."


def second_person_reasons(view: MeetingView) -> tuple[str, ...]:
    """In plain words; none where whoever booked the meeting may let its messages go."""
    found = (
        (RESTRICTED, view.restricted),
        (APART, any(_both_asked(view, limit) for limit in pairs(view))),
        (ADDRESS, any(_is_kept_from_address(view, limit) for limit in view.restrictions)),
    )
    return tuple(reason for reason, holds in found if holds)


def _both_asked(view: MeetingView, limit: Restriction) -> bool:
    """A household that somebody is kept from is every carer who is asked."""
    asked = {one.person: one.role for one in view.meeting.invitees}
    household = "/carerHouseholds/" in limit.other and "carer" in asked.values()
    return limit.person in asked and (limit.other in asked or household)


def _is_kept_from_address(view: MeetingView, limit: Restriction) -> bool:
    asked = {one.person for one in view.meeting.invitees}
    return limit.kind is RestrictionKind.CONFIDENTIAL_ADDRESS and limit.person in asked
