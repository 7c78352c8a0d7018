"""Cancels a meeting or gives a hold back."""

from dataclasses import dataclass, replace
from uuid import UUID

from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.scheduler.app.ask_whose_date import demand_reviewers_word
from services.scheduler.app.follow_sitting import cancel_parts, refuse_part
from services.scheduler.app.hold_slot import offered
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import meeting_for
from services.scheduler.domain.bulk_move import CHANGED_MEANWHILE
from services.scheduler.domain.date_decision import faults_of_decision
from services.scheduler.domain.errors import NotBooked
from services.scheduler.domain.events import cancelled
from services.scheduler.domain.meeting import DateDecision, Meeting, MeetingState, civil_day, meeting_name

_GIVES_BACK = (MeetingState.HELD_SLOT, MeetingState.BOOKED)


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """`decision`: who of the reviewing service agreed, where the date is theirs."""

    meeting: UUID
    etag: str
    reason: str
    decision: DateDecision | None = None


async def prepare_cancel(around: Surroundings, caller: Caller, command: CancelCommand) -> None:
    """Whether the caller may know of it and cancel it; asked before the transaction.

    DateIsTheReviewingServices where they have not agreed; InvalidRequest for a decision that cannot be.
    """
    meeting = await meeting_for(around, caller, "CancelMeeting", command.meeting)
    refuse_part(caller, meeting)
    kind = around.pack_of(caller.council).meeting_kinds.get(MeetingKindId(meeting.plan.meeting_kind))
    if meeting.state is not MeetingState.BOOKED or kind is None:
        return
    async with around.begin(caller) as unit:
        faults = faults_of_decision(kind, meeting.plan, command.decision, civil_day(unit.now()))
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    await demand_reviewers_word(around, caller, kind, meeting.plan.attendees, command.decision)


async def cancel_meeting(unit: UnitOfWork, caller: Caller, command: CancelCommand) -> Meeting:
    """Cancel it and tell the followers, or give a hold back. Cancelling a cancelled one changes nothing.

    NotBooked where it took place; DateIsOffered where it is held for an offer; VersionClash for another etag.
    """
    meeting_id, name = command.meeting, meeting_name(caller.council, command.meeting)
    await unit.reservations.lock((), meeting_id)
    meeting = await unit.meetings.load(meeting_id, lock=True)
    if meeting is None:
        raise NotFound(name)
    if meeting.state is MeetingState.CANCELLED:
        return meeting
    if str(meeting.version) != command.etag:
        raise VersionClash(name)
    if meeting.state not in _GIVES_BACK:
        raise NotBooked(meeting=name, state=meeting.state.value)
    if meeting.offer and meeting.state is MeetingState.HELD_SLOT:
        raise offered(caller, meeting)
    was_booked = meeting.state is MeetingState.BOOKED
    gone = replace(
        meeting.changed(told=was_booked),
        state=MeetingState.CANCELLED,
        change_reason=command.reason,
        decision=command.decision or meeting.decision,
    )
    await unit.reservations.release(meeting_id)
    await unit.meetings.save(gone)
    await unit.bulk_moves.end_part(meeting_id, CHANGED_MEANWHILE)
    if was_booked:
        await cancel_parts(unit, caller, gone)
        await unit.append_event(name, cancelled(caller.council, gone))
    await unit.audit(caller, "CancelMeeting", name)
    return gone
