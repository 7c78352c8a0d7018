"""Listing what people changed in Outlook, and where the mailbox differs from what is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from servicekit.page import PageRequest, fill_page
from services.notifications.app.list_invitations import seen_meetings
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.preview_invitations import readable
from services.notifications.app.read_view import read_view
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.mismatch import Mismatch
from services.notifications.domain.outlook_event import SHARED
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal
from services.notifications.domain.second_person import second_person_reasons
from services.notifications.domain.shown_event import EditedPart

_OFF = (InvitationState.WITHDRAWN, InvitationState.DROPPED)


@dataclass(frozen=True)
class WeighedProposal:
    """A proposal with how many people each decision would reach, whether the event is one person's own, and what may be
    decided.
    """

    proposal: OutlookProposal
    put_back_mails: int
    take_over_mails: int
    own_event: bool
    choices: tuple[Decision, ...]


@dataclass(frozen=True)
class ProposalPage:
    """A page, and the sort key of its last row where another page follows."""

    proposals: tuple[WeighedProposal, ...]
    next_after: tuple[str, ...] | None


@dataclass(frozen=True)
class MismatchPage:
    """As ProposalPage; `read_at` is when the mailbox was last read whole, None for never."""

    mismatches: tuple[Mismatch, ...]
    next_after: tuple[str, ...] | None
    read_at: datetime | None


async def list_proposals(desk: Desk, caller: Caller, meeting: str, page: PageRequest) -> ProposalPage:
    """Of one meeting, or of all that the caller may see. NotFound, PermissionDenied, Unavailable. Audited."""
    parent = f"councils/{caller.council}"
    if meeting:
        await readable(desk, caller, "ListOutlookProposals", meeting)
    elif not may(caller, "ListOutlookProposals"):
        raise PermissionDenied(parent)

    async def read(step: PageRequest) -> Sequence[OutlookProposal]:
        async with desk.begin(caller) as unit:
            return await unit.proposals.page(meeting, step.after, step.size)

    async def visible(found: Sequence[OutlookProposal]) -> Sequence[OutlookProposal]:
        seen = {meeting} if meeting else await seen_meetings(desk, caller, {one.meeting for one in found})
        return [one for one in found if one.meeting in seen]

    shown, last = await fill_page(page, read, visible, lambda one: (one.since.isoformat(), str(one.id)))
    guarded = {one.meeting for one in shown if one.added and one.part is EditedPart.ATTENDEES}
    guarded = {name for name in guarded if await needs_second_person(desk, caller, name)}
    async with desk.begin(caller) as unit:
        await unit.audit("ListOutlookProposals", meeting or parent)
        ones = [await weighed(unit, one, second_person=one.meeting in guarded) for one in shown]
        return ProposalPage(tuple(ones), last)


async def needs_second_person(desk: Desk, caller: Caller, meeting: str) -> bool:
    """Whether a second person has to let the meeting's messages go; so too where nobody can tell. Unavailable."""
    view = await read_view(desk, caller, meeting)
    return view is None or bool(second_person_reasons(view))


async def weighed(unit: Unit, proposal: OutlookProposal, *, second_person: bool = False) -> WeighedProposal:
    """With the numbers that stand behind each decision."""
    event = await unit.events.get(proposal.event_id)
    changed = len(proposal.added) + len(proposal.removed)
    put_back = changed if proposal.part is EditedPart.ATTENDEES else len(event.people) if event else 0
    told = [one for one in await unit.invitations.of_meeting(proposal.meeting) if _is_told(one)]
    choices = proposal.choices_of(second_person=second_person)
    take_over = len(told) if Decision.TAKE_OVER in choices else 0
    return WeighedProposal(proposal, put_back, take_over, event is not None and event.audience != SHARED, choices)


async def list_mismatches(desk: Desk, caller: Caller, page: PageRequest) -> MismatchPage:
    """Of the meetings that the caller may see, and of no meeting. PermissionDenied, Unavailable. Audited."""
    parent = f"councils/{caller.council}"
    if not may(caller, "ListMismatches"):
        raise PermissionDenied(parent)

    async def read(step: PageRequest) -> Sequence[Mismatch]:
        async with desk.begin(caller) as unit:
            return await unit.mismatches.page(step.after, step.size)

    async def visible(found: Sequence[Mismatch]) -> Sequence[Mismatch]:
        seen = await seen_meetings(desk, caller, {one.meeting for one in found if one.meeting})
        return [one for one in found if not one.meeting or one.meeting in seen]

    shown, last = await fill_page(page, read, visible, lambda one: (one.since.isoformat(), str(one.id)))
    async with desk.begin(caller) as unit:
        await unit.audit("ListMismatches", parent)
        return MismatchPage(tuple(shown), last, await unit.mismatches.last_read())


def _is_told(one: Invitation) -> bool:
    return one.told_revision > 0 and one.state not in _OFF


def proposal_name(council: str, proposal_id: UUID) -> str:
    """Resource name."""
    return f"councils/{council}/outlookProposals/{proposal_id}"
