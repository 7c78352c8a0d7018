"""Deciding about an edit that somebody made in Outlook. The meeting's lane does what follows from it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.app.list_outlook import needs_second_person, proposal_name
from services.notifications.app.policy import may
from services.notifications.app.ports import OutlookDesk, Unit
from services.notifications.app.preview_invitations import readable
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.outlook_event import OutlookEvent
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal, ProposalState
from services.notifications.domain.refusal import NotAChoiceError, ProposalClosedError, StaleProposalError
from services.notifications.domain.shown_event import EditedPart

_ACTION = "DecideOutlookProposal"


@dataclass(frozen=True)
class Verdict:
    """What somebody decided about which proposal, as it stood at `etag`, and why."""

    proposal_id: UUID
    etag: str
    decision: Decision
    reason: str
    request_id: UUID


async def act_on_verdict(desk: OutlookDesk, caller: Caller, verdict: Verdict) -> None:
    """Before the transaction: see that the caller may, and move the meeting where its time is taken over.

    Nobody who was added in Outlook is left on an event whose messages a second person has to let go.

    The move is repeated by the same request id, so that a repeat moves nothing twice; where the decision is not kept
    after it, both sides agree and the proposal is over by itself. NotFound, PermissionDenied, Unavailable,
    NotAChoiceError, MoveRefusedError.
    """
    name = proposal_name(caller.council, verdict.proposal_id)
    if not may(caller, _ACTION):
        raise PermissionDenied(name)
    async with desk.desk.begin(caller) as unit:
        found = await unit.proposals.get(verdict.proposal_id)
        event = await unit.events.get(found.event_id) if found else None
    if found is None or event is None:
        raise NotFound(name)
    try:
        meeting = await readable(desk.desk, caller, _ACTION, found.meeting)
    except NotFound:
        raise NotFound(name) from None
    leaves = verdict.decision is Decision.LEAVE and found.part is EditedPart.ATTENDEES
    if leaves and await needs_second_person(desk.desk, caller, found.meeting):
        raise NotAChoiceError(proposal=name)
    if verdict.decision is Decision.TAKE_OVER and found.theirs is not None and _refusal(found, verdict, name) is None:
        start = found.theirs.start - _after_the_first(meeting, event)
        await desk.mover.move(caller, found.meeting, start, verdict.reason, uuid5(verdict.request_id, "move"))


async def decide_proposal(unit: Unit, caller: Caller, verdict: Verdict) -> OutlookProposal:
    """Keep the decision and wake the meeting's lane. Audited.

    NotFound, ProposalClosedError, StaleProposalError, NotAChoiceError.
    """
    name = proposal_name(caller.council, verdict.proposal_id)
    found = await unit.proposals.get(verdict.proposal_id, lock=True)
    if found is None:
        raise NotFound(name)
    refusal = _refusal(found, verdict, name)
    if refusal is not None:
        raise refusal
    decided = found.decided(verdict.decision, caller.name_for_log, unit.now(), verdict.reason)
    await unit.proposals.put(decided)
    await unit.audit(_ACTION, name, fields=["decision", "reason"])
    await unit.wake(found.meeting)
    return decided


def _after_the_first(meeting: Meeting, event: OutlookEvent) -> timedelta:
    """How long after the meeting's beginning those on the event are asked to come: a meeting may have parts."""
    starts = (one.start for who in meeting.invitees if who.person in event.people for one in meeting.sessions_of(who))
    return min(starts, default=meeting.start) - meeting.start


def _refusal(found: OutlookProposal, verdict: Verdict, name: str) -> Exception | None:
    if found.state is not ProposalState.OPEN:
        return ProposalClosedError(proposal=name)
    if str(found.revision) != verdict.etag:
        return StaleProposalError(proposal=name)
    return None if verdict.decision in found.choices else NotAChoiceError(proposal=name)
