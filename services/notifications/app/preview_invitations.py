"""Showing exactly what each person would receive. Nothing leaves."""

from dataclasses import dataclass, replace
from datetime import timedelta

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.app.draft_invitations import fixed_routes, invitation_name
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Outside, Unit
from services.notifications.app.read_view import view_of
from services.notifications.app.who_waits import who_waits
from services.notifications.domain.disclosure import is_anothers_place
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import Meeting, MeetingView
from services.notifications.domain.plain_message import words_sent
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.risk_words import risk_words
from services.notifications.domain.route import BY_NOTIFY, Route, in_a_kept_apart_pair
from services.notifications.domain.second_person import RESTRICTED, second_person_reasons
from services.notifications.domain.sending import MessageKind
from services.notifications.domain.shown_address import is_confidential, masked
from services.notifications.domain.sure_address import doubt_about
from services.notifications.domain.wish import Wish, release_token, wishes_of

_STALE_CONTACT = timedelta(days=365)
_OWN_LINK = "(a link of their own)"
NOT_THE_PLACE = "The place is not told this way: it belongs to somebody. Tell whoever may know it yourself."


@dataclass(frozen=True)
class Preview:
    """One person's. Without a rendering nothing would leave; `warnings` say why.

    The rendering is what would leave, but for a confidential address of which the caller may see a part only.
    `risk_words` stand in it. `stop` says why it waits for a person who confirms it; empty where it does not.
    `own_link`: a link of the person's own goes with it, which nobody else is shown.
    """

    invitation: str
    person: str
    recipient_name: str
    route: Route
    rendering: Rendering | None
    kind: MessageKind
    warnings: tuple[str, ...]
    risk_words: tuple[str, ...]
    stop: str = ""
    own_link: bool = False


@dataclass(frozen=True)
class Previews:
    """All of a meeting; `token` stands for exactly these. `stop_reasons` say why nothing of it goes by itself."""

    previews: tuple[Preview, ...]
    token: str
    revision: int
    second_person_needed: bool
    release_needed: bool
    stop_reasons: tuple[str, ...] = ()


async def read_for(desk: Desk, caller: Caller, action: str, name: str) -> MeetingView:
    """The view behind a caller's own reading of the meeting. NotFound where the caller may not know of it."""
    meeting = await readable(desk, caller, action, name)
    return await view_of(desk, caller, meeting)


async def readable(desk: Desk, caller: Caller, action: str, name: str) -> Meeting:
    """The meeting, where the caller may see it and do this with some meeting."""
    if not may(caller, action):
        raise PermissionDenied(name)
    meeting = await desk.meetings.meeting(caller, name)
    if meeting is None:
        raise NotFound(name)
    return meeting


async def preview_invitations(desk: Desk, caller: Caller, name: str) -> Previews:
    """NotFound, PermissionDenied, Unavailable. Audited as reading."""
    view = await read_for(desk, caller, "PreviewInvitations", name)
    async with desk.begin(caller) as unit:
        await unit.audit("PreviewInvitations", name, fields=["address", "body_text"], purpose="release check")
        return await previews_of(unit, caller, view, desk.outside[caller.council_id])


async def previews_of(unit: Unit, caller: Caller, view: MeetingView, outside: Outside) -> Previews:
    """What the next sending would do, worked out by the very same function."""
    there = {one.person: one for one in await unit.invitations.of_meeting(view.meeting.name)}
    wishes = wishes_of(view, outside.sender, fixed_routes(there.values()))
    token = release_token(view, wishes)
    waiting = await who_waits(unit, view, wishes, there)
    reasons = second_person_reasons(view)
    return Previews(
        previews=tuple(
            replace(
                _preview(caller, view, wish, there.get(wish.person), unit, waiting), own_link=_own_link(wish, outside)
            )
            for wish in wishes
        ),
        token=token,
        revision=view.meeting.revision,
        second_person_needed=bool(reasons),
        release_needed=bool(waiting),
        stop_reasons=reasons if waiting else (),
    )


def _preview(
    caller: Caller, view: MeetingView, wish: Wish, there: Invitation | None, unit: Unit, waiting: frozenset[str]
) -> Preview:
    told = there is not None and there.told_revision > 0
    shown = _shown(caller, view, wish, told=told)
    return Preview(
        invitation=invitation_name(caller.council, there.id) if there else "",
        person=wish.person,
        recipient_name=wish.recipient.display_name if wish.recipient else "",
        route=wish.route,
        rendering=shown,
        kind=MessageKind.CHANGE if told else MessageKind.INVITE,
        warnings=_warnings(view, wish, there, unit),
        risk_words=risk_words(shown, _protected(view)) if shown else (),
        stop=doubt_about(wish, there, unit.now().date()) if wish.person in waiting else "",
    )


def _own_link(wish: Wish, outside: Outside) -> bool:
    """As `with_links` gives one to whoever is told from here."""
    outsider = wish.recipient is not None and not wish.recipient.staff
    return outside.sender.links is not None and wish.rendering is not None and outsider


def _shown(caller: Caller, view: MeetingView, wish: Wish, *, told: bool) -> Rendering | None:
    """A confidential address is shown whole to those alone who may release a restricted case."""
    whole = may(caller, "ReleaseInvitations", restricted=True) or not is_confidential(view, wish.person)
    if wish.rendering is None:
        return None
    shown = _as_it_leaves(wish.rendering, told=told)
    return shown if whole else replace(shown, address=masked(shown.address))


def _as_it_leaves(rendering: Rendering, *, told: bool) -> Rendering:
    """What GOV.UK Notify carries says by itself that it replaces something. A link is its reader's alone."""
    if rendering.route not in BY_NOTIFY:
        return rendering
    link = _OWN_LINK if rendering.link else ""
    return replace(rendering, body_text=words_sent(rendering, replaces=told, link=link))


def _protected(view: MeetingView) -> tuple[str, ...]:
    return (*view.subject_strings, *(text for one in view.recipients.values() for text in one.protected))


def _warnings(view: MeetingView, wish: Wish, there: Invitation | None, unit: Unit) -> tuple[str, ...]:
    recipient = wish.recipient
    found = [
        (wish.trouble, bool(wish.trouble)),
        (RESTRICTED, view.restricted),
        ("This person's address is confidential.", is_confidential(view, wish.person)),
        ("Kept apart from somebody: look at time, place and who is shown.", in_a_kept_apart_pair(view, wish.person)),
    ]
    if recipient is not None:
        checked, today = recipient.verified_on, unit.now().date()
        age = today - checked if checked else None
        doubt = doubt_about(wish, there, today)
        language = recipient.interpreter_language
        found += [
            (doubt, bool(doubt)),
            (NOT_THE_PLACE, is_anothers_place(view, recipient)),
            ("This contact was last checked over a year ago.", age is not None and age > _STALE_CONTACT),
            (f"Needs an interpreter ({language}).", bool(language)),
            ("Has said what they need to take part: see the case system.", recipient.has_access_needs),
        ]
    return tuple(text for text, holds in found if holds)
