"""What each person is to have, as the facts stand: the same answer for the preview and for the sending."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.notifications.domain.guard import guard
from services.notifications.domain.meeting import Invitee, MeetingState, MeetingView, Recipient, Sender
from services.notifications.domain.outlook_event import EventContent
from services.notifications.domain.plain_message import as_plain
from services.notifications.domain.remote_event import EventAttendee
from services.notifications.domain.rendering import Rendering, digest, render
from services.notifications.domain.route import BY_NOTIFY, Choice, Route, choose_route, would_meet
from services.notifications.domain.second_person import second_person_reasons

NO_PART = "This person has no part around the case today, so that nothing may be sent to them."
WAY_CHANGED = "The safe way of telling this person has changed since the first message. Tell them in person."
MUST_NOT_MEET = "Must not meet somebody who is asked to the same part of the meeting. Put them into parts of their own."
STOPPED = "Stopped by the last check: the message would show {field} something that is protected. Look at it."


@dataclass(frozen=True)
class Wish:
    """One person's. Without a rendering nothing leaves, and `trouble` says what a person has to do."""

    invitee: Invitee
    recipient: Recipient | None
    route: Route
    rendering: Rendering | None
    trouble: str = ""

    @property
    def person(self) -> str:
        """Resource name."""
        return self.invitee.person


def wishes_of(view: MeetingView, sender: Sender, kept: Mapping[str, Route]) -> tuple[Wish, ...]:
    """One per person who is asked, in order of person; none once the meeting is off.

    `kept` holds the routes of those who have been told something: they are never changed, only given up.
    """
    if view.meeting.state is not MeetingState.BOOKED:
        return ()
    by_person: dict[str, Invitee] = {}
    for invitee in view.meeting.invitees:
        by_person[invitee.person] = _joined(by_person.get(invitee.person), invitee)
    return _with_shown(tuple(_wish(view, by_person[person], sender, kept) for person in sorted(by_person)))


def release_token(view: MeetingView, wishes: tuple[Wish, ...]) -> str:
    """Stands for exactly what each person would receive of this revision, and for how many people have to look.

    What one person let go does not go by their leave alone once a second one is needed.
    """
    lines = [f"{view.meeting.name} {view.meeting.revision}"]
    if not second_person_reasons(view):
        lines.append("one person is enough")
    for wish in wishes:
        content = wish.rendering.content_digest() + " " + wish.rendering.address if wish.rendering else "-"
        lines.append(f"{wish.person} {wish.route.value} {content}")
    return digest(*lines)


def shared_content(wishes: tuple[Wish, ...]) -> EventContent | None:
    """The staff's event with everybody who may stand on it; None where there is nobody."""
    on_it = [wish for wish in wishes if wish.route is Route.SHARED_EVENT and wish.rendering]
    if not on_it or on_it[0].rendering is None:
        return None
    return EventContent(on_it[0].rendering, tuple(_attendee(wish) for wish in on_it))


def own_content(wish: Wish) -> EventContent | None:
    """A person's own event."""
    return EventContent(wish.rendering, (_attendee(wish),)) if wish.rendering else None


def _attendee(wish: Wish) -> tuple[str, EventAttendee]:
    # No display name: Exchange would put it into every copy, also into those that are forwarded.
    address = wish.rendering.address if wish.rendering else ""
    return wish.person, EventAttendee(address, "", wish.invitee.required)


def _joined(first: Invitee | None, second: Invitee) -> Invitee:
    """Somebody who is asked in two roles is asked once, to the sessions of both."""
    if first is None:
        return second
    both = first.sessions and second.sessions
    sessions = tuple(sorted({*first.sessions, *second.sessions})) if both else ()
    return replace(first, required=first.required or second.required, sessions=sessions)


def _wish(view: MeetingView, invitee: Invitee, sender: Sender, kept: Mapping[str, Route]) -> Wish:
    recipient = view.recipients.get(invitee.person)
    if recipient is None:
        return Wish(invitee, None, kept.get(invitee.person, Route.NONE), None, NO_PART)
    choice = _keep(choose_route(view, invitee, recipient, sender), kept.get(invitee.person))
    if would_meet(view, invitee):
        return Wish(invitee, recipient, choice.route, None, MUST_NOT_MEET)
    if choice.trouble:
        return Wish(invitee, recipient, choice.route, None, choice.trouble)
    rendering = render(view, invitee, recipient, choice.route)
    if choice.route in BY_NOTIFY:
        rendering = as_plain(rendering, view.meeting, view.meeting.sessions_of(invitee), recipient)
    leaks = guard(rendering, {one.person: one.protected for one in view.recipients.values()}, view.subject_strings)
    if leaks:
        return Wish(invitee, recipient, choice.route, None, STOPPED.format(field=_where(leaks[0].field)))
    return Wish(invitee, recipient, choice.route, rendering)


def _keep(choice: Choice, kept: Route | None) -> Choice:
    if kept is None or kept is choice.route:
        return choice
    return Choice(kept, WAY_CHANGED)


def _where(field: str) -> str:
    words = {"subject_line": "in its subject line", "location": "as its place", "body_text": "in its text"}
    return words.get(field, "somewhere")


def _with_shown(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Whoever stands on the shared event sees the others' addresses there."""
    addresses = [wish.rendering.address for wish in wishes if wish.route is Route.SHARED_EVENT and wish.rendering]
    return tuple(_showing(wish, addresses) for wish in wishes)


def _showing(wish: Wish, addresses: list[str]) -> Wish:
    if wish.route is not Route.SHARED_EVENT or wish.rendering is None:
        return wish
    others = tuple(address for address in addresses if address != wish.rendering.address)
    return replace(wish, rendering=replace(wish.rendering, others_shown=others))
