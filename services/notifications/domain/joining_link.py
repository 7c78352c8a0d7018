"""The joining link of a meeting that is held by video: one for everybody who may join that way, on an event of its own.

Nobody stands on that event and nothing is written into it, so that no change of a text can end its Teams meeting and
nobody can read there who is asked. See docs/adr/20261127-one-event-holds-the-joining-link.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.domain.disclosure import Fact, facts_for
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import Meeting, MeetingState, MeetingView
from services.notifications.domain.outlook_event import VIDEO, EventContent, OutlookEvent
from services.notifications.domain.rendering import Rendering, subject_line
from services.notifications.domain.route import Route

TITLE = "Meeting"
"""Whoever opens the link reads the subject line: it names no kind of meeting."""
NO_OUTLOOK = (
    "There is no joining link: no Outlook is set up for this council. Make one yourself, and tell it to those who join "
    "by video."
)


class JoiningLinkState(StrEnum):
    """The wire's names."""

    NONE = "JOINING_LINK_STATE_UNSPECIFIED"
    PENDING = "JOINING_LINK_STATE_PENDING"
    MADE = "JOINING_LINK_STATE_MADE"
    MISSING = "JOINING_LINK_STATE_MISSING"


@dataclass(frozen=True)
class JoiningLink:
    """How a meeting's link stands. `trouble` says what a person has to do; empty where nothing is."""

    state: JoiningLinkState = JoiningLinkState.NONE
    trouble: str = ""


NOT_BY_VIDEO = JoiningLink()


def joining_link_of(meeting: Meeting, event: OutlookEvent | None, *, tenant: bool) -> JoiningLink:
    """As it stands. `tenant`: Outlook is set up for the council. Never made where no live event has it."""
    if video_content(meeting) is None:
        return NOT_BY_VIDEO
    if not tenant:
        return JoiningLink(JoiningLinkState.MISSING, NO_OUTLOOK)
    if event is None:
        return JoiningLink(JoiningLinkState.PENDING)
    if event.joining_link:
        return JoiningLink(JoiningLinkState.MADE)
    return JoiningLink(JoiningLinkState.MISSING if event.trouble else JoiningLinkState.PENDING, event.trouble)


def video_content(meeting: Meeting) -> EventContent | None:
    """The event with the link: a time and a neutral title. None for a meeting that is not by video, or not any more.

    None too for one item of a sitting: that is joined where the sitting is, whose link opens the whole day. Whoever is
    not on the panel is let in by it, for their own part.
    """
    if not meeting.held_by_video or meeting.part_of or meeting.state is not MeetingState.BOOKED:
        return None
    rendering = Rendering(
        person=VIDEO,
        route=Route.OWN_EVENT,
        address="",
        subject_line=subject_line(TITLE, meeting.reference),
        body_text="",
        location="",
        others_shown=(),
        start=meeting.start,
        end=meeting.end,
        time_zone=meeting.time_zone,
    )
    return EventContent(rendering, (), by_video=True)


def is_held_by_another(view: MeetingView, link: str, invitations: Iterable[Invitation]) -> bool:
    """Whether the link is, or may be, in the hands of somebody who may not join by it today: then another is needed."""
    return bool(link) and any(one.joining_link == link and not _may_join(view, one.person) for one in invitations)


def _may_join(view: MeetingView, person: str) -> bool:
    recipient = view.recipients.get(person)
    asked = next((one for one in view.meeting.invitees if one.person == person), None)
    return recipient is not None and asked is not None and Fact.LINK in facts_for(view, recipient, asked.role)
