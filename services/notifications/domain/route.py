"""By which one way a person is told: chosen once, from what is safe, and kept."""

from dataclasses import dataclass
from enum import StrEnum

from services.notifications.domain.meeting import (
    Channel,
    Invitee,
    MeetingView,
    Recipient,
    Restriction,
    RestrictionKind,
    Sender,
)

_KEPT_APART = (
    RestrictionKind.MUST_NOT_KNOW,
    RestrictionKind.MUST_NOT_MEET,
    RestrictionKind.CONFIDENTIAL_ADDRESS,
)
_PAIRS = (RestrictionKind.MUST_NOT_KNOW, RestrictionKind.MUST_NOT_MEET)
_BY_HAND = (Channel.TEXT, Channel.LETTER, Channel.IN_PERSON)


class Route(StrEnum):
    """How a person is told; the wire's names."""

    NONE = "ROUTE_UNSPECIFIED"
    SHARED_EVENT = "ROUTE_SHARED_EVENT"
    OWN_EVENT = "ROUTE_OWN_EVENT"
    EMAIL = "ROUTE_EMAIL"
    BY_HAND = "ROUTE_BY_HAND"


@dataclass(frozen=True)
class Choice:
    """A route, and what a person has to do about it; nothing where `trouble` is empty."""

    route: Route
    trouble: str = ""


def choose_route(view: MeetingView, invitee: Invitee, recipient: Recipient, sender: Sender) -> Choice:
    """Decide for one person. A child gets no calendar entry: a worker or advocate asks the child."""
    if invitee.role == "child":
        return Choice(Route.BY_HAND, "Ask the child in the way the child wishes; no calendar entry is made.")
    channel = Channel.NONE if recipient.channel in recipient.unsafe_channels else recipient.channel
    if channel is Channel.NONE:
        return Choice(Route.NONE, "No safe way of telling this person is recorded. Record one in the case system.")
    if channel in _BY_HAND:
        return Choice(Route.BY_HAND, f"To be told {_in_words(channel)}: nothing is sent from here.")
    if not recipient.email:
        return Choice(Route.NONE, "The safe way is by e-mail, and no address is recorded. Record one.")
    return _by_wire(view, invitee, recipient, sender)


def _by_wire(view: MeetingView, invitee: Invitee, recipient: Recipient, sender: Sender) -> Choice:
    kept_apart = is_kept_from(view, recipient.person)
    if sender.mailbox and recipient.staff:
        shared = recipient.channel is Channel.OUTLOOK and not kept_apart and _whole(view, invitee)
        return Choice(Route.SHARED_EVENT if shared else Route.OWN_EVENT)
    if sender.mailbox and not kept_apart:
        return Choice(Route.OWN_EVENT)
    if sender.mail_from:
        return Choice(Route.EMAIL)
    return Choice(Route.NONE, "No mail server is set up, so that this person cannot be told from here.")


def is_kept_from(view: MeetingView, person: str) -> bool:
    """Whether the person is the one whom a restriction keeps from somebody or from an address."""
    return any(limit.person == person and limit.kind in _KEPT_APART for limit in view.restrictions)


def in_a_kept_apart_pair(view: MeetingView, person: str) -> bool:
    """Whether the person stands on either side of a pair who must not meet or must not know."""
    return any(person in (limit.person, limit.other) for limit in pairs(view))


def pairs(view: MeetingView) -> tuple[Restriction, ...]:
    """The restrictions that keep two people apart."""
    return tuple(limit for limit in view.restrictions if limit.kind in _PAIRS)


def _whole(view: MeetingView, invitee: Invitee) -> bool:
    """An event has one time: who is asked to a part only cannot share it."""
    return view.meeting.sessions_of(invitee) == view.meeting.sessions


def _in_words(channel: Channel) -> str:
    words = {Channel.TEXT: "by text message", Channel.LETTER: "by letter"}
    return words.get(channel, "in person")
