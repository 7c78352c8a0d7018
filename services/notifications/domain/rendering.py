"""What one person receives: the only way in which anything leaves. The facts that the policy allows; never a name."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifications.domain.disclosure import Fact, facts_for
from services.notifications.domain.meeting import (
    Invitee,
    Meeting,
    MeetingView,
    Recipient,
    Session,
)
from services.notifications.domain.remote_event import EventPart
from services.notifications.domain.route import Route

SEPARATOR = " · "
WE_WILL_TELL_YOU = "The place will be told to you separately."
ASK_HOW_TO_JOIN = "ask us how to join"
CALLED_OFF = "This meeting will not take place. You need not do anything."
NOT_ASKED = "You are no longer expected at this meeting. You need not do anything."
_ANSWER = "Please answer this invitation, so that we know whether to expect you."
_LINK = "You can answer here too, and need no account. The link is yours alone and works once:"
_NO_NAMES = "This message holds no names, so that it can stand in a calendar. Please do not forward it."


@dataclass(frozen=True)
class Rendering:
    """Exactly what one person gets. `others_shown` are roles, or the addresses on a shared event.

    `link` is the person's own, empty for none. It stands in no digest: a new link tells nobody anything again, and ends
    no release. `joining_link` is the one by which everybody who may joins by video; it stands in `body_text`.
    """

    person: str
    route: Route
    address: str
    subject_line: str
    body_text: str
    location: str
    others_shown: tuple[str, ...]
    start: datetime
    end: datetime
    time_zone: str
    link: str = ""
    joining_link: str = ""

    def parts(self) -> dict[EventPart, str]:
        """A digest of each part that can change by itself."""
        return {
            EventPart.TIME: digest(self.start.isoformat(), self.end.isoformat(), self.time_zone),
            EventPart.PLACE: digest(self.location),
            EventPart.TEXT: digest(self.subject_line, self.body_text),
            EventPart.ATTENDEES: digest(self.address),
        }

    def content_digest(self) -> str:
        """Stands for what the person reads: equal content is never sent twice."""
        parts = self.parts()
        return digest(*(parts[part] for part in (EventPart.TIME, EventPart.PLACE, EventPart.TEXT)))

    def told_text(self) -> str:
        """The text as it leaves: with the link, where there is one."""
        return with_link(self.body_text, self.link)


def with_link(text: str, link: str) -> str:
    """The text and a line for the link; the text alone where there is none."""
    return f"{text}{_LINK}\n{link}\n" if link else text


def digest(*texts: str) -> str:
    """The first 32 hex digits of the SHA-256 of the texts in order."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:32]


def render(view: MeetingView, invitee: Invitee, recipient: Recipient, route: Route) -> Rendering:
    """One person's rendering. Pure: the same facts give the same text, so that a repeat is the same
    message.
    """
    meeting = view.meeting
    sessions = meeting.sessions_of(invitee)
    facts = facts_for(view, recipient, invitee.role)
    location = meeting.room_name if Fact.PLACE in facts else WE_WILL_TELL_YOU
    others = _roles_of_others(view, invitee) if Fact.OTHERS in facts else ()
    references = view.references if Fact.REFERENCES in facts else ()
    joining_link = view.joining_link if meeting.held_by_video and Fact.LINK in facts else ""
    return Rendering(
        person=recipient.person,
        route=route,
        address=recipient.email,
        subject_line=subject_line(meeting.title, meeting.reference),
        body_text=_body(view, sessions, location, references, others, joining_link),
        location=location,
        others_shown=others,
        start=min(session.start for session in sessions),
        end=max(session.end for session in sessions),
        time_zone=meeting.time_zone,
        joining_link=joining_link,
    )


def subject_line(title: str, reference: str) -> str:
    """The fixed grammar: the kind of meeting spelled out, then the meeting's short reference. Nothing
    else.
    """
    return f"{title}{SEPARATOR}{reference}"


def _roles_of_others(view: MeetingView, invitee: Invitee) -> tuple[str, ...]:
    """Who else comes, by role, in the same sessions."""
    own = set(view.meeting.sessions_of(invitee))
    roles = {
        other.role
        for other in view.meeting.invitees
        if other.person != invitee.person and own & set(view.meeting.sessions_of(other))
    }
    return tuple(sorted(role.replace("-", " ") for role in roles))


def _body(
    view: MeetingView,
    sessions: tuple[Session, ...],
    location: str,
    references: tuple[str, ...],
    others: tuple[str, ...],
    joining_link: str,
) -> str:
    meeting = view.meeting
    lines = [
        f"You are asked to come to this meeting: {meeting.title}",
        f"Reference: {meeting.reference}",
        *(f"When: {when(session, meeting.time_zone)}" for session in sessions),
        f"Where: {location or WE_WILL_TELL_YOU}",
        *by_video_lines(meeting, joining_link),
    ]
    if references:
        lines.append(f"Concerns: {', '.join(references)}")
    if others:
        lines.append(f"Others who are asked, by role: {', '.join(others)}")
    return "\n".join([*lines, "", _ANSWER, _NO_NAMES, ""])


def by_video_lines(meeting: Meeting, joining_link: str) -> tuple[str, ...]:
    """How to join by video, for whom may know it; none where nobody can."""
    return (f"By video: {joining_link or ASK_HOW_TO_JOIN}",) if meeting.held_by_video else ()


def when(session: Session, time_zone: str) -> str:
    """`Tuesday 24 March 2026, 10:00 to 11:30 (Europe/London)`."""
    zone = ZoneInfo(time_zone)
    start, end = session.start.astimezone(zone), session.end.astimezone(zone)
    return f"{start:%A} {start.day} {start:%B %Y}, {start:%H:%M} to {end:%H:%M} ({time_zone})"
