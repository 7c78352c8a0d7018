"""By which one way a person is told: chosen once, from what is safe, and kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from services.notifications.domain.postal_address import why_no_letter
from services.notifications.domain.unsafe_time import next_safe

_KEPT_APART = (
    RestrictionKind.MUST_NOT_KNOW,
    RestrictionKind.MUST_NOT_MEET,
    RestrictionKind.CONFIDENTIAL_ADDRESS,
)
_PAIRS = (RestrictionKind.MUST_NOT_KNOW, RestrictionKind.MUST_NOT_MEET)
_BY_HAND = (Channel.TEXT, Channel.LETTER, Channel.IN_PERSON)
NO_SAFE_WAY = "No safe way of telling this person is recorded. Record one in the case system."
NO_ADDRESS = "The safe way is by e-mail, and no address is recorded. Record one."
UNSAFE_MAIL = "E-mail is not safe for this person, and every way from here is one. Tell them."
NO_MAIL = "This person cannot be told from here: no mail server is set up, or e-mail is not safe."
NO_NUMBER = "The safe way is by text message, and no telephone number is recorded. Record one in the case system."


class Route(StrEnum):
    """How a person is told; the wire's names."""

    NONE = "ROUTE_UNSPECIFIED"
    SHARED_EVENT = "ROUTE_SHARED_EVENT"
    OWN_EVENT = "ROUTE_OWN_EVENT"
    EMAIL = "ROUTE_EMAIL"
    BY_HAND = "ROUTE_BY_HAND"
    TEXT = "ROUTE_TEXT"
    LETTER = "ROUTE_LETTER"
    NOTIFY_EMAIL = "ROUTE_NOTIFY_EMAIL"


BY_NOTIFY = frozenset({Route.TEXT, Route.LETTER, Route.NOTIFY_EMAIL})
"""What GOV.UK Notify carries."""
_CARRIES = {Route.TEXT: Channel.TEXT, Route.LETTER: Channel.LETTER}
BY_MESSAGE = BY_NOTIFY | {Route.EMAIL}
"""One message to one person, which lies where it is: no event that can be looked at."""

_COMES_AT_ONCE = (BY_MESSAGE | {Route.OWN_EVENT}) - {Route.LETTER}


def held_until(route: Route, recipient: Recipient | None, now: datetime) -> datetime | None:
    """When what goes at once by this route may go to a person outside the staff; None where it may go now."""
    if recipient is None or recipient.staff or not recipient.unsafe_times or route not in _COMES_AT_ONCE:
        return None
    # Cases gives no channel where no time is safe: were it to, nothing goes all the same.
    safe = next_safe(now, recipient.unsafe_times) or now + timedelta(days=1)
    return safe if safe > now else None


@dataclass(frozen=True)
class Choice:
    """A route, and what a person has to do about it; nothing where `trouble` is empty."""

    route: Route
    trouble: str = ""


def choose_route(view: MeetingView, invitee: Invitee, recipient: Recipient, sender: Sender) -> Choice:
    """Decide for one person. A child gets no calendar entry: a worker or advocate asks the child."""
    if invitee.role == "child":
        return Choice(Route.BY_HAND, "Ask the child in the way the child wishes; no calendar entry is made.")
    return _without_mail(recipient, sender) or _by_wire(view, invitee, recipient, sender)


def plain_choice(recipient: Recipient, role: str, sender: Sender) -> Choice:
    """Decide for plain words about no meeting: by text, letter or e-mail, as is safe today. A child is sent nothing."""
    if role == "child":
        return Choice(Route.BY_HAND, "Ask the child in the way the child wishes; nothing is sent from here.")
    found = _without_mail(recipient, sender)
    if found is not None:
        return found
    route = mail_route(sender)
    return Choice(route) if route is not Route.NONE else Choice(route, NO_MAIL)


def _without_mail(recipient: Recipient, sender: Sender) -> Choice | None:
    """Another way than e-mail, or why there is none; None for whoever may be written to by e-mail or in Outlook."""
    channel = Channel.NONE if recipient.channel in recipient.unsafe_channels else recipient.channel
    if channel is Channel.NONE:
        return Choice(Route.NONE, NO_SAFE_WAY)
    if channel in sender.by_notify and channel is not Channel.EMAIL:
        return _by_notify(channel, recipient)
    if channel in _BY_HAND:
        return Choice(Route.BY_HAND, f"To be told {_in_words(channel)}: nothing is sent from here.")
    if not recipient.email:
        return Choice(Route.NONE, NO_ADDRESS)
    if not may_be_mailed(recipient):
        return Choice(Route.NONE, UNSAFE_MAIL)
    return None


def mail_route(sender: Sender) -> Route:
    """By what the council's plain e-mails go; NONE where nothing carries them."""
    if sender.mail_from:
        return Route.EMAIL
    return Route.NOTIFY_EMAIL if Channel.EMAIL in sender.by_notify else Route.NONE


def _by_notify(channel: Channel, recipient: Recipient) -> Choice:
    """By text message or letter."""
    if channel is Channel.TEXT:
        return Choice(Route.TEXT) if recipient.phone else Choice(Route.NONE, NO_NUMBER)
    wrong = why_no_letter(recipient.postal_lines)
    return Choice(Route.NONE, wrong) if wrong else Choice(Route.LETTER)


def _by_wire(view: MeetingView, invitee: Invitee, recipient: Recipient, sender: Sender) -> Choice:
    kept_apart = is_kept_from(view, recipient.person)
    if sender.mailbox and recipient.staff:
        shared = recipient.channel is Channel.OUTLOOK and not kept_apart and _whole(view, invitee)
        return Choice(Route.SHARED_EVENT if shared else Route.OWN_EVENT)
    if sender.mailbox and not kept_apart:
        return Choice(Route.OWN_EVENT)
    if sender.mail_from and not _mail_is_unsafe(recipient):
        return Choice(Route.EMAIL)
    if Channel.EMAIL in sender.by_notify and not _mail_is_unsafe(recipient):
        return Choice(Route.NOTIFY_EMAIL)
    return Choice(Route.NONE, NO_MAIL)


def may_be_messaged(route: Route, recipient: Recipient) -> bool:
    """Whether a message may go to the person today by the way that an earlier one went."""
    channel = _CARRIES.get(route)
    if channel is None:
        return may_be_mailed(recipient)
    return recipient.channel is channel and channel not in recipient.unsafe_channels


def may_be_mailed(recipient: Recipient) -> bool:
    """Whether something may be sent today. Also what Exchange sends is an e-mail to whoever has no mailbox with us."""
    by_wire = recipient.channel in (Channel.OUTLOOK, Channel.EMAIL)
    unsafe = recipient.channel in recipient.unsafe_channels
    return bool(recipient.email) and by_wire and not unsafe and (recipient.staff or not _mail_is_unsafe(recipient))


def _mail_is_unsafe(recipient: Recipient) -> bool:
    return Channel.EMAIL in recipient.unsafe_channels


def would_meet(view: MeetingView, invitee: Invitee) -> bool:
    """Whether the person is asked to a session with somebody whom they must not meet, as recorded today."""
    own = set(view.meeting.sessions_of(invitee))
    return any(
        limit.kind is RestrictionKind.MUST_NOT_MEET and (_parts(limit, invitee, other) or _parts(limit, other, invitee))
        for other in view.meeting.invitees
        if other.person in view.recipients and own & set(view.meeting.sessions_of(other))
        for limit in view.restrictions
    )


def _parts(limit: Restriction, one: Invitee, other: Invitee) -> bool:
    """A household that must not be met is every carer who is asked."""
    if one.person != limit.person or one.person == other.person:
        return False
    return other.person == limit.other or ("/carerHouseholds/" in limit.other and other.role == "carer")


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
