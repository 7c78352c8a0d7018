"""One message that reminds one person of one or several meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.domain.plain_message import plain_when
from services.notifications.domain.rendering import Rendering, digest, subject_line
from services.notifications.domain.route import Route

MOST_IN_A_TEXT = 4
"""Meetings; more do not fit into one text message."""
_HEAD, _HEAD_UNANSWERED = "This is a reminder.", "We have not heard from you yet."
_TELL_US = "Please tell us whether you can come"


@dataclass(frozen=True)
class ReminderItem:
    """A meeting as the person was told it. `unanswered`: an answer is asked for."""

    rendering: Rendering
    reference: str
    unanswered: bool


def reminder_rendering(route: Route, items: Sequence[ReminderItem]) -> Rendering:
    """Exactly what the person gets: references, times, their own links. No place, no kind, no other person."""
    first = items[0]
    head = _HEAD_UNANSWERED if all(one.unanswered for one in items) else _HEAD
    gap = " " if route is Route.TEXT else "\n"
    title = "Reminder of a meeting" if len(items) == 1 else "Reminder of your meetings"
    return Rendering(
        person=first.rendering.person,
        route=route,
        address=first.rendering.address,
        subject_line=subject_line(title, first.reference),
        body_text=gap.join([head, *(_line(one) for one in items)]),
        location="",
        others_shown=(),
        start=first.rendering.start,
        end=first.rendering.end,
        time_zone=first.rendering.time_zone,
    )


def message_key(rendering: Rendering, ids: Sequence[UUID]) -> UUID:
    """The same for the same words to the same address about the same reminders: a repeat is the same message."""
    named = sorted(str(one) for one in ids)
    return UUID(hex=digest(rendering.route, rendering.address, rendering.subject_line, rendering.body_text, *named))


def _line(one: ReminderItem) -> str:
    seen = one.rendering
    when = plain_when(seen.start, seen.end, seen.time_zone)
    ask = f" {_TELL_US}{f': {seen.link}' if seen.link else '.'}" if one.unanswered else ""
    return f"Ref {one.reference}: {when}.{ask}"
