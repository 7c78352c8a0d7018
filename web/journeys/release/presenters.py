"""A release check as a person reads it: one card per recipient, warnings first, the message as it will stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup
from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1.notifications_service_pb2 import PreviewInvitationsResponse
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.journeys.release.marking import marked
from web.roles import ACCEPTERS, RELEASERS, may
from web.telling import ROUTE_WORDS
from web.words import london, long_date, role_words, time_span

_KINDS = {
    note.MESSAGE_KIND_INVITE: "An invitation",
    note.MESSAGE_KIND_CHANGE: "A change to an invitation they have",
    note.MESSAGE_KIND_CANCEL: "Word that the meeting is off",
}
_ORDER_LAST = 10_000
_SEVERAL = 2
_RESTRICTED_RELEASERS = ACCEPTERS | frozenset({"panel-chair"})


class Leave(StrEnum):
    """Whether this person may let the messages go."""

    YES = "yes"
    NOTHING_WAITS = "nothing waits"
    SECOND_PERSON = "second person"
    """They booked it, or moved it, themselves."""
    NOT_THEIRS = "not theirs"
    """Their role releases nothing that needs a second person."""


@dataclass(frozen=True)
class Card:
    """What one person will receive. Without `sends` nothing goes to them, and the warnings say why.

    `stop` says why it waits for somebody who confirms where it goes.
    """

    anchor: str
    name: str
    role: str
    kind: str
    route: str
    sends: bool
    warnings: tuple[str, ...]
    look_twice: tuple[str, ...]
    address: Markup
    subject_line: Markup
    when: str
    place: Markup
    text: Markup
    others: tuple[str, ...]
    stop: str = ""
    own_link: bool = False


def cards_of(previews: PreviewInvitationsResponse, meeting: Meeting) -> tuple[Card, ...]:
    """In the order of the meeting's people: the chair first."""
    asked = sorted(meeting.attendees, key=lambda one: (not one.chair, not one.required, one.role))
    place = {one.person: at for at, one in enumerate(asked)}
    roles: dict[str, str] = {}
    for one in asked:
        roles.setdefault(one.person, role_words(one.role))
    ordered = sorted(previews.previews, key=lambda one: place.get(one.person, _ORDER_LAST))
    said = for_all(previews)
    return tuple(_card(at, one, roles, said) for at, one in enumerate(ordered, 1))


def for_all(previews: PreviewInvitationsResponse) -> tuple[str, ...]:
    """Warnings that stand on every message: said once, above them."""
    if len(previews.previews) < _SEVERAL:
        return ()
    first, *others = (list(one.warnings) for one in previews.previews)
    return tuple(text for text in first if all(text in one for one in others))


def leave_of(previews: PreviewInvitationsResponse, meeting: Meeting, caller: Caller) -> Leave:
    """Who may release is the service's to say; this keeps buttons away that could not work."""
    if not previews.release_needed:
        return Leave.NOTHING_WAITS
    if previews.second_person_needed and meeting.booked_by in (caller.principal_id, caller.name_for_log):
        return Leave.SECOND_PERSON
    allowed = _RESTRICTED_RELEASERS if previews.second_person_needed else RELEASERS
    return Leave.YES if may(caller, allowed) else Leave.NOT_THEIRS


def stops_of(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Those whose own message waits until somebody has confirmed where it goes."""
    return tuple(card for card in cards if card.stop)


def waiting_of(cards: tuple[Card, ...], previews: PreviewInvitationsResponse) -> tuple[Card, ...]:
    """Those that a release lets go: where one person is enough, whoever is not stopped has been told already."""
    only_stopped = previews.release_needed and not previews.second_person_needed
    return stops_of(cards) if only_stopped else cards


def kinds_of(cards: tuple[Card, ...]) -> Mapping[str, int]:
    """How many messages of each kind will go."""
    counts: dict[str, int] = {}
    for card in cards:
        if card.sends:
            counts[card.kind] = counts.get(card.kind, 0) + 1
    return counts


def _card(at: int, one: note.Preview, roles: Mapping[str, str], said: tuple[str, ...]) -> Card:
    role = roles.get(one.person, "")
    sends, words = bool(one.subject_line), tuple(one.risk_words)
    route = ROUTE_WORDS.get(one.route, "not known")
    return Card(
        anchor=f"person-{at}",
        name=one.recipient_name,
        role=role,
        kind=_KINDS.get(one.kind, "A message"),
        route=route[:1].upper() + route[1:],
        sends=sends,
        warnings=tuple(text for text in one.warnings if text not in (*said, one.stop)),
        look_twice=words,
        address=marked(one.address, words),
        subject_line=marked(one.subject_line, words),
        when=_when(one) if sends else "",
        place=marked(one.location, words),
        text=marked(one.body_text, words),
        others=tuple(_other(text) for text in one.others_shown),
        stop=one.stop,
        own_link=one.own_link,
    )


def _when(one: note.Preview) -> str:
    start, end = london(one.start_time), london(one.end_time)
    return f"{long_date(start.date())}, {time_span(start, end)}"


def _other(text: str) -> str:
    """Somebody shown by address stays as shown; a role is spelled out."""
    return text if "@" in text else role_words(text)
