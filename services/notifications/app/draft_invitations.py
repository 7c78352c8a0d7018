"""Drafting: bringing what is kept to what each person is to have, and saying what must be asked of the
outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from uuid import UUID

from servicekit.ids import new_id
from services.notifications.app.ports import Unit
from services.notifications.app.who_waits import who_waits
from services.notifications.domain.draft import Drafting, held_back, holds_back, merged, withdrawing
from services.notifications.domain.events import InvitationChanged
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.meeting import MeetingState, MeetingView, Sender
from services.notifications.domain.outlook_event import (
    ROOM,
    SHARED,
    VIDEO,
    EventContent,
    OutlookEvent,
    new_event,
    takes_off_only,
)
from services.notifications.domain.plain_message import address_by
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.room_booking import booking_of, room_content
from services.notifications.domain.route import BY_MESSAGE, BY_NOTIFY, Route, held_until, may_be_messaged
from services.notifications.domain.sending import sending_between
from services.notifications.domain.sure_address import is_same
from services.notifications.domain.wish import Wish, own_content, release_token, shared_content, wishes_of


@dataclass(frozen=True)
class Plan:
    """What to ask of the outside: events with their content (None: none), mails with theirs (None: call off). What is
    held back because somebody else might see it come goes from `look_again` on.
    """

    events: tuple[tuple[UUID, EventContent | None], ...]
    mails: tuple[tuple[UUID, Rendering | None], ...]
    look_again: datetime | None = None


def invitation_name(council: str, invitation_id: UUID) -> str:
    """Resource name."""
    return f"councils/{council}/invitations/{invitation_id}"


async def put_changed(unit: Unit, council: str, before: Invitation | None, now: Invitation) -> None:
    """Keep it where it changed, with the message that changed it, and tell those who follow where they would see it."""
    if before == now:
        return
    await unit.invitations.put(now)
    sending = sending_between(before, now, unit.now())
    if sending is not None:
        await unit.sendings.add(sending)
    seen = (before.told_state, before.told_revision) if before else None
    if seen != (now.told_state, now.told_revision):
        event = InvitationChanged(invitation_name(council, now.id), now.meeting, now.told_state, now.told_revision)
        await unit.append_event(now.meeting, event)


async def draft_invitations(
    unit: Unit, council: str, view: MeetingView, sender: Sender, *, given_up: bool = False
) -> Plan:
    """Merge; the plan holds only what may leave now. Locks the meeting.

    `given_up`: whoever is still asked is somebody's to tell and stays as they are; the others are taken off all the
    same.
    """
    meeting = view.meeting
    known = await unit.meetings.get(meeting.name, lock=True)
    there = {one.person: one for one in await unit.invitations.of_meeting(meeting.name, lock=True)}
    events = await unit.events.of_meeting(meeting.name)
    wishes = wishes_of(view, sender, fixed_routes(there.values()))
    token = release_token(view, wishes)
    waiting = await who_waits(unit, view, wishes, there)
    left_alone = {wish.person for wish in wishes if given_up and wish.recipient is not None}
    to_merge = tuple(wish for wish in wishes if wish.person not in left_alone)
    known_of = {person: one for person, one in there.items() if person not in left_alone}
    held = _held(view, wishes, there, unit.now())
    mails = await _merge(unit, council, view, to_merge, known_of, events, waiting, held)
    await unit.meetings.put(_known(known, view, token, bool(waiting), unit.now()))
    await unit.rooms.put(meeting.name, booking_of(meeting, await unit.rooms.get(meeting.name, lock=True)))
    asked = await _events(unit, view, wishes, events, waiting, there)
    asked = _taking_off(events, asked) if given_up else asked
    audiences = {event.id: event.audience for event in await unit.events.of_meeting(meeting.name)}
    free = tuple(one for one in asked if audiences.get(one[0]) not in held)
    return Plan(free, mails, min(held.values(), default=None))


def fixed_routes(invitations: Iterable[Invitation]) -> dict[str, Route]:
    """The routes that may not change any more."""
    return {one.person: one.route for one in invitations if one.route_is_fixed}


def _held(
    view: MeetingView, wishes: tuple[Wish, ...], there: dict[str, Invitation], now: datetime
) -> dict[str, datetime]:
    """Whoever may not be sent anything just now, and until when."""
    routes = {person: one.route for person, one in there.items()} | {wish.person: wish.route for wish in wishes}
    until = {person: held_until(route, view.recipients.get(person), now) for person, route in routes.items()}
    return {person: at for person, at in until.items() if at is not None}


def _known(known: KnownMeeting | None, view: MeetingView, token: str, waits: bool, at: datetime) -> KnownMeeting:
    meeting = view.meeting
    base = known or KnownMeeting(meeting.name, meeting.subjects, meeting.revision)
    return replace(
        base,
        subjects=meeting.subjects,
        heard_revision=max(base.heard_revision, meeting.revision),
        read_revision=meeting.revision,
        state=meeting.state,
        restricted=view.restricted,
        booked_by=meeting.booked_by,
        token=token,
        release_needed=waits,
        read_at=at,
    )


async def _merge(
    unit: Unit,
    council: str,
    view: MeetingView,
    wishes: tuple[Wish, ...],
    there: dict[str, Invitation],
    events: list[OutlookEvent],
    waiting: frozenset[str],
    held: dict[str, datetime],
) -> tuple[tuple[UUID, Rendering | None], ...]:
    on_events = {person for event in events for person in (*event.people, *event.asked_people)}
    mails: list[tuple[UUID, Rendering | None]] = []
    wished = {wish.person: wish for wish in wishes}
    for person in sorted({*wished, *there}):
        before, wish = there.get(person), wished.get(person)
        base = before or _new(view.meeting.name, person)
        on_event = person in on_events
        drafting = Drafting(view.meeting.revision, person not in waiting, unit.now())
        if wish:
            now = merged(base, wish, drafting, on_event=on_event)
        else:
            now = withdrawing(base, on_event=on_event, safe=_safe(view, base, base.route))
        if person in held:
            now = held_back(now, held[person])
        await put_changed(unit, council, before, now)
        rendering = wish.rendering if wish else None
        if person in held or (rendering and holds_back(now, rendering, drafting)):
            continue
        if now.route in BY_MESSAGE and now.state in (InvitationState.WAITING, InvitationState.UNKNOWN):
            mails.append((now.id, rendering))
    return tuple(mails)


def _safe(view: MeetingView, one: Invitation, route: Route) -> bool:
    """Whether a cancellation may go to the person by this route, and to where the invitation went. A mailbox at work is
    always safe; nothing is known of strangers.
    """
    recipient = view.recipients.get(one.person)
    if recipient is None or (recipient.staff and route not in BY_NOTIFY):
        return True
    # Whoever has another number or address today may have left the old one to somebody else.
    theirs = not one.told_address or is_same(one.told_address, address_by(route, recipient), route)
    return theirs and may_be_messaged(route, recipient)


def _new(meeting: str, person: str) -> Invitation:
    secret = token_hex(8)
    return Invitation(new_id(), meeting, person, "", Route.NONE, InvitationState.DRAFTED, mail_secret=secret)


async def _events(
    unit: Unit,
    view: MeetingView,
    wishes: tuple[Wish, ...],
    events: list[OutlookEvent],
    waiting: frozenset[str],
    invited: dict[str, Invitation],
) -> tuple[tuple[UUID, EventContent | None], ...]:
    # The event with the joining link is looked after before anybody is told it.
    there = {event.audience: event for event in events if event.audience != VIDEO}
    contents = _contents(wishes, waiting) if view.meeting.state is MeetingState.BOOKED else {}
    # The room's event tells nothing of anybody, so that it waits for no release: a room not asked is soon taken.
    if (room := room_content(view.meeting)) is not None:
        contents[ROOM] = room
    kept = _left_as_they_are(wishes, waiting)
    asked: list[tuple[UUID, EventContent | None]] = []
    for audience in sorted({*there, *contents}, key=lambda one: (one != SHARED, one)):
        content = contents.get(audience)
        one = invited.get(audience) or _new(view.meeting.name, audience)
        if content is None and (audience in kept or not _safe(view, one, Route.OWN_EVENT)):
            continue
        event = there.get(audience)
        if event is None:
            event = new_event(new_id(), view.meeting.name, audience)
            await unit.events.put(event)
        asked.append((event.id, content))
    return tuple(asked)


def _taking_off(
    events: list[OutlookEvent], asked: tuple[tuple[UUID, EventContent | None], ...]
) -> tuple[tuple[UUID, EventContent | None], ...]:
    """What ends an event or takes people off it, and tells nobody else anything."""
    there = {event.id: event for event in events}
    return tuple((one, content) for one, content in asked if content is None or takes_off_only(there.get(one), content))


def _contents(wishes: tuple[Wish, ...], waiting: frozenset[str]) -> dict[str, EventContent]:
    """By audience; nothing before the release."""
    free = tuple(wish for wish in wishes if wish.person not in waiting)
    contents = {
        wish.person: content
        for wish in free
        if wish.route is Route.OWN_EVENT and (content := own_content(wish)) is not None
    }
    shared = shared_content(free)
    return {SHARED: shared, **contents} if shared else contents


def _left_as_they_are(wishes: tuple[Wish, ...], waiting: frozenset[str]) -> frozenset[str]:
    """Audiences whose event neither changes nor goes: it waits for release, or for a person to decide."""
    kept: set[str] = set()
    for wish in wishes:
        if wish.recipient is None or (wish.person not in waiting and wish.rendering is not None):
            continue
        if wish.route is Route.SHARED_EVENT:
            kept.add(SHARED)
        elif wish.route is Route.OWN_EVENT:
            kept.add(wish.person)
    return frozenset(kept)
