"""Merging what each person is to have into the invitations that there are."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications.domain.invitation import NOT_DELIVERED, Invitation
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.receipt import MessageDelivery
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.route import BY_MESSAGE, Route
from services.notifications.domain.unsafe_time import held_words
from services.notifications.domain.wish import Wish

BY_HAND = "by hand"
"""Stands in `told_content` of whoever was told by a person."""
TELL_OFF = "Tell this person that the meeting is off or that they are no longer asked: they were told by hand."
TELL_OFF_UNSAFE = (
    "Off, or no longer asked, and the way they were told is no longer safe, or no longer theirs. Tell them yourself."
)
CAME_BACK = "The e-mail could not be delivered. Check the person's address in the case system, or tell them yourself."
CAME_BACK_OFF = "The e-mail that called it off could not be delivered. Tell this person yourself."
CHANGED_IN_DOUBT = "A message may have gone, and it has changed since. Nothing more goes until somebody lets it go."
TELL_GONE = "The event vanished from the meetings mailbox. Make sure that this person knows they need not come."
_OVER = (InvitationState.WITHDRAWN, InvitationState.DROPPED)
_EVENT_ROUTES = (Route.SHARED_EVENT, Route.OWN_EVENT)


@dataclass(frozen=True)
class Drafting:
    """At which revision, whether somebody let it go, and when."""

    revision: int
    released: bool
    at: datetime


def merged(before: Invitation, wish: Wish, drafting: Drafting, *, on_event: bool) -> Invitation:
    """The invitation as the wish wants it. What the person surely holds already is not sent again.

    `on_event` says that the person stands, or may stand, on an event.
    """
    if wish.recipient is None and (before.holds_something or on_event):
        return withdrawing(before, on_event=on_event)
    role = wish.invitee.role
    one = replace(before, role=role, route=wish.route, wanted_revision=drafting.revision)
    if wish.rendering is None:
        return _stuck(one, wish, drafting)
    if one.delivery is MessageDelivery.FAILED and _told_in_vain(one, wish.rendering, drafting):
        return one.step(Happening.STUCK, "" if one.told_content == BY_HAND else NOT_DELIVERED[one.route])
    if one.has(wish.rendering) and one.came_back and not one.answered_what_was_told:
        return one.step(Happening.STUCK, CAME_BACK)
    if one.has(wish.rendering) and one.outgoing is None and _is_final(one, drafting):
        return one.step(Happening.RELEASED).told(drafting.revision, wish.rendering, drafting.at, messages=0)
    if holds_back(one, wish.rendering, drafting):
        return one.step(Happening.WRITTEN, CHANGED_IN_DOUBT)
    asked_before = one.state in (InvitationState.WAITING, InvitationState.UNKNOWN)
    refused = one.is_refused and drafting.released and before.wanted_revision == drafting.revision
    kept = one.trouble if asked_before or refused else ""
    return one.step(Happening.RELEASED if drafting.released else Happening.WRITTEN, kept)


def holds_back(one: Invitation, rendering: Rendering, drafting: Drafting) -> bool:
    """Whether a message in doubt may not be sent again: it would say, or go to, what nobody let go."""
    in_doubt = one.state is InvitationState.UNKNOWN and one.route in BY_MESSAGE
    return in_doubt and not drafting.released and not one.repeats(rendering)


def held_back(one: Invitation, until: datetime) -> Invitation:
    """What waits for a time at which nobody else sees it come says so; it goes then by itself."""
    if one.state is not InvitationState.WAITING:
        return one
    return one.step(Happening.NOT_REACHED, held_words(until))


def withdrawing(before: Invitation, *, on_event: bool, safe: bool = True) -> Invitation:
    """The invitation of somebody who is no longer asked: nothing more to do where nothing had left.

    `safe`: a message may still go the way that the invitation went. Where not, a person tells them.
    """
    if before.came_back and not before.holds_something:
        return before.step(Happening.STUCK, CAME_BACK_OFF)
    if before.state in _OVER:
        return before
    if before.told_content == BY_HAND:
        return before.step(Happening.STUCK, TELL_OFF)
    if before.delivery is MessageDelivery.FAILED and before.trouble and not before.holds_something:
        # What could not be delivered is the calling off itself.
        return before
    if on_event or (before.route in BY_MESSAGE and before.holds_something):
        if not safe:
            return before.step(Happening.STUCK, TELL_OFF_UNSAFE)
        return before.step(Happening.RELEASED, before.trouble)
    return replace(before, state=InvitationState.DROPPED, trouble="")


def forgotten(one: Invitation) -> Invitation:
    """The person's event is not there: nothing had left, or it went without us and a person has to look."""
    if one.state in (InvitationState.NEEDS_PERSON, *_OVER):
        return one
    if one.holds_something:
        return one.step(Happening.STUCK, TELL_GONE)
    return one.step(Happening.DROPPED)


def told_by_hand(before: Invitation) -> Invitation:
    """Somebody has spoken to the person: no message is counted, and nothing is shown as sent."""
    return replace(before.step(Happening.STUCK), told_revision=before.wanted_revision, told_content=BY_HAND)


def _stuck(one: Invitation, wish: Wish, drafting: Drafting) -> Invitation:
    if one.told_content == BY_HAND and one.told_revision == drafting.revision:
        return one.step(Happening.STUCK)
    return one.step(Happening.STUCK, wish.trouble)


def _told_in_vain(one: Invitation, rendering: Rendering, drafting: Drafting) -> bool:
    """Whether the very same would go again to where it could not be delivered, or somebody has spoken to them since."""
    by_hand = one.told_content == BY_HAND and one.told_revision == drafting.revision
    return by_hand or (one.has(rendering) and one.outgoing is None)


def _is_final(one: Invitation, drafting: Drafting) -> bool:
    """An e-mail lies where it is; an event is looked at first, unless it was confirmed for this very
    revision.
    """
    if one.route not in _EVENT_ROUTES:
        return True
    return one.state is InvitationState.SENT and one.told_revision == drafting.revision
