"""The words of what goes as a text message, a letter or an e-mail without a calendar entry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifications.domain.meeting import Meeting, Recipient, Session
from services.notifications.domain.rendering import WE_WILL_TELL_YOU, Rendering, by_video_lines
from services.notifications.domain.route import Route

_REPLACES = "This replaces what we told you before."
_LINK = "Tell us here whether you can come. The link is yours alone:"
_TELL_US = "Please tell us whether you can come."


def as_plain(rendering: Rendering, meeting: Meeting, sessions: Sequence[Session], recipient: Recipient) -> Rendering:
    """The rendering in the words and with the address of its route. A text names no kind of meeting and no others."""
    address = address_by(rendering.route, recipient)
    if rendering.route is Route.LETTER:
        # Nobody types such an address from paper.
        rendering = replace(rendering, joining_link="")
    if rendering.route is Route.TEXT:
        body = _text_body(rendering, meeting, sessions)
        return replace(rendering, address=address, body_text=body, others_shown=())
    return replace(rendering, address=address, body_text=_letter_body(rendering, meeting, sessions))


def address_by(route: Route, recipient: Recipient) -> str:
    """Where a route leads today: a number, the lines of a letter's address, or an e-mail address."""
    if route is Route.TEXT:
        return recipient.phone
    if route is Route.LETTER:
        return "\n".join((recipient.display_name, *recipient.postal_lines))
    return recipient.email


def off_in_plain(rendering: Rendering, reference: str) -> Rendering:
    """A calling off that says by itself which meeting is meant, for there is no entry that it strikes out."""
    about = f"About the meeting on {plain_when(rendering.start, rendering.end, rendering.time_zone)} (ref {reference})."
    return replace(rendering, body_text=f"{about} {rendering.body_text}")


def words_sent(rendering: Rendering, *, replaces: bool, link: str) -> str:
    """The text as it leaves. `replaces`: the person was told something before; `link` is the person's own, or empty."""
    gap = " " if rendering.route is Route.TEXT else "\n\n"
    answer = f"{_LINK} {link}" if link else _TELL_US
    return gap.join([*([_REPLACES] if replaces else []), rendering.body_text, answer])


def plain_when(start: datetime, end: datetime, time_zone: str) -> str:
    """`Tuesday 24 March 2026, 10:00 to 11:30`: of here, so that no zone need be named."""
    zone = ZoneInfo(time_zone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    return f"{first:%A} {first.day} {first:%B %Y}, {first:%H:%M} to {last:%H:%M}"


def _text_body(rendering: Rendering, meeting: Meeting, sessions: Sequence[Session]) -> str:
    times = " and ".join(plain_when(one.start, one.end, meeting.time_zone) for one in sessions)
    place = rendering.location or WE_WILL_TELL_YOU
    head = f"You are asked to come to a meeting (ref {meeting.reference}). When: {times}. Where: {place.rstrip('.')}."
    # Without a full stop, which a telephone would take for a part of the link.
    return " ".join([head, *by_video_lines(meeting, rendering.joining_link)])


def _letter_body(rendering: Rendering, meeting: Meeting, sessions: Sequence[Session]) -> str:
    lines = [
        f"You are asked to come to this meeting: {meeting.title}",
        f"Reference: {meeting.reference}",
        *(f"When: {plain_when(one.start, one.end, meeting.time_zone)}" for one in sessions),
        f"Where: {rendering.location or WE_WILL_TELL_YOU}",
        *by_video_lines(meeting, rendering.joining_link),
    ]
    if rendering.others_shown:
        lines.append(f"Others who are asked, by role: {', '.join(rendering.others_shown)}")
    return "\n".join(lines)
